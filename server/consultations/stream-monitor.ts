/** Looks at the media server's paths, tells the consultations what is there, and keeps the transcoders in step. */
import { messageOf } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { MediaPath, MediaPeer, MediaServer } from '../media/contract.ts';
import type { BFrameDetector } from '../transcoding/b-frames.ts';
import type { Direction } from '../transcoding/pipelines.ts';
import type { TranscodingService, WantedTranscoder } from '../transcoding/service.ts';
import { pathName } from './paths.ts';
import type { ConsultationService } from './service.ts';
import type { ConsultationRecord } from './store.ts';
import type { StreamPeers } from './stream-peers.ts';
import type { StreamProblem, StreamView } from './view.ts';

/** What the monitor looks at and keeps in step. */
export interface MonitorDependencies {
  media: MediaServer;
  consultations: ConsultationService;
  peers: StreamPeers;
  findConsultation: (id: string) => ConsultationRecord | undefined;
  transcoding: TranscodingService;
  bFrames: BFrameDetector;
  logger: Logger;
}

/** Between two looks, ms: at rest, and for some seconds after somebody was allowed to publish. */
const restInterval = 500;
const hurryInterval = 100;
const hurryFor = 5000;

const silent: StreamView = { publishing: false, watched: false, codecs: [], problem: null };
const foreignVideo = /^(VP8|VP9|AV1|H265|MPEG-4 Video|MPEG-1\/2 Video|M-JPEG)$/;

const isPhone = (peer: MediaPeer) => peer.type === 'rtmpConn';
/** WHEP, or the fallback. */
const isPage = (peer: MediaPeer) => peer.type === 'webRTCSession' || peer.type.startsWith('hls');

/** The one place that acts on what the media server carries. */
export class StreamMonitor {
  #timer: Timer | null = null;
  #hurryUntil = 0;
  #stopped = true;
  #reachable = true;
  #current: Promise<void> | null = null;

  constructor(private readonly dependencies: MonitorDependencies) {}

  start(): void {
    this.#stopped = false;
    this.#schedule(0);
  }

  /** Resolves when the look that is under way has ended too. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#current;
  }

  /** Something is about to change: look more often for a while. */
  hurry(): void {
    this.#hurryUntil = Date.now() + hurryFor;
    if (!this.#stopped && this.#current === null) this.#schedule(hurryInterval);
  }

  /**
   * What is allowed has changed: a look that begins after it, and more of them for a while, because a connection
   * that was allowed just before may not be visible yet.
   */
  async enforce(): Promise<void> {
    this.hurry();
    await this.#current;
    await this.#lookOnce();
  }

  /** One look, shared by whoever asks at the same time. */
  #lookOnce(): Promise<void> {
    this.#current ??= this.#look().finally(() => {
      this.#current = null;
    });
    return this.#current;
  }

  #schedule(wait: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.#lookOnce().finally(() => {
        if (!this.#stopped) this.#schedule(Date.now() < this.#hurryUntil ? hurryInterval : restInterval);
      });
    }, wait);
  }

  async #look(): Promise<void> {
    const { media, logger } = this.dependencies;
    let paths: MediaPath[] = [];
    try {
      paths = await media.paths();
      this.#reachable = true;
    } catch (error) {
      // Once, not twice a second; while it starts this is usual.
      if (this.#reachable) logger.info({ reason: messageOf(error) }, 'the media server does not answer yet');
      this.#reachable = false;
      // One late answer of a busy machine says nothing about the streams; the end of its process does.
      if (media.ready) return;
    }
    try {
      await this.#kick(paths);
      this.#apply(paths);
    } catch (error) {
      logger.error({ reason: messageOf(error) }, 'a look at the streams failed');
    }
  }

  async #kick(paths: MediaPath[]): Promise<void> {
    const { media, peers, findConsultation, logger } = this.dependencies;
    const unwanted = peers.unwanted(paths, findConsultation);
    const results = await Promise.allSettled(unwanted.map((peer) => media.kick(peer)));
    // The next look tries again.
    for (const result of results) {
      if (result.status === 'rejected') logger.warn({ reason: messageOf(result.reason) }, 'a kick failed');
    }
  }

  #apply(paths: MediaPath[]): void {
    const { consultations, transcoding, bFrames } = this.dependencies;
    const byName = new Map(paths.map((path) => [path.name, path]));
    const wanted: WantedTranscoder[] = [];
    for (const { id, state } of consultations.running()) {
      const find = (kind: Parameters<typeof pathName>[1]) => byName.get(pathName(id, kind));
      const doctor = this.#streamOf(id, 'doctor_to_phone', find('doctor'));
      const patient = this.#streamOf(id, 'patient_to_page', find('patient'));
      doctor.watched = find('doctor_aac')?.readers.some(isPhone) ?? false;
      patient.watched = [find('patient_opus'), find('patient')].some((path) => path?.readers.some(isPage));
      consultations.observe(id, { doctor, patient });
      const doctorPath = find('doctor');
      if (doctorPath && doctor.publishing && doctor.problem !== 'no_h264') {
        wanted.push({ consultationId: id, direction: 'doctor_to_phone', withoutBFrames: false });
      }
      const patientPath = find('patient');
      if (patientPath && patient.publishing && patient.problem !== 'no_h264' && state === 'live') {
        const withoutBFrames = bFrames.has(patientPath, id);
        wanted.push({ consultationId: id, direction: 'patient_to_page', withoutBFrames });
      }
    }
    transcoding.reconcile(wanted);
    bFrames.keepOnly(paths);
  }

  #streamOf(id: string, direction: Direction, path: MediaPath | undefined): StreamView {
    if (!path?.ready) return { ...silent };
    const problem: StreamProblem | null = path.codecs.some((codec) => foreignVideo.test(codec))
      ? 'no_h264'
      : this.dependencies.transcoding.find(id, direction)?.failing === true
        ? 'transcoder_failing'
        : null;
    return { publishing: true, watched: false, codecs: path.codecs, problem };
  }
}
