import type { ConsultationView, EventMessage } from '../../server/consultations/view.ts';
import { browserClock, type Clock } from '../media/clock.ts';
import { browserPeer } from '../media/peer-link.ts';
import type { MediaFailure } from '../media/signalling.ts';
import {
  type PublisherEvents,
  type PublisherState,
  type PublishingStats,
  WhipPublisher,
} from '../media/whip.ts';
import { ApiError, api, errorCode } from '../shared/api.ts';
import { EventsClient, type EventsHandlers, type EventsState, eventsUrl } from '../shared/events.ts';
import type { LocalMedia } from './local-media.ts';
import { Takeover } from './takeover.ts';

/** How the server can be reached. */
export type NetworkState = 'ok' | 'offline' | 'restarting' | 'unreachable';

/** What the session tells its view. */
export interface SessionHandlers {
  /** Something to draw changed. */
  changed(): void;
  /** Media connections are to be made again at once. */
  reconnect(): void;
  ended(consultation: ConsultationView): void;
  /** The cookie is no longer valid. */
  accessRequired(): void;
}

/** What the session needs beside its consultation; handed in by tests. */
export interface SessionDependencies {
  clock: Clock;
  api: Pick<typeof api, 'consultation' | 'probe'>;
  openEvents: (
    id: string,
    handlers: EventsHandlers,
  ) => Pick<EventsClient, 'open' | 'close' | 'renew' | 'reconnectNow'>;
  openTakeover: (id: string, takenOver: () => void) => Pick<Takeover, 'claim' | 'close'>;
  publish: (
    url: string,
    stream: MediaStream,
    events: PublisherEvents,
  ) => Pick<WhipPublisher, 'start' | 'stop' | 'reconnectNow' | 'replaceTrack' | 'forceKeyFrames'>;
  /** Tells of `online`, `offline` and `pagehide`. */
  page: EventTarget;
  online: () => boolean;
}

function browserSession(): SessionDependencies {
  return {
    clock: browserClock,
    api,
    openEvents: (id, handlers) => new EventsClient(eventsUrl(id), handlers),
    openTakeover: (id, takenOver) => new Takeover(id, takenOver),
    publish: (url, stream, events) =>
      new WhipPublisher(
        url,
        stream,
        {
          ...browserPeer,
          videoCapabilities: () => window.RTCRtpSender?.getCapabilities?.('video') ?? null,
        },
        events,
      ),
    page: window,
    online: () => navigator.onLine,
  };
}

const probeInterval = 2500;
/** A blink of the connection needs no banner. */
const networkPatience = 1500;
const blockedAfter = 3;
/** Refused at once, and not for long yet: the server's program restarts, its machine is there. */
const refusedWithin = 1000;
const restartPatience = 20_000;

/** One consultation on this page: news from the server, the doctor's publishing, and what went wrong. */
export class ConsultationSession {
  consultation: ConsultationView;
  publisher: PublisherState = 'idle';
  stats: PublishingStats | null = null;
  network: NetworkState = 'ok';
  takenOver = false;
  /** Why the doctor's picture is not sent. */
  #publishProblem: string | null = null;
  /** What the server refused last. */
  #commandProblem: string | null = null;

  readonly #events: ReturnType<SessionDependencies['openEvents']>;
  readonly #takeover: ReturnType<SessionDependencies['openTakeover']>;
  #whip: ReturnType<SessionDependencies['publish']> | null = null;
  #connectionFailures = 0;
  #stopProbing: (() => void) | null = null;
  #lostAt = 0;
  #suspecting = false;
  #closed = false;

