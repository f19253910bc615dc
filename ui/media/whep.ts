import { type LinkState, type PeerDependencies, PeerLink } from './peer-link.ts';
import type { MediaFailure } from './signalling.ts';

/** What the player tells its user. */
export interface WhepEvents {
  state(state: LinkState): void;
  /** The first picture of a connection arrived; `stream` is to be shown. */
  picture(stream: MediaStream): void;
  failure(failure: MediaFailure): void;
}

const pollInterval = 250;
const stallLimit = 4000;

interface Progress {
  bytes: number;
  videoBytes: number;
  frames: number;
}

/** Plays a stream by WHEP and reconnects whenever nothing comes any more. */
export class WhepPlayer {
  readonly #link: PeerLink;
  #stream = new MediaStream();
  #stopPolling: (() => void) | null = null;
  #hasPicture = false;

  constructor(
    url: string,
    private readonly dependencies: PeerDependencies,
    private readonly events: WhepEvents,
  ) {
    this.#link = new PeerLink(url, dependencies, {
      prepare: (pc) => this.#prepare(pc),
      connected: (pc) => this.#watch(pc),
      closed: () => {
        this.#stopPolling?.();
        this.#hasPicture = false;
      },
      state: (state) => events.state(state),
      failure: (failure) => events.failure(failure),
    });
  }

  get state(): LinkState {
    return this.#link.state;
  }

  /** A picture has come on the present connection. */
  get hasPicture(): boolean {
    return this.#hasPicture;
  }

  start(): void {
    this.#link.start();
  }

  stop(): void {
    this.#link.stop();
  }

  reconnectNow(): void {
    this.#link.reconnectNow();
  }

  #prepare(pc: RTCPeerConnection): void {
    const stream = new MediaStream();
    this.#stream = stream;
    pc.addTransceiver('video', { direction: 'recvonly' });
    pc.addTransceiver('audio', { direction: 'recvonly' });
    pc.ontrack = ({ track, receiver }) => {
      // A consultation wants the lowest delay; a lost packet may show.
      if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
      stream.addTrack(track);
    };
  }

  /**
   * Watches the statistics: the first picture, and a stream that stopped. WHEP has no message for either;
   * a server that vanishes leaves the connection "connected" for seconds.
   */
  #watch(pc: RTCPeerConnection): void {
    const { clock } = this.dependencies;
    let seen: Progress = { bytes: 0, videoBytes: 0, frames: 0 };
    let bytesAt = clock.now();
    let framesAt = clock.now();
    this.#stopPolling = clock.every(pollInterval, () => {
      pc.getStats().then(
        (report) => {
          if (pc !== this.#link.connection) return;
          const now = clock.now();
          const progress = readProgress(report);
          // Without bytes of video (camera covered or off) standing frames are no fault.
          if (progress.frames > seen.frames || progress.videoBytes === seen.videoBytes) framesAt = now;
          if (progress.bytes > seen.bytes) bytesAt = now;
          seen = progress;
          if (progress.frames > 0 && !this.#hasPicture) {
            this.#hasPicture = true;
            this.events.picture(this.#stream);
          }
          const framesStand = this.#hasPicture && now - framesAt >= stallLimit;
          if (framesStand || now - bytesAt >= stallLimit)
            this.#link.fail({ code: 'stalled', retryable: true });
        },
        (error: unknown) => console.debug('no statistics', error),
      );
    });
  }
}

function readProgress(report: RTCStatsReport): Progress {
  const progress: Progress = { bytes: 0, videoBytes: 0, frames: 0 };
  report.forEach((entry: RTCInboundRtpStreamStats) => {
    if (entry.type !== 'inbound-rtp') return;
    progress.bytes += entry.bytesReceived ?? 0;
    if (entry.kind !== 'video') return;
    progress.videoBytes += entry.bytesReceived ?? 0;
    progress.frames += entry.framesDecoded ?? 0;
  });
  return progress;
}
