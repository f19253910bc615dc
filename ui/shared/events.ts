import type { EventMessage } from '../../server/consultations/view.ts';
import { browserClock, type Clock } from '../media/clock.ts';
import { RetryDelay } from '../media/retry-delay.ts';

/** Whether the server's news arrive. */
export type EventsState = 'open' | 'lost';

/** What the client tells its user. */
export interface EventsHandlers {
  message(message: EventMessage): void;
  state(state: EventsState): void;
}

/** What of the browser is needed; handed in by tests. */
export interface EventsDependencies {
  openSocket: (url: string) => WebSocket;
  clock: Clock;
  random?: () => number;
}

const browserDependencies: EventsDependencies = {
  openSocket: (url) => new WebSocket(url),
  clock: browserClock,
};

/** The events socket of one consultation; it comes back after every restart of the server. */
export class EventsClient {
  #socket: WebSocket | null = null;
  #cancelRetry: (() => void) | null = null;
  #closed = false;
  readonly #delay: RetryDelay;

  constructor(
    private readonly url: string,
    private readonly handlers: EventsHandlers,
    private readonly dependencies: EventsDependencies = browserDependencies,
  ) {
    this.#delay = new RetryDelay(500, 5000, dependencies.random);
  }

  open(): void {
    this.#closed = false;
    this.#connect();
  }

  /** The network came back: do not sit out the delay. */
  reconnectNow(): void {
    if (this.#closed || this.#socket?.readyState === 1) return;
    this.#delay.reset();
    this.#connect();
  }

  /** The socket may be dead without knowing it (a cable was pulled somewhere): make another. */
  renew(): void {
    if (this.#closed) return;
    this.#delay.reset();
    this.handlers.state('lost');
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #connect(): void {
    this.#drop();
    const socket = this.dependencies.openSocket(this.url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#delay.reset();
      this.handlers.state('open');
    };
    socket.onmessage = ({ data }) => {
      const message = parse(data);
      if (message !== null) this.handlers.message(message);
    };
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.handlers.state('lost');
      this.#cancelRetry = this.dependencies.clock.after(this.#delay.next(), () => this.#connect());
    };
  }

  #drop(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

/** The socket's address of a consultation, beside the page's own. */
export function eventsUrl(id: string): string {
  const { protocol, host } = window.location;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/consultations/${encodeURIComponent(id)}/events`;
}

function parse(data: unknown): EventMessage | null {
  try {
    return JSON.parse(String(data)) as EventMessage;
  } catch (error) {
    console.warn('unreadable event', error);
    return null;
  }
}
