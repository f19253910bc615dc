import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../log/logger.ts';
import { openStore } from './database.ts';
import { lockDataDirectory } from './lock.ts';
import { consultations } from './schema.ts';
import { readOrCreateSecret, writeDurably } from './secret-file.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'consultbox-store-'));
  file = join(dir, 'consultbox.sqlite');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = () => openStore(file, silentLogger());
/** Databases set aside; without their logs. */
const aside = () => readdirSync(dir).filter((name) => /\.damaged-.+Z$/.test(name));

/** Opens, adds `count` rows, closes. */
function fill(count: number): void {
  const { store, close } = open();
  const rows = Array.from({ length: count }, (_, index) => ({
    id: `consultation-${index}`,
    state: 'ended' as const,
    createdAt: index,
  }));
  store.insert(consultations).values(rows).run();
  close();
}

function countRows(): number {
  const { store, close } = open();
  const { length } = store.select().from(consultations).all();
  close();
  return length;
}

test('what was written is there after the next start, and nothing is set aside', () => {
  fill(3);
  expect(countRows()).toBe(3);
  expect(aside()).toEqual([]);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('a file that is no database is kept aside, whole, and the box begins anew', () => {
  writeFileSync(file, 'not a database, but somebody’s data'.repeat(200));
  const before = readFileSync(file);
  expect(countRows()).toBe(0);
  expect(aside()).toHaveLength(1);
  expect(readFileSync(join(dir, aside()[0] ?? ''))).toEqual(before);
});

test('damage inside, which opening alone would not notice, is found, and nothing of the file is lost', () => {
  fill(2000);
  const bytes = readFileSync(file);
  const pageSize = bytes.readUInt16BE(16);
  // The header and the schema stay good; pages of rows in the middle do not.
  bytes.fill(0xff, pageSize * 12, pageSize * 14);
  writeFileSync(file, bytes);
  expect(countRows()).toBe(0);
  expect(aside()).toHaveLength(1);
  expect(readFileSync(join(dir, aside()[0] ?? ''))).toEqual(bytes);
  // The new one is good: the third start keeps it.
  fill(1);
  expect(countRows()).toBe(1);
  expect(aside()).toHaveLength(1);
});

test('a damaged database takes its write-ahead log along, untouched', () => {
  writeFileSync(file, 'not a database'.repeat(1000));
  writeFileSync(`${file}-wal`, 'its log');
  expect(countRows()).toBe(0);
  expect(readFileSync(join(dir, `${aside()[0]}-wal`), 'utf8')).toBe('its log');
});

test('what a crash left in the write-ahead log is no damage and is not lost', () => {
  const { store, close } = open();
  store.insert(consultations).values({ id: 'written', state: 'open', createdAt: 1 }).run();
  // The files as they are while the box runs are what a crash leaves.
  const crashed = mkdtempSync(join(tmpdir(), 'consultbox-crashed-'));
  try {
    for (const name of readdirSync(dir)) copyFileSync(join(dir, name), join(crashed, name));
    expect(statSync(join(crashed, 'consultbox.sqlite-wal')).size).toBeGreaterThan(0);
    const after = openStore(join(crashed, 'consultbox.sqlite'), silentLogger());
    expect(after.store.select().from(consultations).all()).toHaveLength(1);
    after.close();
    expect(readdirSync(crashed).filter((name) => name.includes('damaged'))).toEqual([]);
  } finally {
    close();
    rmSync(crashed, { recursive: true, force: true });
  }
});

test('every commit is on the disk when it returns', () => {
  const { store, close } = open();
  const value = (pragma: string) => Object.values(store.get<Record<string, unknown>>(`PRAGMA ${pragma}`))[0];
  expect(value('journal_mode')).toBe('wal');
  // 2: FULL
  expect(value('synchronous')).toBe(2);
  close();
});

test('a second supervisor is kept out of the data directory until the first has gone', () => {
  const unlock = lockDataDirectory(dir);
  expect(() => lockDataDirectory(dir)).toThrow('another Consultbox uses the data directory');
  unlock();
  lockDataDirectory(dir)();
});

test('a secret is made once, for its owner alone; what a power cut left half-written is not taken for it', () => {
  const secret = join(dir, 'secret');
  writeFileSync(`${secret}.new`, 'half', { mode: 0o644 });
  expect(readOrCreateSecret(secret, () => 'made')).toBe('made');
  expect(readOrCreateSecret(secret, () => 'another')).toBe('made');
  expect(statSync(secret).mode & 0o077).toBe(0);
  writeFileSync(secret, '');
  expect(readOrCreateSecret(secret, () => 'again')).toBe('again');
});

test('a file is written whole or not at all', () => {
  const target = join(dir, 'file');
  writeDurably(target, 'first');
  // A folder in the way of the fresh copy: the write fails before it touches the old file.
  writeFileSync(join(dir, 'x'), '');
  expect(() => writeDurably(join(dir, 'x', 'file'), 'second')).toThrow();
  writeDurably(target, 'second');
  expect(readFileSync(target, 'utf8')).toBe('second');
  expect(readdirSync(dir)).toEqual(['file', 'x']);
});
