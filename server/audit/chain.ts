/** The hash chain of the audit log: each line's hash covers the line and the hash before it. */
import { createHash } from 'node:crypto';

/** What a line says. */
export interface AuditFacts {
  /** ms since 1970. */
  at: number;
  /** Who: a person's id; null for the box itself or a stranger. */
  actorId: string | null;
  /** As it was called then. */
  actor: string;
  /** e.g. `sign_in`, `person_created`. */
  action: string;
  /** What it was done to: an id; null where there is nothing. */
  target: string | null;
  /** Never a key, a password, a token or a patient's name. */
  detail: Record<string, string | number | boolean | null>;
  /** Where from; null for the box itself. */
  address: string | null;
}

/** Before the first line. */
export const chainStart = '0'.repeat(64);

/** SHA-256, hex. The order of the fields is fixed, and so is that of the detail's names. */
export function hashOf(before: string, facts: AuditFacts): string {
  const detail = Object.entries(facts.detail).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { at, actorId, actor, action, target, address } = facts;
  const text = JSON.stringify([before, at, actorId, actor, action, target, detail, address]);
  return createHash('sha256').update(text).digest('hex');
}

export interface ChainedLine extends AuditFacts {
  id: number;
  hash: string;
}

/** The first line that does not fit to the one before; null when all do. @param lines oldest first */
export function findBreak(
  lines: Iterable<ChainedLine>,
): { id: number; lines: number } | { id: null; lines: number } {
  let before = chainStart;
  let count = 0;
  for (const line of lines) {
    count += 1;
    if (hashOf(before, line) !== line.hash) return { id: line.id, lines: count };
    before = line.hash;
  }
  return { id: null, lines: count };
}
