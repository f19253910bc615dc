/** How often somebody may guess. In memory: a restart costs an attacker more than it gives. */

export interface ThrottleLimits {
  /** Failures that are allowed in a window. */
  attempts: number;
  /** ms. */
  window: number;
}

/** Counts failures by any key: an address, an account. */
export class Throttle {
  readonly #failures = new Map<string, number[]>();

  constructor(
    private readonly limits: ThrottleLimits,
    private readonly now: () => number = Date.now,
  ) {}

  /** @returns how long `key` has to wait, ms; 0: not at all */
  wait(key: string): number {
    const recent = this.#recent(key);
    const first = recent[recent.length - this.limits.attempts];
    return first === undefined ? 0 : first + this.limits.window - this.now();
  }

  fail(key: string): void {
    // What nobody asks for any more must not stay for ever.
    if (this.#failures.size > 10_000) for (const each of [...this.#failures.keys()]) this.#recent(each);
    this.#failures.set(key, [...this.#recent(key), this.now()].slice(-this.limits.attempts));
  }

  /** The right answer was given. */
  succeed(key: string): void {
    this.#failures.delete(key);
  }

  #recent(key: string): number[] {
    const since = this.now() - this.limits.window;
    const recent = (this.#failures.get(key) ?? []).filter((time) => time > since);
    if (recent.length === 0) this.#failures.delete(key);
    else this.#failures.set(key, recent);
    return recent;
  }
}
