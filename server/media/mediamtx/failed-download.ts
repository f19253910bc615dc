/**
 * A download that failed is not tried again for a while. Where packets are dropped, as behind many a hospital's
 * firewall, each attempt takes seconds, and a box that restarts must be quick to hold consultations again.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

const failure = Type.Object({ url: Type.String(), at: Type.Number(), reason: Type.String() });

/** How long a failure counts, ms. Short: the network may be there any moment. */
const memory = 10 * 60_000;

/** Notes in one file. */
export class FailedDownload {
  /** @param file where the note is kept; losing it costs one attempt */
  constructor(private readonly file: string) {}

  /**
   * Why not to try now, in words; null when it is to be tried.
   * @param now ms since 1970
   */
  recent(url: string, now: number): string | null {
    const kept = this.#read();
    if (kept === null || kept.url !== url || kept.at > now || now - kept.at > memory) return null;
    const minutes = Math.ceil((memory - (now - kept.at)) / 60_000);
    return `${kept.reason} (tried a short time ago; again at a start in ${minutes} min, or without ${this.file})`;
  }

  /** @param now ms since 1970 */
  note(url: string, reason: string, now: number): void {
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, JSON.stringify({ url, at: now, reason }));
  }

  /** After a success, or where somebody insists. */
  forget(): void {
    rmSync(this.file, { force: true });
  }

  #read() {
    if (!existsSync(this.file)) return null;
    try {
      const kept: unknown = JSON.parse(readFileSync(this.file, 'utf8'));
      return Value.Check(failure, kept) ? kept : null;
    } catch {
      // Half-written: as good as none.
      return null;
    }
  }
}
