/** Opens the database: durable at every commit, checked at every start, brought to the newest schema. */
import { Database } from 'bun:sqlite';
import { chmodSync, existsSync, renameSync } from 'node:fs';
import { type BunSQLiteDatabase, drizzle } from 'drizzle-orm/bun-sqlite';
import { migrate } from 'drizzle-orm/bun-sqlite/migrator';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import { programFiles } from '../program-files.ts';
import * as schema from './schema.ts';

/** The tables, with their types. */
export type Store = BunSQLiteDatabase<typeof schema>;

/** The open database and the way to close it. */
export interface OpenStore {
  store: Store;
  /** A trivial query; throws when the database cannot be used. */
  check(): void;
  close(): void;
}

/**
 * @param file path of the database, or `:memory:` for tests
 * @throws Error when the disk is full or not writable
 */
export function openStore(file: string, logger: Logger): OpenStore {
  if (file !== ':memory:' && existsSync(file)) setAsideIfDamaged(file, logger);
  const database = new Database(file, { create: true, strict: true });
  if (file !== ':memory:') chmodSync(file, 0o600);
  database.run('PRAGMA journal_mode = WAL');
  // A power cut must not take back a consultation that was answered with 201.
  database.run('PRAGMA synchronous = FULL');
  database.run('PRAGMA foreign_keys = ON');
  database.run('PRAGMA busy_timeout = 5000');
  const store = drizzle({ client: database, schema, casing: 'snake_case' });
  migrate(store, { migrationsFolder: programFiles.migrations });
  const probe = database.query('SELECT count(*) FROM consultations');
  const close = () => {
    // One whole file for whoever copies it; Drizzle's prepared statements would keep SQLite from doing it by itself.
    database.run('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
  };
  return { store, check: () => void probe.get(), close };
}

/** For commands that look while the supervisor works. @throws Error when the file is not there */
export function openForReading(file: string): Store {
  return drizzle({ client: new Database(file, { readonly: true }), schema, casing: 'snake_case' });
}

/**
 * A damaged database is never deleted: it is moved beside, whole, for someone who can read it, and the box goes
 * on with an empty one. A clinic without IT staff needs the box to work at nine in the morning.
 */
function setAsideIfDamaged(file: string, logger: Logger): void {
  const damage = findDamage(file);
  if (damage === null) return;
  const suffix = `.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const part of ['', '-wal', '-shm']) {
    if (existsSync(file + part)) renameSync(file + part, file + suffix + part);
  }
  logger.error(
    { file, keptAs: file + suffix, damage },
    'the database is damaged: it was kept aside, and an empty one begins. Send the kept file to your technician',
  );
}

/** What is wrong with it, in SQLite's words; null when nothing is. */
function findDamage(file: string): string | null {
  try {
    // Only read: what is damaged must not be "repaired" by looking at it, nor its log be taken in or deleted.
    const database = new Database(file, { readonly: true });
    try {
      const [row] = database.query('PRAGMA integrity_check(1)').values();
      const answer = String(row?.[0]);
      return answer === 'ok' ? null : answer;
    } finally {
      database.close();
    }
  } catch (error) {
    return messageOf(error);
  }
}
