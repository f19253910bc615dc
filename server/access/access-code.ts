/** The one access code of the clinic's pages, and the browsers that gave it. */
import { randomInt } from 'node:crypto';
import { and, eq, gt, lte } from 'drizzle-orm';
import { Refusal } from '../errors.ts';
import type { Store } from '../store/database.ts';
import { sessions } from '../store/schema.ts';
import { digest, randomSecret, sameSecret } from './digest.ts';

/** Without 0, O, 1, I and L, which are read wrongly over the telephone. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** e.g. `K7PM-4XQ9-TB3D`: 59 bits. */
export function makeAccessCode(): string {
  const letters = Array.from({ length: 12 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

/** What people type is compared without case, spaces and dashes. */
function plain(code: string): string {
  return code.toUpperCase().replaceAll(/[\s-]/g, '');
}

const sessionLife = 30 * 86_400_000;
const attemptWindow = 60_000;
const attemptsPerAddress = 10;

/** Who may use the clinic’s pages, and how often somebody may guess. */
export class Access {
  /** Times of wrong codes, by address. */
  readonly #wrong = new Map<string, number[]>();

  constructor(
    private readonly store: Store,
    private readonly code: string,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @returns the new session's secret, for a cookie
   * @throws Refusal `wrong_access_code`, or `too_many_attempts` for a minute after many wrong ones
   */
  signIn(code: string, address: string): string {
    this.#check(code, address);
    const secret = randomSecret();
    const now = this.now();
    this.store.delete(sessions).where(lte(sessions.expiresAt, now)).run();
    this.store
      .insert(sessions)
      .values({ tokenHash: digest(secret), createdAt: now, expiresAt: now + sessionLife })
      .run();
    return secret;
  }

  signOut(secret: string): void {
    this.store
      .delete(sessions)
      .where(eq(sessions.tokenHash, digest(secret)))
      .run();
  }

  /** Whether the cookie's value belongs to a session. */
  hasSession(secret: string): boolean {
    const row = this.store
      .select({ tokenHash: sessions.tokenHash })
      .from(sessions)
      .where(and(eq(sessions.tokenHash, digest(secret)), gt(sessions.expiresAt, this.now())))
      .get();
    return row !== undefined;
  }

  /** For programs: the code itself as a bearer token. @throws Refusal as `signIn` */
  checkBearer(code: string, address: string): void {
    this.#check(code, address);
  }

  #check(code: string, address: string): void {
    const since = this.now() - attemptWindow;
    for (const [each, times] of this.#wrong) {
      const recent = times.filter((time) => time > since);
      if (recent.length === 0) this.#wrong.delete(each);
      else this.#wrong.set(each, recent);
    }
    const own = this.#wrong.get(address) ?? [];
    // Not over all addresses together: one wrong tablet must not lock the doctor out.
    if (own.length >= attemptsPerAddress) {
      throw new Refusal('too_many_attempts', 'too many wrong access codes: wait a minute, then try again');
    }
    if (sameSecret(plain(code), plain(this.code))) return;
    this.#wrong.set(address, [...own, this.now()]);
    throw new Refusal(
      'wrong_access_code',
      'wrong access code: it is shown where Consultbox was started, and in the file access-code of its data directory',
    );
  }
}
