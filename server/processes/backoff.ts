/** Exponential back-off with jitter, so that many processes do not come back in step. */
export interface BackoffOptions {
  /** First delay, ms. */
  first: number;
  /** Upper limit, ms. */
  limit: number;
  /** A run of at least this long counts as healthy and resets the delay, ms. */
  resetAfter: number;
}

/** For a program whose end nobody waits for. */
export const defaultBackoff: BackoffOptions = { first: 250, limit: 15_000, resetAfter: 10_000 };

/** How long to wait before the next start. */
export class Backoff {
  #failures = 0;

  constructor(
    private readonly options: BackoffOptions = defaultBackoff,
    private readonly random: () => number = Math.random,
  ) {}

  /** Failures in a row since the last healthy run. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * @param ranFor how long the process ran before it ended, ms
   * @returns the delay before the next start, ms: doubled each time, ± 20 %
   */
  next(ranFor: number): number {
    if (ranFor >= this.options.resetAfter) this.#failures = 0;
    const plain = Math.min(this.options.limit, this.options.first * 2 ** this.#failures);
    this.#failures += 1;
    return Math.round(plain * (0.8 + 0.4 * this.random()));
  }

  reset(): void {
    this.#failures = 0;
  }
}
