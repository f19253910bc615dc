/** What the screen knows: what the supervisor answered, or how long it has been silent. */
import type { ConsoleView } from '../../server/status/console.ts';

/** What is known of the supervisor. */
export type ConsoleState =
  | { kind: 'view'; view: ConsoleView }
  /** @property silent how long nothing was answered, ms */
  | { kind: 'starting'; clinicName: string; silent: number };

/** A pause shorter than this is a restart that nobody need see, ms. */
const grace = 6000;
/** How long a request may take, ms. */
const patience = 1500;

/** Asks `GET /console`. @throws Error when there is no answer */
export type Ask = () => Promise<ConsoleView>;

/** @param port of the internal listener */
export function askSupervisor(port: number): Ask {
  return async () => {
    const response = await fetch(`http://127.0.0.1:${port}/console`, {
      signal: AbortSignal.timeout(patience),
    });
    if (!response.ok) throw new Error(`GET /console answered ${response.status}`);
    return (await response.json()) as ConsoleView;
  };
}

/** Asks the supervisor again and again. */
export class Poller {
  #last: ConsoleView | null = null;
  #answered: number | null = null;
  #since: number | null = null;

  constructor(private readonly ask: Ask) {}

  /** @param now ms; handed in for tests */
  async poll(now: number): Promise<ConsoleState> {
    this.#since ??= now;
    try {
      this.#last = await this.ask();
      this.#answered = now;
      return { kind: 'view', view: this.#last };
    } catch {
      // Not there yet, or away for a moment: what is shown says so.
      const silent = now - (this.#answered ?? this.#since);
      if (this.#last !== null && silent < grace) return { kind: 'view', view: this.#last };
      return { kind: 'starting', clinicName: this.#last?.clinicName ?? '', silent };
    }
  }
}
