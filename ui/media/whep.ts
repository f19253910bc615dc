import { type LinkState, type PeerDependencies, PeerLink } from './peer-link.ts';
import type { MediaFailure } from './signalling.ts';

/** What the player tells its user. */
export interface WhepEvents {
  state(state: LinkState): void;
  /** Something can be shown on this connection, or at least heard; `stream` holds it. Again when a picture joins the sound. */
  picture(stream: MediaStream): void;
  failure(failure: MediaFailure): void;
}

/** The browser's part, handed in by tests. */
export interface WhepDependencies extends PeerDependencies {
  createMediaStream: () => MediaStream;
}

const pollInterval = 250;
const stallLimit = 4000;
/** Sound alone for this long: the phone sends no picture, and waiting for one would keep the sound back. */
const soundOnlyAfter = 3000;
/** The stream was announced and is being repackaged: ask often, but not for ever. */
const expectedInterval = 250;
const expectedFor = 8000;

interface Progress {
  bytes: number;
  videoBytes: number;
  frames: number;
}

/** Plays a stream by WHEP and reconnects whenever nothing comes any more. */
export class WhepPlayer {
  readonly #link: PeerLink;
  #tracks: MediaStreamTrack[] = [];
  #stopPolling: (() => void) | null = null;
  #shown: 'nothing' | 'sound' | 'all' = 'nothing';
  #expectedSince: number | null = null;

  constructor(
    url: string,
    private readonly dependencies: WhepDependencies,
    private readonly events: WhepEvents,
  ) {
    this.#link = new PeerLink(url, dependencies, {
      prepare: (pc) => this.#prepare(pc),
      retryAfter: (failure) => this.#retryAfter(failure),
      connected: (pc) => this.#watch(pc),
      closed: () => {
        this.#stopPolling?.();
        this.#shown = 'nothing';
      },
      state: (state) => events.state(state),
      failure: (failure) => events.failure(failure),
    });
  }

  get state(): LinkState {
    return this.#link.state;
  }

  /** Something is to be seen or heard on the present connection. */
  get hasPicture(): boolean {
    return this.#shown !== 'nothing';
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

  /** The server says that the stream is there, or no longer: "not there yet" is then asked again soon. */
  expect(expected: boolean): void {
    this.#expectedSince = expected ? this.dependencies.clock.now() : null;
    if (!expected) return;
    if (this.#link.state === 'retrying') this.#link.reconnectNow();
    else if (this.#link.state === 'failed') this.#link.start();
  }

  #retryAfter(failure: MediaFailure): number | null {
    if (failure.code !== 'not_publishing' || this.#expectedSince === null) return null;
    return this.dependencies.clock.now() - this.#expectedSince < expectedFor ? expectedInterval : null;
  }

  #prepare(pc: RTCPeerConnection): void {
    this.#tracks = [];
    this.#shown = 'nothing';
    pc.addTransceiver('video', { direction: 'recvonly' });
    pc.addTransceiver('audio', { direction: 'recvonly' });
    pc.ontrack = ({ track, receiver }) => {
      // A consultation wants the lowest delay; a lost packet may show.
      if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
      this.#tracks.push(track);
    };
  }

  /**
   * Watches the statistics: the first picture, and a stream that stopped. WHEP has no message for either;
   * a server that vanishes leaves the connection "connected" for seconds.
   */
  #watch(pc: RTCPeerConnection): void {
    const { clock } = this.dependencies;
    const connectedAt = clock.now();
    let seen: Progress = { bytes: 0, videoBytes: 0, frames: 0 };
    let bytesAt = connectedAt;
    let framesAt = connectedAt;
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
          const soundOnly =
            progress.bytes > 0 && progress.videoBytes === 0 && now - connectedAt >= soundOnlyAfter;
          if (progress.frames > 0) this.#show('all');
          else if (soundOnly) this.#show('sound');
          const framesStand = this.hasPicture && now - framesAt >= stallLimit;
          if (framesStand || now - bytesAt >= stallLimit)
            this.#link.fail({ code: 'stalled', retryable: true });
        },
        (error: unknown) => console.debug('no statistics', error),
      );
    });
  }

  #show(what: 'sound' | 'all'): void {
    if (this.#shown === what || this.#shown === 'all') return;
    this.#shown = what;
    const stream = this.dependencies.createMediaStream();
    for (const track of this.#tracks) {
      // A video element with a picture track waits for the first picture and keeps the sound back until then.
      if (what === 'all' || track.kind === 'audio') stream.addTrack(track);
    }
    this.events.picture(stream);
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
