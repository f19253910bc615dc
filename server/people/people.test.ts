import { beforeEach, expect, test } from 'bun:test';
import { AuditLog, theBox } from '../audit/log.ts';
import { silentLogger } from '../log/logger.ts';
import { openStore } from '../store/database.ts';
import { weaknessOf } from './password.ts';
import { People } from './people.ts';
import { Sessions } from './sessions.ts';
import { PeopleStore } from './store.ts';
import { Throttle } from './throttle.ts';

const hour = 3_600_000;

let now: number;
let consulting: boolean;
let sessions: Sessions;
let people: People;
let id: string;

beforeEach(async () => {
  now = 1_000_000;
  consulting = false;
  const { store } = openStore(':memory:', silentLogger());
  const peopleStore = new PeopleStore(store);
  const limits = { idle: hour, longest: 10 * hour };
  sessions = new Sessions(
    store,
    peopleStore,
    limits,
    () => consulting,
    () => now,
  );
  const audit = new AuditLog(store, () => now);
  people = new People({ store: peopleStore, sessions, audit, clinicName: () => '阳光诊所', now: () => now });
  const person = {
    login: 'liming',
    name: '李明',
    roles: ['technician' as const],
    password: 'a sentence to keep',
  };
  ({ id } = await people.create(theBox, person, false));
});

const here = (secret: string) => sessions.find(secret, 'browser') !== null;

test('who does nothing is signed out after the idle time, who works is not, and nobody stays for ever', () => {
  const secret = sessions.open(id, '192.168.1.7');
  for (let hours = 0; hours < 10; hours += 1) {
    now += hour - 1;
    expect(here(secret)).toBe(true);
  }
  now += 10;
  expect(here(secret)).toBe(false);
  const idle = sessions.open(id, '192.168.1.7');
  now += hour + 1;
  expect(here(idle)).toBe(false);
});

test('nobody is signed out in the middle of a consultation', () => {
  const secret = sessions.open(id, '192.168.1.7');
  consulting = true;
  now += 5 * hour;
  expect(here(secret)).toBe(true);
  consulting = false;
  expect(here(secret)).toBe(true);
  consulting = true;
  now += 20 * hour;
  expect(here(secret)).toBe(true);
  consulting = false;
  expect(here(secret)).toBe(false);
});

test('a program’s token needs no use to stay, ends with its time, and is no cookie', () => {
  const token = sessions.openForProgram(id, '192.168.1.7', 'grafana', 100 * hour);
  now += 99 * hour;
  expect(sessions.find(token, 'program')?.person.id).toBe(id);
  expect(here(token)).toBe(false);
  now += 2 * hour;
  expect(sessions.find(token, 'program')).toBeNull();
});

test('two people cannot take one login at the same moment', async () => {
  const person = { login: 'WANG', name: '王', roles: ['doctor' as const], password: 'a sentence to keep' };
  const both = await Promise.allSettled([
    people.create(theBox, person, true),
    people.create(theBox, person, true),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('a password is refused for a reason', () => {
  const weakness = (password: string) => weaknessOf(password, ['zhangsan', '张三丰', '阳光诊所']);
  expect(weakness('123456789')).toBe('short');
  expect(weakness('x'.repeat(200))).toBe('long');
  expect(weakness('1q2w3e4r5t')).toBe('common');
  expect(weakness('zhangsan12')).toBe('personal');
  expect(weakness('阳光诊所阳光诊所abc')).toBe('personal');
  expect(weakness('abababababab')).toBe('simple');
  expect(weakness('每天走一万步身体好')).toBe('short');
  expect(weakness('每天走一万步身体真的好')).toBeNull();
  expect(weakness('correct horse battery')).toBeNull();
});

test('a throttle lets go again, and forgets who succeeded', () => {
  const throttle = new Throttle({ attempts: 3, window: 1000 }, () => now);
  for (let tries = 0; tries < 3; tries += 1) {
    expect(throttle.wait('a')).toBe(0);
    throttle.fail('a');
    now += 100;
  }
  expect(throttle.wait('a')).toBe(700);
  expect(throttle.wait('b')).toBe(0);
  now += 700;
  expect(throttle.wait('a')).toBe(0);
  throttle.fail('a');
  throttle.succeed('a');
  expect(throttle.wait('a')).toBe(0);
});
