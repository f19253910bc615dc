/** Tells the box that the patient went, until it has heard: over a dead Wi-Fi and over the mini-program's end. */
import type { Platform } from '../platform/platform.ts';
import type { BoxClient } from './box-client.ts';
import type { Farewell, Memory } from './memory.ts';

/** Between two tries, ms. */
const interval = 5000;

export class Goodbyes {
  #waiting: () => void = () => undefined;

  constructor(
    private readonly platform: Platform,
    private readonly memory: Memory,
    private readonly client: BoxClient,
  ) {}

  /** @param farewell of a real consultation: the demonstration's needs no second try */
  say(farewell: Farewell): void {
    this.memory.keepFarewell(farewell);
    void this.again();
  }

  /** What is still unsaid is said: at the start, and whenever the phone or its network is back. */
  async again(): Promise<void> {
    this.#waiting();
    const farewell = this.memory.farewell();
    if (farewell === null) return;
    const { session, reason } = farewell;
    const heard = await this.client.leave(session, { resumeToken: session.resumeToken, reason });
    // Another one may have been said, or this one taken back, meanwhile.
    if (this.memory.farewell()?.session.resumeToken !== session.resumeToken) return;
    if (heard) this.memory.forgetFarewell();
    else this.#waiting = this.platform.after(interval, () => void this.again());
  }

  /** The patient goes back into it: nobody has left. */
  takeBack(consultationId: string): void {
    if (this.memory.farewell()?.session.consultationId !== consultationId) return;
    this.#waiting();
    this.memory.forgetFarewell();
  }
}
