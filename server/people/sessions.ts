/** Who is signed in: browsers with a cookie, programs with a token. Only hashes are kept. */
import { and, desc, eq, isNotNull, ne } from 'drizzle-orm';
import { digest, randomSecret } from '../access/digest.ts';
import type { Store } from '../store/database.ts';
import { sessions } from '../store/schema.ts';
import type { PeopleStore, PersonRecord } from './store.ts';
import type { SessionView } from './view.ts';

/** A session as kept. */
export type SessionRecord = typeof sessions.$inferSelect;

/** Somebody who proved who they are. */
export interface Visitor {
  person: PersonRecord;
  session: SessionRecord;
}

export interface SessionLimits {
  /** A browser that nobody used for this long is signed out, ms. */
  idle: number;
  /** The longest that a browser stays signed in, ms. */
  longest: number;
}

/** The time of the last use is written this rarely: each look at a page would be a write, ms. */
const seenInterval = 60_000;

export class Sessions {
  readonly #endListeners = new Set<(tokenHash: string) => void>();

  constructor(
    private readonly store: Store,
    private readonly people: PeopleStore,
    private readonly limits: SessionLimits,
    /** Somebody in the middle of a consultation is not signed out by the clock. */
    private readonly isConsulting: (personId: string) => boolean,
    private readonly now: () => number = Date.now,
  ) {}

  /** @returns the new session's secret, for a cookie */
  open(personId: string, address: string): string {
    return this.#open(personId, address, null, this.limits.longest);
  }

  /** @param life ms @returns the token, shown once */
  openForProgram(personId: string, address: string, program: string, life: number): string {
    return this.#open(personId, address, program, life);
  }

  /** Called with each session that is ended: what hangs on it ends, too. */
  onEnded(listener: (tokenHash: string) => void): void {
    this.#endListeners.add(listener);
  }

  /** null when it belongs to nobody, was ended, or is over. */
  find(secret: string, kind: 'browser' | 'program'): Visitor | null {
    const session = this.store
      .select()
      .from(sessions)
      .where(and(eq(sessions.tokenHash, digest(secret)), isNotNull(sessions.personId)))
      .get();
    if (session === undefined || (session.program === null) !== (kind === 'browser')) return null;
    const person = this.people.find(session.personId ?? '');
    if (person?.active !== true) return null;
    const now = this.now();
    const seen = session.lastSeenAt ?? session.createdAt;
    const over = session.expiresAt <= now || (session.program === null && now - seen > this.limits.idle);
    if (over && !this.isConsulting(person.id)) {
      this.end(session.tokenHash);
      return null;
    }
    if (now - seen > seenInterval) {
      this.store
        .update(sessions)
        .set({ lastSeenAt: now })
        .where(eq(sessions.tokenHash, session.tokenHash))
        .run();
    }
    return { person, session };
  }

  /** A person's own, newest first. @param current the session that asks */
  list(personId: string, current: string): SessionView[] {
    return this.store
      .select()
      .from(sessions)
      .where(eq(sessions.personId, personId))
      .orderBy(desc(sessions.createdAt))
      .all()
      .map((each) => ({
        id: each.tokenHash.slice(0, 16),
        createdAt: new Date(each.createdAt).toISOString(),
        lastSeenAt: new Date(each.lastSeenAt ?? each.createdAt).toISOString(),
        address: each.address,
        program: each.program,
        current: each.tokenHash === current,
      }));
  }

  end(tokenHash: string): void {
    this.store.delete(sessions).where(eq(sessions.tokenHash, tokenHash)).run();
    for (const listener of this.#endListeners) listener(tokenHash);
  }

  /** One of a person's own. @param id as in `SessionView` @returns whether there was one */
  endOne(personId: string, id: string): boolean {
    const own = this.store.select().from(sessions).where(eq(sessions.personId, personId)).all();
    const found = own.find((each) => each.tokenHash.startsWith(id) && id.length === 16);
    if (found !== undefined) this.end(found.tokenHash);
    return found !== undefined;
  }

  /** @param keep a token's hash that stays */
  endAll(personId: string, keep = ''): void {
    const others = and(eq(sessions.personId, personId), ne(sessions.tokenHash, keep));
    for (const { tokenHash } of this.store.select().from(sessions).where(others).all()) this.end(tokenHash);
  }

  #open(personId: string, address: string, program: string | null, life: number): string {
    const secret = randomSecret();
    const now = this.now();
    this.store
      .insert(sessions)
      .values({
        ...{ tokenHash: digest(secret), personId, address, program },
        ...{ createdAt: now, lastSeenAt: now, expiresAt: now + life },
      })
      .run();
    return secret;
  }
}
