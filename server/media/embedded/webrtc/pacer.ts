/** Spreads a burst, as a whole picture cache is one: a network card's or a browser's buffer would lose most of it. */

/** Packets that may go at once, and again after each interval (ms): about 100 Mbit/s. */
const burst = 64;
const interval = 5;
/** Beyond the picture cache's own limit something else is wrong. */
const maxWaiting = 16_384;

/** What is within a burst goes at once; the rest waits in order. */
export class Pacer {
  private readonly waiting: (() => void)[] = [];
  private sent = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** @param transmit called now or soon, in the order of the calls */
  send(transmit: () => void): void {
    if (this.sent < burst && this.waiting.length === 0) {
      this.sent += 1;
      transmit();
    } else if (this.waiting.length < maxWaiting) this.waiting.push(transmit);
    this.timer ??= setTimeout(() => this.tick(), interval);
  }

  /** Forgets what waits. */
  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.waiting.length = 0;
  }

  private tick(): void {
    this.timer = null;
    const now = this.waiting.splice(0, burst);
    this.sent = now.length;
    for (const transmit of now) transmit();
    if (this.sent > 0) this.timer = setTimeout(() => this.tick(), interval);
  }
}
