import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../log/logger.ts';
import { openStore } from '../store/database.ts';
import { AuditLog, stranger, theBox } from './log.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'consultbox-audit-'));
  file = join(dir, 'consultbox.sqlite');
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Ten lines. */
function filled() {
  const { store, close } = openStore(file, silentLogger());
  const log = new AuditLog(store, () => 1_000);
  for (let number = 0; number < 10; number += 1) {
    log.add(number % 2 === 0 ? theBox : stranger('192.168.1.7'), 'sign_in_failed', null, {
      b: number,
      a: 'x',
    });
  }
  return { log, close };
}

/** Somebody with the disk in hand takes the triggers away first. */
function tamper(sql: string): void {
  const database = new Database(file);
  database.run('DROP TRIGGER audit_is_not_changed');
  database.run('DROP TRIGGER audit_is_not_deleted');
  database.run(sql);
  database.close();
}

const verify = () => {
  const { store, close } = openStore(file, silentLogger());
  const verdict = new AuditLog(store).verify();
  close();
  return verdict;
};

test('what was written is whole, newest first when it is shown', () => {
  const { log, close } = filled();
  expect(log.verify()).toEqual({ id: null, lines: 10 });
  expect(log.list({ limit: 2 }).map(({ id }) => id)).toEqual([10, 9]);
  expect(log.list({ before: 3 }).map(({ id }) => id)).toEqual([2, 1]);
  close();
});

test('the database refuses a change, and a disk in somebody’s hands gives it away', () => {
  filled().close();
  const database = new Database(file);
  expect(() => database.run("UPDATE audit SET actor = 'me' WHERE id = 4")).toThrow('only grows');
  expect(() => database.run('DELETE FROM audit WHERE id = 4')).toThrow('only grows');
  database.close();
  expect(verify()).toEqual({ id: null, lines: 10 });
  tamper("UPDATE audit SET actor = 'me' WHERE id = 4");
  expect(verify()).toMatchObject({ id: 4 });
});

test('a line that was taken out is missed by the next one', () => {
  filled().close();
  tamper('DELETE FROM audit WHERE id = 4');
  expect(verify()).toMatchObject({ id: 5 });
});

test('the table for a spreadsheet holds no formula', () => {
  const { log, close } = filled();
  log.add({ id: null, name: '=HYPERLINK("http://evil")', address: null }, 'sign_in');
  expect([...log.csv()].at(-1)).toContain(`"'=HYPERLINK(""http://evil"")"`);
  close();
});
