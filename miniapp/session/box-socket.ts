/** The events socket: proof first, then what the box tells and what is told to it. */
import type { PhoneProof, PhoneReport } from '../../server/consultations/phone-protocol.ts';
import type { MachineEvent } from '../machine/events.ts';
import type { StoredSession } from '../machine/model.ts';
import type { Platform, SocketHandle } from '../platform/platform.ts';
import { fieldsOf, readErrorCode, readView } from './read.ts';

/** A phone hears only so that its Wi-Fi dropped a socket in silence, ms. */
const pingEvery = 15_000;
/** A box that answers pings and says nothing for this long is gone, ms. */
const silence = 35_000;
/** `net` of one side at most so often, ms. */
const netEvery = 2000;

function parse(text: string): Record<string, unknown> {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    // Not for us.
    return {};
  }
}

export class BoxSocket {
  #socket: SocketHandle | null = null;
  /** The box has accepted the proof. */
  #proved = false;
  #stopPing: () => void = () => undefined;
  #heardAt = 0;
  #boxAnswersPings = false;
  readonly #netAt = { push: 0, play: 0 };

  constructor(
    private readonly platform: Platform,
    private readonly dispatch: (event: MachineEvent) => void,
  ) {}

  open({ eventsUrl, resumeToken }: StoredSession): void {
    this.close();
    this.#boxAnswersPings = false;
    const socket = this.platform.openSocket(eventsUrl, {
      open: () => {
        const proof: PhoneProof = { resumeToken };
        socket.send(JSON.stringify(proof));
      },
      message: (text) => this.#hear(parse(text)),
      closed: () => {
        this.#forget();
        this.dispatch({ type: 'socket_closed' });
      },
    });
    this.#socket = socket;
  }

  close(): void {
    this.#socket?.close();
    this.#forget();
  }

  /** @returns whether there was a box to hear it */
  tell(report: PhoneReport): boolean {
    if (this.#socket === null || !this.#proved) return false;
    if (report.type === 'net') {
      const now = this.platform.now();
      if (now - this.#netAt[report.side] < netEvery) return false;
      this.#netAt[report.side] = now;
    }
    this.#socket.send(JSON.stringify(report));
    return true;
  }

  #hear(message: Record<string, unknown>): void {
    this.#heardAt = this.platform.now();
    switch (message.type) {
      case 'snapshot': {
        const view = readView(message);
        if (view === null) return;
        const first = !this.#proved;
        this.#proved = true;
        this.dispatch({ type: 'snapshot', view });
        if (first) {
          this.dispatch({ type: 'socket_open' });
          this.#ping();
        }
        return;
      }
      case 'reconnect':
        this.dispatch({ type: 'cut' });
        return;
      case 'pong':
        this.#boxAnswersPings = true;
        return;
      case 'error':
        this.dispatch({ type: 'denied', code: readErrorCode(message) ?? 'internal', advice: null });
        return;
    }
  }

  #ping(): void {
    this.#stopPing = this.platform.after(pingEvery, () => {
      if (this.#boxAnswersPings && this.platform.now() - this.#heardAt > silence) {
        this.close();
        this.dispatch({ type: 'socket_closed' });
        return;
      }
      this.tell({ type: 'ping' });
      this.#ping();
    });
  }

  #forget(): void {
    this.#socket = null;
    this.#proved = false;
    this.#stopPing();
  }
}