  constructor(
    consultation: ConsultationView,
    private readonly media: Pick<LocalMedia, 'stream'>,
    private readonly handlers: SessionHandlers,
    private readonly dependencies: SessionDependencies = browserSession(),
  ) {
    this.consultation = consultation;
    this.#events = dependencies.openEvents(consultation.id, {
      message: (message) => this.#received(message),
      state: (state) => this.#eventsChanged(state),
    });
    this.#takeover = dependencies.openTakeover(consultation.id, () => this.#loseToOther());
  }

  /** The failure that the doctor should know of; null when all is well. */
  get problem(): string | null {
    return this.#commandProblem ?? this.#publishProblem;
  }

  start(): void {
    const { page } = this.dependencies;
    page.addEventListener('online', this.#online);
    page.addEventListener('offline', this.#offline);
    page.addEventListener('pagehide', this.#leave);
    this.#takeover.claim();
    this.#events.open();
    this.#publish();
  }

  close(): void {
    this.#closed = true;
    const { page } = this.dependencies;
    page.removeEventListener('online', this.#online);
    page.removeEventListener('offline', this.#offline);
    page.removeEventListener('pagehide', this.#leave);
    this.#stopProbing?.();
    this.#events.close();
    this.#takeover.close();
    this.#whip?.stop();
  }

  /** Another window had the consultation; this one continues. */
  takeBack(): void {
    this.takenOver = false;
    this.#takeover.claim();
    this.#publishProblem = null;
    this.#publish();
    this.handlers.reconnect();
    this.handlers.changed();
  }

  dismissProblem(): void {
    this.#commandProblem = null;
    this.#publishProblem = null;
    this.handlers.changed();
  }

  /** Camera and microphone were opened anew: send those. */
  async useNewTracks(): Promise<void> {
    for (const track of this.media.stream?.getTracks() ?? []) await this.#whip?.replaceTrack(track);
  }

  /** Runs a command of the API and draws what it answers. */
  async command(send: (id: string) => Promise<ConsultationView>): Promise<void> {
    try {
      const consultation = await send(this.consultation.id);
      this.#commandProblem = null;
      this.#update(consultation);
    } catch (error) {
      this.#apiFailed(error);
    }
  }

  /** The answer to a command that something else sent. */
  take(consultation: ConsultationView): void {
    this.#update(consultation);
  }

  /** Asks the server how the consultation stands. */
  refresh(): Promise<void> {
    return this.command((id) => this.dependencies.api.consultation(id));
  }

  #publish(): void {
    const stream = this.media.stream;
    if (stream === null || this.#closed) return;
    this.#whip?.stop();
    this.#whip = this.dependencies.publish(this.consultation.whipUrl, stream, {
      state: (state) => {
        this.publisher = state;
        if (state === 'publishing') this.#published();
        this.handlers.changed();
      },
      failure: (failure) => this.#publishingFailed(failure),
      stats: (stats) => {
        this.stats = stats;
        this.handlers.changed();
      },
    });
    this.#whip.start();
  }

  #published(): void {
    this.#connectionFailures = 0;
    this.#publishProblem = null;
  }

  #publishingFailed(failure: MediaFailure): void {
    if (failure.code === 'access_required') {
      this.handlers.accessRequired();
      return;
    }
    if (failure.code === 'consultation_ended') {
      void this.refresh();
      return;
    }
    if (failure.code === 'ice_failed' || failure.code === 'ice_timeout') {
      this.#connectionFailures += 1;
      if (this.#connectionFailures >= blockedAfter) this.#publishProblem = 'ice_blocked';
      void this.#suspectNetwork();
    } else if (failure.code === 'network') {
      void this.#suspectNetwork();
    } else if (failure.code === 'media_unavailable') {
      this.#publishProblem = 'media_unavailable';
    } else if (!failure.retryable) {
      this.#publishProblem = failure.code === 'no_h264' ? 'no_h264_local' : failure.code;
    }
    this.handlers.changed();
  }

  #received(message: EventMessage): void {
    switch (message.type) {
      case 'snapshot':
        this.#update(message.consultation);
        return;
      case 'reconnect':
        this.#whip?.reconnectNow();
        this.handlers.reconnect();
        return;
      case 'error':
        if (message.error.code === 'taken_over') this.#loseToOther();
        else if (message.error.code === 'access_required') this.handlers.accessRequired();
        else this.#commandProblem = message.error.code;
        this.handlers.changed();
        return;
      case 'event':
        return;
    }
  }

  #update(consultation: ConsultationView): void {
    if (this.#closed) return;
    const watchedBefore = this.consultation.doctor.watched;
    this.consultation = consultation;
    if (consultation.state === 'ended') {
      this.close();
      this.handlers.ended(consultation);
      return;
    }
    // The phone's player starts at a keyframe.
    if (consultation.doctor.watched && !watchedBefore) this.#whip?.forceKeyFrames();
    this.handlers.changed();
  }

  #loseToOther(): void {
    this.takenOver = true;
    this.#whip?.stop();
    this.#whip = null;
    this.handlers.changed();
  }

  #eventsChanged(state: EventsState): void {
    if (state === 'open') {
      this.#stopProbing?.();
      this.#stopProbing = null;
      this.#setNetwork('ok');
      void this.refresh();
      return;
    }
    if (this.#stopProbing !== null) return;
    this.#lostAt = this.dependencies.clock.now();
    const cancelFirst = this.dependencies.clock.after(networkPatience, () => void this.#probe());
    const cancelNext = this.dependencies.clock.every(probeInterval, () => void this.#probe());
    this.#stopProbing = () => {
      cancelFirst();
      cancelNext();
    };
  }

  /** Media broke although the socket seems well: a pulled cable takes minutes to be noticed there. */
  async #suspectNetwork(): Promise<void> {
    if (this.#suspecting || this.#stopProbing !== null) return;
    this.#suspecting = true;
    try {
      this.#update(await this.dependencies.api.probe(this.consultation.id));
    } catch (error) {
      if (errorCode(error) === 'network' && this.#stopProbing === null) this.#events.renew();
    } finally {
      this.#suspecting = false;
    }
  }

  /** The socket is gone: an ordinary request can say why. */
  async #probe(): Promise<void> {
    const asked = this.dependencies.clock.now();
    try {
      this.#update(await this.dependencies.api.probe(this.consultation.id));
      if (this.#closed || this.#stopProbing === null) return;
      this.#setNetwork('restarting');
      this.#events.reconnectNow();
    } catch (error) {
      if (this.#closed || this.#stopProbing === null) return;
      if (!this.dependencies.online()) this.#setNetwork('offline');
      else if (error instanceof ApiError && error.status >= 500) this.#setNetwork('restarting');
      else if (errorCode(error) === 'network') this.#setNetwork(this.#silence(asked));
      else this.#apiFailed(error);
    }
  }

  /** What it means that a request which was sent at that time found nobody. */
  #silence(asked: number): NetworkState {
    const now = this.dependencies.clock.now();
    return now - asked < refusedWithin && now - this.#lostAt < restartPatience ? 'restarting' : 'unreachable';
  }

  #apiFailed(error: unknown): void {
    if (this.#closed) return;
    const code = errorCode(error);
    if (code === 'access_required') {
      this.handlers.accessRequired();
      return;
    }
    this.#commandProblem = code;
    // The socket does not know yet: once it is made anew, what is shown mends itself.
    if (code === 'network' && this.#stopProbing === null) this.#events.renew();
    this.handlers.changed();
  }

  #setNetwork(network: NetworkState): void {
    if (network === this.network) return;
    this.network = network;
    this.handlers.changed();
  }

  readonly #online = (): void => {
    this.#events.renew();
    this.#whip?.reconnectNow();
    this.handlers.reconnect();
  };

  readonly #offline = (): void => this.#setNetwork('offline');

  /** A page that is closed frees the stream at once, so that a reload can publish without waiting. */
  readonly #leave = (): void => this.#whip?.stop();
}
