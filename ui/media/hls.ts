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
/** Farther behind the live edge than this, seconds, and we jump: a consultation is no recording. */
const maximumDelay = 6;

/** Plays HLS into a video element, through hls.js or Safari's own player, and recovers from every error. */
export class HlsPlayer {
  #hls: HlsLibrary | null = null;
  #started = false;
  /** Rises with start and stop, so that a late load of the library is recognised. */
  #generation = 0;
  #mediaErrors = 0;
  #lastMediaError = Number.NEGATIVE_INFINITY;
  #cancels: (() => void)[] = [];
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
    this.#cancels.push(this.dependencies.clock.every(2000, () => this.#followLiveEdge()));
    void this.#load();
  }

  stop(): void {
    if (!this.#started) return;
    this.#started = false;
    this.#generation += 1;
    for (const cancel of this.#cancels.splice(0)) cancel();
    this.video.removeEventListener('playing', this.#onPlaying);
    this.video.removeEventListener('waiting', this.#onWaiting);
    this.video.removeEventListener('error', this.#onNativeError);
    this.#destroy();
  }

  readonly #onPlaying = (): void => {
    this.#delay.reset();
    this.events.playing();
  };

  readonly #onWaiting = (): void => this.events.waiting();

  readonly #onNativeError = (): void => this.#restartLater();

  async #load(): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    this.#destroy();
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
    this.video.addEventListener('error', this.#onNativeError);
    this.video.src = this.url;
    this.video.load();
  }

  #failed(library: typeof HlsLibrary, hls: HlsLibrary, data: ErrorData): void {
    if (!data.fatal) return;
    this.events.waiting();
    if (data.type !== library.ErrorTypes.MEDIA_ERROR) {
      // The patient's phone dropped, or the server restarts: hls.js has given up, we have not.
      this.#restartLater();
      return;
    }
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
    this.events.waiting();
    this.#cancels.push(this.dependencies.clock.after(this.#delay.next(), () => void this.#load()));
  }

  #followLiveEdge(): void {
    const hls = this.#hls;
    if (hls?.liveSyncPosition == null || hls.latency <= maximumDelay) return;
    this.video.currentTime = hls.liveSyncPosition;
  }

  #destroy(): void {
    const hls = this.#hls;
    this.#hls = null;
    if (hls !== null) {
      hls.destroy();
    } else if (this.video.getAttribute('src') !== null) {
      this.video.removeEventListener('error', this.#onNativeError);
      this.video.removeAttribute('src');
      this.video.load();
    }
  }
}
