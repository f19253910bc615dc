import type HlsLibrary from 'hls.js';
import type { ErrorData } from 'hls.js';
import type { Clock } from './clock.ts';
import { RetryDelay } from './retry-delay.ts';

/** Loads hls.js; it is large and rarely needed, so it comes in its own file. */
export type LoadHls = () => Promise<typeof HlsLibrary>;

/** The browser's part, handed in by tests. */
export interface HlsDependencies {
  loadHls: LoadHls;
  clock: Clock;
  random?: () => number;
}

/** What the player tells its user. */
export interface HlsEvents {
  /** A picture is being shown. */
  playing(): void;
  /** It stopped, and is being loaded again. */
  waiting(): void;
}

/** Media errors closer together than this are tried with the other audio codec, then from scratch. */
const mediaErrorSpan = 3000;
/** A network error this soon after the last one: resuming does not help, the source is loaded anew. */
const networkErrorSpan = 10_000;
/** Farther behind the live edge than this, seconds, and we jump: a consultation is no recording. */
const maximumDelay = 6;
const watchInterval = 2000;
/** A short pause to fill the buffer is no news. */
const waitingPatience = 1500;
/** A picture that stands this long without an error is loaded anew. */
const stallLimit = 10_000;

/** Plays HLS into a video element, through hls.js or Safari's own player, and recovers from every error. */
export class HlsPlayer {
  #hls: HlsLibrary | null = null;
  #started = false;
  /** Safari's own player has the element. */
  #native = false;
  /** Rises with each load and stop, so that a late load of the library is recognised. */
  #generation = 0;
  #mediaErrors = 0;
  #lastMediaError = Number.NEGATIVE_INFINITY;
  #lastNetworkError = Number.NEGATIVE_INFINITY;
  #position = { time: -1, since: 0 };
  #stopWatching: (() => void) | null = null;
  #cancelRetry: (() => void) | null = null;
  #cancelWaiting: (() => void) | null = null;
  readonly #delay: RetryDelay;

  constructor(
    private readonly url: string,
    private readonly video: HTMLVideoElement,
    private readonly dependencies: HlsDependencies,
    private readonly events: HlsEvents,
  ) {
    this.#delay = new RetryDelay(1000, 5000, dependencies.random);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#delay.reset();
    this.video.addEventListener('playing', this.#onPlaying);
    this.video.addEventListener('waiting', this.#onWaiting);
    this.#stopWatching = this.dependencies.clock.every(watchInterval, () => this.#watch());
    void this.#load();
  }

  stop(): void {
    if (!this.#started) return;
    this.#started = false;
    this.#generation += 1;
    this.#stopWatching?.();
    this.#cancelRetry?.();
    this.#endWaiting();
    this.video.removeEventListener('playing', this.#onPlaying);
    this.video.removeEventListener('waiting', this.#onWaiting);
    this.#destroy();
  }

  /** The stream is there again, or everything was cut: do not sit out the delay. */
  reloadNow(): void {
    if (!this.#started) return;
    this.#delay.reset();
    void this.#load();
  }

  readonly #onPlaying = (): void => {
    this.#delay.reset();
    this.#endWaiting();
    this.events.playing();
  };

  readonly #onWaiting = (): void => {
    this.#cancelWaiting ??= this.dependencies.clock.after(waitingPatience, () => {
      this.#cancelWaiting = null;
      this.events.waiting();
    });
  };

  readonly #onNativeError = (): void => this.#restartLater();

  async #load(): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    this.#cancelRetry?.();
    this.#destroy();
    this.#position = { time: -1, since: this.dependencies.clock.now() };
    let library: typeof HlsLibrary;
    try {
      library = await this.dependencies.loadHls();
    } catch (error) {
      console.warn('hls.js not loaded', error);
      if (generation === this.#generation) this.#restartLater();
      return;
    }
    if (generation !== this.#generation || !this.#started) return;
    if (library.isSupported()) this.#loadWith(library);
    else this.#loadNatively();
  }

  #loadWith(library: typeof HlsLibrary): void {
    const hls = new library({
      lowLatencyMode: true,
      backBufferLength: 10,
      liveDurationInfinity: true,
      maxLiveSyncPlaybackRate: 1.5,
    });
    this.#hls = hls;
    hls.on(library.Events.ERROR, (_name, data) => {
      if (hls === this.#hls) this.#failed(library, hls, data);
    });
    hls.loadSource(this.url);
    hls.attachMedia(this.video);
  }

  /** Safari on iPhone has no MediaSource, but plays HLS by itself. */
  #loadNatively(): void {
    this.#native = true;
    this.video.addEventListener('error', this.#onNativeError);
    this.video.src = this.url;
    this.video.load();
  }

  #failed(library: typeof HlsLibrary, hls: HlsLibrary, data: ErrorData): void {
    if (!data.fatal) return;
    this.#endWaiting();
    this.events.waiting();
    switch (data.type) {
      case library.ErrorTypes.NETWORK_ERROR:
        this.#networkFailed(hls);
        return;
      case library.ErrorTypes.MEDIA_ERROR:
        this.#mediaFailed(hls);
        return;
      default:
        this.#restartLater();
    }
  }

  /** The phone dropped, or the server restarts: hls.js has given up, we have not. */
  #networkFailed(hls: HlsLibrary): void {
    const now = this.dependencies.clock.now();
    const again = now - this.#lastNetworkError <= networkErrorSpan;
    this.#lastNetworkError = now;
    if (!again && hls.levels.length > 0) {
      hls.startLoad();
      return;
    }
    // A stream that began anew numbers its segments from the start: nothing of the old list may be kept.
    this.#cancelRetry?.();
    this.#cancelRetry = this.dependencies.clock.after(this.#delay.next(), () => {
      if (hls === this.#hls) hls.loadSource(this.url);
    });
  }

  #mediaFailed(hls: HlsLibrary): void {
    const now = this.dependencies.clock.now();
    this.#mediaErrors = now - this.#lastMediaError > mediaErrorSpan ? 1 : this.#mediaErrors + 1;
    this.#lastMediaError = now;
    if (this.#mediaErrors === 1) {
      hls.recoverMediaError();
    } else if (this.#mediaErrors === 2) {
      hls.swapAudioCodec();
      hls.recoverMediaError();
    } else {
      this.#restartLater();
    }
  }

  #restartLater(): void {
    this.#destroy();
    this.#endWaiting();
    this.events.waiting();
    this.#cancelRetry?.();
    this.#cancelRetry = this.dependencies.clock.after(this.#delay.next(), () => void this.#load());
  }

  /** Jumps to the live edge when far behind; loads anew what stands still without an error. */
  #watch(): void {
    const { video } = this;
    const now = this.dependencies.clock.now();
    // A picture that waits for the doctor's click stands rightly.
    if (video.currentTime !== this.#position.time || video.paused) {
      this.#position = { time: video.currentTime, since: now };
    } else if (now - this.#position.since >= stallLimit) {
      this.events.waiting();
      void this.#load();
      return;
    }
    const hls = this.#hls;
    if (hls?.liveSyncPosition == null || hls.latency <= maximumDelay) return;
    video.currentTime = hls.liveSyncPosition;
  }

  #endWaiting(): void {
    this.#cancelWaiting?.();
    this.#cancelWaiting = null;
  }

  #destroy(): void {
    this.#hls?.destroy();
    this.#hls = null;
    if (!this.#native) return;
    this.#native = false;
    this.video.removeEventListener('error', this.#onNativeError);
    this.video.removeAttribute('src');
    this.video.load();
  }
}
