import { type HlsDependencies, HlsPlayer } from './hls.ts';
import type { MediaFailure } from './signalling.ts';
import { type WhepDependencies, WhepPlayer } from './whep.ts';

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
export type RemotePlayerDependencies = WhepDependencies & HlsDependencies;

/** Where the stream can be had. */
export interface RemoteUrls {
  whepUrl: string;
  hlsUrl: string;
}

/** WHEP that neither connects nor, once connected, shows anything this long while the stream is there gets HLS shown instead. */
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
      waiting: () => this.#wait(),
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
    this.#whepFailures = 0;
    this.#wait();
    this.#whep.start();
    this.#beginPatience();
  }

  stop(): void {
    // Entered first: what the two ways say while they end is not news.
    this.#enter('stopped', 'none');
    this.#endPatience();
    this.#cancelProbe?.();
    this.#fallback = false;
    this.#hls.stop();
    this.#whep.stop();
    this.video.srcObject = null;
  }

  /** Whether the server says that the stream is there: without it, failing to connect says nothing about WHEP. */
  setPublishing(publishing: boolean): void {
    if (publishing === this.#publishing) return;
    this.#publishing = publishing;
    // Neither way sits out its delay: the stream is there now.
    this.#whep.expect(publishing);
    if (this.#state === 'idle' || this.#state === 'stopped') return;
    if (publishing && this.#fallback && this.#mode === 'none') this.#hls.reloadNow();
    if (this.#mode === 'none') this.#wait();
    this.#beginPatience();
  }

  /** After a change of address or a restart of the media server. */
  reconnectNow(): void {
    if (this.#state === 'idle' || this.#state === 'stopped') return;
    if (!this.#fallback) {
      this.#whep.reconnectNow();
      return;
    }
    this.#probe();
    this.#hls.reloadNow();
  }

  #whepChanged(): void {
    if (this.#fallback) return;
    if (this.#whep.state === 'connected') {
      // The first picture may wait for the next keyframe: the patience begins again here.
      this.#endPatience();
    } else if (this.#mode === 'whep') {
      // What stands on the screen is the last picture of a connection that is gone.
      this.#wait();
    }
    this.#beginPatience();
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
    if (this.#fallback || this.#cancelPatience !== null || this.#whep.hasPicture) return;
    if (this.#state === 'idle' || this.#state === 'stopped') return;
    this.#cancelPatience = this.dependencies.clock.after(whepPatience, () => {
      this.#cancelPatience = null;
      if (this.#publishing && !this.#whep.hasPicture) this.#fallBack();
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
    this.#wait();
    this.#hls.start();
    this.#cancelProbe = this.dependencies.clock.every(probeInterval, () => this.#probe());
  }

  /** Each probe is a fresh attempt: a stuck one must not keep the next from trying. */
  #probe(): void {
    if (this.#whep.hasPicture) return;
    this.#whep.stop();
    this.#whep.start();
  }

  /** Nothing to see at the moment. */
  #wait(): void {
    this.#enter(this.#publishing ? 'connecting' : 'waiting', 'none');
  }

  #enter(state: PlayerState, mode: PlayerMode): void {
    if (state === this.#state && mode === this.#mode) return;
    this.#state = state;
    this.#mode = mode;
    this.events.changed(state, mode);
  }
}
