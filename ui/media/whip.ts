import { h264First, offersH264, preferH264 } from './h264.ts';
import { type LinkState, type PeerDependencies, PeerLink } from './peer-link.ts';
import { type MediaFailure, SignallingError } from './signalling.ts';

/** `retrying`: will connect again by itself; `failed`: something else must happen first. */
export type PublisherState = 'idle' | 'connecting' | 'publishing' | 'retrying' | 'failed' | 'stopped';

/** What is being sent, measured over the last two seconds. */
export interface PublishingStats {
  /** Bits per second of picture and sound. */
  bitrate: number;
  framesPerSecond: number;
  /** ms; null until the other side reported. */
  roundTrip: number | null;
}

/** What the publisher tells its page. */
export interface PublisherEvents {
  state(state: PublisherState): void;
  failure(failure: MediaFailure): void;
  stats?(stats: PublishingStats): void;
}

/** The browser's part, handed in by tests. */
export interface PublisherDependencies extends PeerDependencies {
  videoCapabilities: () => RTCRtpCapabilities | null;
}

const maxBitrate = 1_200_000;
const keyFrameInterval = 300;
/** The box's RTMP readers start at a keyframe: the first seconds hold many, so that the picture comes at once. */
const keyFrameSpan = 5000;
const statsInterval = 2000;

/** Publishes the doctor's picture and sound by WHIP, and goes on doing so through restarts and changes of network. */
export class WhipPublisher {
  readonly #link: PeerLink;
  #tracks: MediaStreamTrack[];
  #needsReorder = false;
  #videoSender: RTCRtpSender | null = null;
  #audioSender: RTCRtpSender | null = null;
  #stopKeyFrames: (() => void) | null = null;
  #stopStats: (() => void) | null = null;
  #lastBytes: { at: number; bytes: number } | null = null;
  /** setParameters calls must not overlap: each needs the transaction of its own getParameters. */
  #parameters: Promise<void> = Promise.resolve();

  constructor(
    url: string,
    stream: MediaStream,
    private readonly dependencies: PublisherDependencies,
    private readonly events: PublisherEvents,
  ) {
    this.#tracks = stream.getTracks();
    this.#link = new PeerLink(url, dependencies, {
      prepare: (pc) => this.#prepare(pc),
      shapeOffer: (sdp) => this.#shapeOffer(sdp),
      shapeAnswer: (sdp) => (this.#needsReorder ? h264First(sdp) : sdp),
      answered: () => this.#tune(),
      connected: (pc) => this.#connected(pc),
      closed: () => this.#closed(),
      state: (state) => events.state(publisherState(state)),
      failure: (failure) => events.failure(failure),
    });
  }

  get state(): PublisherState {
    return publisherState(this.#link.state);
  }

  start(): void {
    this.#link.start();
  }

  stop(): void {
    this.#link.stop();
  }

  /** After a change of address or a restart of the media server. */
  reconnectNow(): void {
    this.#link.reconnectNow();
  }

  /** Another camera or microphone, without a new connection. */
  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    this.#tracks = [...this.#tracks.filter((old) => old.kind !== track.kind), track];
    const sender = track.kind === 'video' ? this.#videoSender : this.#audioSender;
    await sender?.replaceTrack(track);
    if (track.kind === 'video') this.forceKeyFrames();
  }

  /** Somebody begins to watch: send keyframes often for some seconds. */
  forceKeyFrames(): void {
    this.#stopKeyFrames?.();
    if (this.#link.connection === null) return;
    const { clock } = this.dependencies;
    const until = clock.now() + keyFrameSpan;
    this.#requestKeyFrame();
    this.#stopKeyFrames = clock.every(keyFrameInterval, () => {
      if (clock.now() >= until) this.#stopKeyFrames?.();
      else this.#requestKeyFrame();
    });
  }

  #prepare(pc: RTCPeerConnection): void {
    this.#needsReorder = false;
    for (const track of this.#tracks) {
      const video = track.kind === 'video';
      const transceiver = pc.addTransceiver(track, {
        direction: 'sendonly',
        ...(video ? { sendEncodings: [{ maxBitrate }] } : {}),
      });
      if (!video) {
        this.#audioSender = transceiver.sender;
        continue;
      }
      this.#videoSender = transceiver.sender;
      this.#needsReorder = !preferH264(transceiver, this.dependencies.videoCapabilities());
    }
  }

  #shapeOffer(sdp: string): string {
    if (this.#videoSender !== null && !offersH264(sdp)) {
      throw new SignallingError('no_h264', false, 'this browser cannot encode H.264');
    }
    return this.#needsReorder ? h264First(sdp) : sdp;
  }

  /** A change of size in mid-stream breaks RTMP players: rather fewer frames than smaller ones. */
  #tune(): void {
    this.#setParameters((parameters) => {
      parameters.degradationPreference = 'maintain-resolution';
      for (const encoding of parameters.encodings) encoding.maxBitrate = maxBitrate;
    });
  }

  #connected(pc: RTCPeerConnection): void {
    this.forceKeyFrames();
    this.#lastBytes = null;
    this.#stopStats = this.dependencies.clock.every(statsInterval, () => {
      pc.getStats().then(
        (report) => this.#measured(report),
        (error: unknown) => console.debug('no statistics', error),
      );
    });
  }

  #closed(): void {
    this.#stopKeyFrames?.();
    this.#stopKeyFrames = null;
    this.#stopStats?.();
    this.#stopStats = null;
    this.#videoSender = null;
    this.#audioSender = null;
  }

  #requestKeyFrame(): void {
    this.#setParameters(
      () => undefined,
      (parameters) => ({
        encodingOptions: parameters.encodings.map(() => ({ keyFrame: true })),
      }),
    );
  }

  #setParameters(
    change: (parameters: RTCRtpSendParameters) => void,
    options?: (parameters: RTCRtpSendParameters) => RTCSetParameterOptions,
  ): void {
    const sender = this.#videoSender;
    if (sender === null) return;
    this.#parameters = this.#parameters
      .then(async () => {
        if (sender !== this.#videoSender) return;
        const parameters = sender.getParameters();
        change(parameters);
        await sender.setParameters(parameters, options?.(parameters));
      })
      // Browsers without these parameters still publish: the picture only comes later.
      .catch((error: unknown) => console.debug('sender parameters refused', error));
  }

  #measured(report: RTCStatsReport): void {
    let bytes = 0;
    let framesPerSecond = 0;
    let roundTrip: number | null = null;
    report.forEach((entry: RTCOutboundRtpStreamStats | RTCIceCandidatePairStats) => {
      if (entry.type === 'outbound-rtp') {
        const stats = entry as RTCOutboundRtpStreamStats;
        bytes += stats.bytesSent ?? 0;
        if (stats.kind === 'video') framesPerSecond = stats.framesPerSecond ?? 0;
      } else if (entry.type === 'candidate-pair') {
        const stats = entry as RTCIceCandidatePairStats;
        if (stats.nominated && stats.currentRoundTripTime !== undefined)
          roundTrip = stats.currentRoundTripTime * 1000;
      }
    });
    const at = this.dependencies.clock.now();
    const last = this.#lastBytes;
    this.#lastBytes = { at, bytes };
    if (last === null || at <= last.at) return;
    const bitrate = ((bytes - last.bytes) * 8000) / (at - last.at);
    this.events.stats?.({ bitrate, framesPerSecond, roundTrip });
  }
}

function publisherState(state: LinkState): PublisherState {
  return state === 'connected' ? 'publishing' : state;
}
