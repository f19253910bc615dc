/** The advice while it is written: kept by the server a moment after each pause, again and again until it has it. */
import type { Clock } from '../media/clock.ts';

/** `saved`: the server has every letter. `failed`: it is tried again. */
export type DraftState = 'saved' | 'saving' | 'failed';

/** After the last letter, ms. */
const pause = 800;
const retryAfter = 3000;

/** One text on its way to the server; the newest wins. */
export class AdviceDraft {
  state: DraftState = 'saved';
  #text: string;
  #cancel: (() => void) | null = null;
  #sending: Promise<void> | null = null;

  /**
   * @param text what the server has
   * @param save puts it there; rejects when it could not
   * @param changed the state is another one
   */
  constructor(
    private kept: string,
    private readonly save: (text: string) => Promise<unknown>,
    private readonly changed: () => void,
    private readonly clock: Pick<Clock, 'after'>,
  ) {
    this.#text = kept;
  }

  get text(): string {
    return this.#text;
  }

  /** The server has another text, e.g. written on another computer. Words that are still on their way are not lost. */
  receive(text: string): void {
    if (this.state !== 'saved') return;
    this.kept = text;
    this.#text = text;
  }

  write(text: string): void {
    this.#text = text;
    if (this.#text === this.kept && this.#sending === null) {
      this.#cancel?.();
      this.#set('saved');
      return;
    }
    this.#set('saving');
    this.#later(pause);
  }

  /** Saves now what is not saved. @returns whether the server has it */
  async flush(): Promise<boolean> {
    this.#cancel?.();
    await this.#sending;
    // Letters may be typed while the ones before are on their way.
    while (this.#text !== this.kept && (await this.#send()));
    return this.#text === this.kept;
  }

  #later(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.clock.after(ms, () => void this.flush());
  }

  /** @returns whether the server took it */
  async #send(): Promise<boolean> {
    const text = this.#text;
    let taken = false;
    this.#sending = (async () => {
      try {
        await this.save(text);
        this.kept = text;
        taken = true;
        this.#set(this.#text === text ? 'saved' : 'saving');
      } catch (error) {
        console.warn('advice not saved yet', error);
        this.#set('failed');
        this.#later(retryAfter);
      }
    })();
    await this.#sending;
    this.#sending = null;
    return taken;
  }

  #set(state: DraftState): void {
    if (state === this.state) return;
    this.state = state;
    this.changed();
  }
}
