/** What a browser (WHIP) or FFmpeg (RTSP) publishes: RTP packets, passed on as they are. */
import { ParameterSets, rtpPayload } from '../rtp/h264.ts';
import { PictureCache } from './picture-cache.ts';

/** At most one track of each. */
export type TrackKind = 'video' | 'audio';

/** One track as a description of the stream names it. */
export interface RtpTrack {
  kind: TrackKind;
  /** As the Control API writes it: `H264`, `Opus`, `VP8`. */
  codec: string;
  payloadType: number;
  /** e.g. `H264/90000`, `opus/48000/2` */
  rtpmap: string;
  fmtp: string | null;
}

/** Takes what a stream passes on; must not change the packets, others get the same ones. */
export interface RtpReader {
  rtp(kind: TrackKind, packet: Buffer): void;
  /** Sender reports: without them sound and picture drift apart. */
  rtcp(kind: TrackKind, packet: Buffer): void;
}

/** How long after the first packet a missing track is waited for, ms. */
const patience = 2000;
/** Between two requests for a keyframe while the picture's parameters are unknown, ms. */
const keyframeInterval = 200;

/** The stream of one browser or of one FFmpeg. */
export class RtpStream {
  readonly kind = 'rtp';
  ready = false;
  readyTime: Date | null = null;
  bytesReceived = 0;
  private readonly parameters = new ParameterSets();
  private readonly cache: PictureCache | null;
  private readonly seen = new Set<TrackKind>();
  private readonly readers = new Set<RtpReader>();
  private readonly reports = new Map<TrackKind, Buffer>();
  private patienceTimer: ReturnType<typeof setTimeout> | null = null;
  private keyframeTimer: ReturnType<typeof setInterval> | null = null;

  /**
   * @param onReady called once, when everything that an SDP needs is known
   * @param askForKeyframe null where the publisher cannot be asked: late readers then get the picture since its
   * last one
   */
  constructor(
    readonly tracks: RtpTrack[],
    private readonly onReady: () => void,
    private readonly askForKeyframe: (() => void) | null,
  ) {
    this.cache = askForKeyframe === null ? new PictureCache() : null;
  }

  /** Asks the publisher, if it can be asked. */
  requestKeyframe(): void {
    this.askForKeyframe?.();
  }

  /** As the Control API names them. */
  get codecs(): string[] {
    return this.tracks.map((track) => track.codec);
  }

  /** One RTP packet; the stream keeps it, the caller must not change it any more. */
  push(kind: TrackKind, packet: Buffer): void {
    this.bytesReceived += packet.length;
    const track = this.tracks.find((each) => each.kind === kind);
    if (track === undefined) return;
    if (track.codec === 'H264') {
      const payload = rtpPayload(packet);
      if (payload === null) return;
      this.parameters.take(payload);
      this.cache?.push(packet, payload);
    }
    if (!this.ready) this.checkReady(kind);
    for (const reader of this.readers) reader.rtp(kind, packet);
  }

  /** One RTCP packet of the publisher. */
  pushRtcp(kind: TrackKind, packet: Buffer): void {
    // 200: a sender report; everything else is between the publisher and us.
    if (packet.length < 28 || packet[1] !== 200) return;
    this.reports.set(kind, packet);
    for (const reader of this.readers) reader.rtcp(kind, packet);
  }

  /** @returns ends the reading */
  addReader(reader: RtpReader): () => void {
    this.readers.add(reader);
    for (const [kind, report] of this.reports) reader.rtcp(kind, report);
    for (const packet of this.cache?.replay() ?? []) reader.rtp('video', packet);
    this.requestKeyframe();
    return () => this.readers.delete(reader);
  }

  /** The track's fmtp with the parameter sets that were seen. */
  fmtpOf(track: RtpTrack): string | null {
    return track.codec === 'H264' ? (this.parameters.fmtp() ?? track.fmtp) : track.fmtp;
  }

  /** The publisher left. */
  end(): void {
    this.readers.clear();
    this.stopTimers();
  }

  private checkReady(kind: TrackKind): void {
    this.seen.add(kind);
    this.patienceTimer ??= setTimeout(() => this.becomeReady(), patience);
    const waitsForPicture = this.tracks.some((track) => track.codec === 'H264' && !this.described(track));
    if (waitsForPicture) {
      this.keyframeTimer ??= setInterval(() => this.requestKeyframe(), keyframeInterval);
      return;
    }
    if (this.tracks.every((track) => this.seen.has(track.kind))) this.becomeReady();
  }

  private described(track: RtpTrack): boolean {
    return this.parameters.complete || (track.fmtp ?? '').includes('sprop-parameter-sets=');
  }

  private becomeReady(): void {
    if (this.ready) return;
    this.stopTimers();
    this.ready = true;
    this.readyTime = new Date();
    this.onReady();
  }

  private stopTimers(): void {
    if (this.patienceTimer) clearTimeout(this.patienceTimer);
    if (this.keyframeTimer) clearInterval(this.keyframeTimer);
  }
}
