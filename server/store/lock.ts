/** Keeps a second supervisor out of the same data directory. */
import { Database } from 'bun:sqlite';
import { join } from 'node:path';

/**
 * SQLite's exclusive lock is the operating system's: it goes with the process, however that ends, so nothing
 * stale is ever left behind.
 * @returns releases the lock
 * @throws Error when another supervisor holds it
 */
export function lockDataDirectory(dir: string): () => void {
  const database = new Database(join(dir, 'lock.sqlite'), { create: true });
  try {
    database.run('PRAGMA busy_timeout = 0');
    database.run('BEGIN EXCLUSIVE');
  } catch {
    database.close();
    throw new Error(
      `another Consultbox uses the data directory ${dir}: end it first, or set CONSULTBOX_DATA_DIR to another folder`,
    );
  }
  return () => database.close();
}
