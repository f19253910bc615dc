/** What a person sees while it builds: one line a step, with the seconds, and everything else in a log. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Steps with their times for a person, and everything else for the log. */
export class Progress {
  readonly #begin = performance.now();

  /** @param log where the programs' output goes */
  constructor(readonly log: string) {
    mkdirSync(dirname(log), { recursive: true });
    writeFileSync(log, '');
  }

  /** Seconds since the build began. */
  elapsed(): number {
    return Math.round((performance.now() - this.#begin) / 1000);
  }

  /** Announces a step, runs it and says how long it took. */
  async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.say(`› ${title}`);
    const begin = performance.now();
    const result = await work();
    this.say(`✓ ${title}: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    return result;
  }

  /** One line on the screen and in the log. */
  say(text: string): void {
    console.log(`[${String(this.elapsed()).padStart(4)} s] ${text}`);
    this.note(text);
  }

  /** A line for the log alone. */
  note(text: string): void {
    appendFileSync(this.log, `${text}\n`);
  }
}
