/** The last lines of a process, for the status page and for the reason of its end. */
export class LogRing {
  readonly #lines: string[] = [];

  /** @param capacity number of lines kept */
  constructor(private readonly capacity = 50) {}

  push(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > this.capacity) this.#lines.shift();
  }

  /** Oldest first. */
  lines(): string[] {
    return [...this.#lines];
  }
}
