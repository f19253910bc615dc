/** The audit log: who did what, when and from where. It only grows; the database itself refuses a change. */
import { and, asc, desc, eq, gte, lt, lte, type SQL } from 'drizzle-orm';
import type { Store } from '../store/database.ts';
import { audit } from '../store/schema.ts';
import { type AuditFacts, type ChainedLine, chainStart, findBreak, hashOf } from './chain.ts';

/** Who does something, as the log names it. */
export interface Actor {
  id: string | null;
  name: string;
  address: string | null;
}

/** The box itself. */
export const theBox: Actor = { id: null, name: 'box', address: null };

/** Somebody who has not proved who they are. */
export function stranger(address: string): Actor {
  return { id: null, name: 'stranger', address };
}

/** Which lines are asked for. */
export interface AuditFilter {
  action?: string;
  actorId?: string;
  /** ms since 1970. */
  from?: number;
  to?: number;
  /** Lines before this id. */
  before?: number;
  limit?: number;
}

const page = 100;
const longestPage = 1000;

export class AuditLog {
  constructor(
    private readonly store: Store,
    private readonly now: () => number = Date.now,
  ) {}

  /** Adds a line. @param detail never a key, a password, a token or a patient's name */
  add(actor: Actor, action: string, target: string | null = null, detail: AuditFacts['detail'] = {}): void {
    this.store.transaction((work) => {
      const last = work.select({ hash: audit.hash }).from(audit).orderBy(desc(audit.id)).limit(1).get();
      const facts: AuditFacts = {
        ...{ at: this.now(), actorId: actor.id, actor: actor.name, action, target, detail },
        address: actor.address,
      };
      work
        .insert(audit)
        .values({ ...facts, hash: hashOf(last?.hash ?? chainStart, facts) })
        .run();
    });
  }

  /** Newest first. */
  list(filter: AuditFilter = {}): ChainedLine[] {
    const { action, actorId, from, to, before, limit = page } = filter;
    const wanted: (SQL | undefined)[] = [
      action === undefined ? undefined : eq(audit.action, action),
      actorId === undefined ? undefined : eq(audit.actorId, actorId),
      from === undefined ? undefined : gte(audit.at, from),
      to === undefined ? undefined : lte(audit.at, to),
      before === undefined ? undefined : lt(audit.id, before),
    ];
    return this.store
      .select()
      .from(audit)
      .where(and(...wanted))
      .orderBy(desc(audit.id))
      .limit(Math.min(limit, longestPage))
      .all();
  }

  /** Oldest first, all of it. */
  *all(): Generator<ChainedLine> {
    for (let after = 0; ; ) {
      const lines = this.store
        .select()
        .from(audit)
        .where(gte(audit.id, after + 1))
        .orderBy(asc(audit.id))
        .limit(longestPage)
        .all();
      yield* lines;
      const last = lines.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }

  /** Whether a line was changed or taken out. What is missing at the very end cannot be seen: keep exports. */
  verify(): ReturnType<typeof findBreak> {
    return findBreak(this.all());
  }

  /** A table for a spreadsheet. */
  *csv(): Generator<string> {
    yield '\uFEFFid,time,who,action,target,detail,address,hash\r\n';
    for (const { id, at, actor, action, target, detail, address, hash } of this.all()) {
      const fields = [
        id,
        new Date(at).toISOString(),
        actor,
        action,
        target,
        JSON.stringify(detail),
        address,
        hash,
      ];
      yield `${fields.map(csvField).join(',')}\r\n`;
    }
  }
}

/** A spreadsheet must take no field for a formula. */
function csvField(value: string | number | null): string {
  const text = String(value ?? '').replace(/^[=+@\t-]/, "'$&");
  return `"${text.replaceAll('"', '""')}"`;
}
