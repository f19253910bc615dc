import { type HlsDependencies, HlsPlayer } from './hls.ts';
import type { PeerDependencies } from './peer-link.ts';
import type { MediaFailure } from './signalling.ts';
import { WhepPlayer } from './whep.ts';

/** Which way the shown picture comes. */
export type PlayerMode = 'whep' | 'hls' | 'none';

/** `waiting`: the other side publishes nothing yet; `stopped`: for good, see the failure. */
export type PlayerState = 'idle' | 'waiting' | 'connecting' | 'playing' | 'stopped';

/** What the player tells its page. */
export interface RemotePlayerEvents {
  changed(state: PlayerState, mode: PlayerMode): void;
  /** Access expired or the consultation ended: nothing further is tried. */
  failure(failure: MediaFailure): void;
}

/** Everything that both ways need. */
export type RemotePlayerDependencies = PeerDependencies & HlsDependencies;

/** Where the stream can be had. */
export interface RemoteUrls {
  whepUrl: string;
  hlsUrl: string;
}

/** WHEP that is not connected this long, while the stream is there, gets HLS shown instead. */
const whepPatience = 6000;
const whepFailureLimit = 3;
/** While HLS plays: how often WHEP is tried behind it. */
const probeInterval = 15_000;

/** Codes after which no way of playing can succeed. */
const finalCodes = ['access_required', 'consultation_ended'];

/**
 * Shows a remote stream in a video element: by WHEP (sub-second) where it connects, otherwise by HLS
 * (seconds late), going back to WHEP as soon as that brings a picture.
 */
export class RemotePlayer {
  readonly #whep: WhepPlayer;
  readonly #hls: HlsPlayer;
  #mode: PlayerMode = 'none';
  #state: PlayerState = 'idle';
  #publishing = false;
  /** HLS was chosen; WHEP is only probed. */
  #fallback = false;
  #whepFailures = 0;
  #cancelPatience: (() => void) | null = null;
  #cancelProbe: (() => void) | null = null;

  constructor(
    urls: RemoteUrls,
    private readonly video: HTMLVideoElement,
    private readonly dependencies: RemotePlayerDependencies,
    private readonly events: RemotePlayerEvents,
  ) {
    this.#whep = new WhepPlayer(urls.whepUrl, dependencies, {
      state: () => this.#whepChanged(),
      picture: (stream) => this.#showWhep(stream),
      failure: (failure) => this.#whepFailed(failure),
    });
    this.#hls = new HlsPlayer(urls.hlsUrl, video, dependencies, {
      playing: () => this.#enter('playing', 'hls'),
      waiting: () => this.#enter(this.#publishing ? 'connecting' : 'waiting', 'none'),
    });
  }

  get mode(): PlayerMode {
    return this.#mode;
  }

  get state(): PlayerState {
    return this.#state;
  }

  start(): void {
    if (this.#state !== 'idle' && this.#state !== 'stopped') return;
    this.#enter(this.#publishing ? 'connecting' : 'waiting', 'none');
    this.#whep.start();
    this.#beginPatience();
  }

  stop(): void {
    this.#endPatience();
    this.#cancelProbe?.();
    this.#fallback = false;
    this.#hls.stop();
    this.#whep.stop();
    this.video.srcObject = null;
    this.#enter('stopped', 'none');
  }

  /** Whether the server says that the stream is there: without it, failing to connect says nothing about WHEP. */
  setPublishing(publishing: boolean): void {
    if (publishing === this.#publishing) return;
    this.#publishing = publishing;
    if (this.#state === 'idle' || this.#state === 'stopped') return;
    if (publishing) {
      // Do not sit out the back-off: the stream is there now.
      if (this.#whep.state === 'retrying') this.#whep.reconnectNow();
      if (this.#mode === 'none') this.#enter('connecting', 'none');
    } else if (this.#mode === 'none') {
      this.#enter('waiting', 'none');
    }
    this.#beginPatience();
  }

  /** After a change of address or a restart of the media server. */
  reconnectNow(): void {
    if (this.#state === 'idle' || this.#state === 'stopped') return;
    if (this.#fallback) this.#probe();
    else this.#whep.reconnectNow();
  }

  #whepChanged(): void {
    if (this.#fallback) return;
    if (this.#whep.state === 'connected') this.#endPatience();
    else this.#beginPatience();
  }

  #showWhep(stream: MediaStream): void {
    this.#whepFailures = 0;
    this.#fallback = false;
    this.#cancelProbe?.();
    this.#endPatience();
    this.#hls.stop();
    this.video.srcObject = stream;
    this.#enter('playing', 'whep');
  }

  #whepFailed(failure: MediaFailure): void {
    if (finalCodes.includes(failure.code)) {
      this.stop();
      this.events.failure(failure);
      return;
    }
    if (this.#fallback) return;
    if (this.#mode === 'whep') this.#enter(this.#publishing ? 'connecting' : 'waiting', 'none');
    // Neither "no stream" nor "media server restarts" says anything against WHEP.
    const telling = !['not_publishing', 'media_unavailable', 'network'].includes(failure.code);
    if (!telling || !this.#publishing) return;
    this.#whepFailures += 1;
    if (this.#whepFailures >= whepFailureLimit || !failure.retryable) this.#fallBack();
  }

  /** Starts the wait for WHEP, where it is not running yet and the stream is there. */
  #beginPatience(): void {
    if (!this.#publishing) {
      this.#endPatience();
      return;
    }
    if (this.#fallback || this.#cancelPatience !== null || this.#whep.state === 'connected') return;
    if (this.#state === 'idle' || this.#state === 'stopped') return;
    this.#cancelPatience = this.dependencies.clock.after(whepPatience, () => {
      this.#cancelPatience = null;
      if (this.#publishing && this.#whep.state !== 'connected') this.#fallBack();
    });
  }

  #endPatience(): void {
    this.#cancelPatience?.();
    this.#cancelPatience = null;
  }

  #fallBack(): void {
    if (this.#fallback) return;
    this.#fallback = true;
    this.#whepFailures = 0;
    this.#endPatience();
    this.#whep.stop();
    this.video.srcObject = null;
    this.#enter('connecting', 'none');
    this.#hls.start();
    this.#cancelProbe = this.dependencies.clock.every(probeInterval, () => this.#probe());
  }

  /** Each probe is a fresh attempt: a stuck one must not keep the next from trying. */
  #probe(): void {
    if (this.#whep.hasPicture) return;
    this.#whep.stop();
    this.#whep.start();
  }

  #enter(state: PlayerState, mode: PlayerMode): void {
    if (state === this.#state && mode === this.#mode) return;
    this.#state = state;
    this.#mode = mode;
    this.events.changed(state, mode);
  }
}
