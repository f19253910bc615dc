/** What live-pusher and live-player have in common: an element, documented events, a connection that is tried again. */
import type { NativeElement } from '../native.ts';
import type { Handset } from '../wx/handset.ts';

/** How one connection ended. */
export interface ConnectionEnd {
  /** It worked for a while: what was tried in vain before is forgotten. */
  ran: boolean;
  /** The documented warning that says why. */
  code: number;
  message: string;
}

/** As in the SDK below both components: so often, after so many ms. */
const retries = { count: 3, pause: 3000 };

/** netstatus comes so often, ms. */
export const statusEvery = 2000;

/** The documented codes of one side that both have under different numbers. */
interface Codes {
  reconnecting: number;
  givenUp: number;
  putAside: number;
}

export abstract class LiveComponent {
  /** Codes that were emitted, oldest first. */
  readonly codes: number[] = [];
  #run = 0;
  #wake: () => void = () => undefined;
  readonly #stopListening: () => void;

  constructor(
    protected readonly element: NativeElement,
    protected readonly handset: Handset,
    private readonly numbers: Codes,
  ) {
    this.#stopListening = handset.disconnects.on(() => this.disconnect());
  }

  /** One connection, until it ends by itself or by `disconnect`. */
  protected abstract connect(): Promise<ConnectionEnd>;

  /** Ends the connection that runs, if one does. */
  protected abstract disconnect(): void;

  get running(): boolean {
    return this.#run % 2 === 1;
  }

  /** Connects, and again when it breaks, until `halt`. */
  protected begin(): void {
    if (this.running) return;
    this.#run += 1;
    void this.#keepConnected(this.#run);
  }

  /** Ends what `begin` began. */
  protected halt(): void {
    if (!this.running) return;
    this.#run += 1;
    this.#wake();
    this.disconnect();
  }

  /** WeChat left the screen, or a call took the sound. */
  putAside(code = this.numbers.putAside): void {
    if (!this.running) return;
    this.halt();
    this.state(code, 'put aside');
  }

  /** The page is gone. */
  destroy(): void {
    this.#stopListening();
    this.halt();
  }

  protected attribute(name: string): unknown {
    return this.element.attributes[name];
  }

  protected state(code: number, message: string): void {
    this.codes.push(code);
    this.element.emit('statechange', { code, message });
  }

  async #keepConnected(run: number): Promise<void> {
    let inVain = 0;
    for (;;) {
      const { ran, code, message } = await this.connect();
      if (this.#run !== run) return;
      inVain = ran ? 0 : inVain;
      this.state(code, message);
      if (inVain >= retries.count) {
        this.#run += 1;
        this.state(this.numbers.givenUp, 'disconnected, retries used up');
        return;
      }
      inVain += 1;
      this.state(this.numbers.reconnecting, 'reconnecting');
      await this.#pause();
      if (this.#run !== run) return;
    }
  }

  /** Ends early when it is halted. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, retries.pause);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** @returns ends it */
export function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms);
  return () => clearInterval(timer);
}
