/** How long to wait before the next attempt: doubled after each failure, ± 20 % so that pages do not come in step. */
export class RetryDelay {
  #failures = 0;

  constructor(
    private readonly first: number,
    private readonly limit: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** The delay before the next attempt, ms. */
  next(): number {
    const plain = Math.min(this.limit, this.first * 2 ** this.#failures);
    this.#failures += 1;
    return Math.round(plain * (0.8 + 0.4 * this.random()));
  }

  /** An attempt succeeded: begin again with the first delay. */
  reset(): void {
    this.#failures = 0;
  }
}
