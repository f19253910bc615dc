import { expect, test } from 'bun:test';
import { Reports } from './reports.ts';

const limits = { silence: 8000, silenceOfSound: 20_000 };

test('a reader of pictures has vanished when nothing was answered for the limit', () => {
  const reports = new Reports(limits);
  for (let now = 0; now <= 8000; now += 33) {
    reports.sent('video', now);
    expect(reports.vanished(now)).toBe(false);
  }
  expect(reports.vanished(8001)).toBe(true);
});

test('any report begins the count anew, from the next packet', () => {
  const reports = new Reports(limits);
  reports.sent('video', 0);
  reports.sent('audio', 0);
  reports.reported();
  expect(reports.vanished(60_000)).toBe(false);
  reports.sent('video', 60_000);
  expect(reports.vanished(68_000)).toBe(false);
  expect(reports.vanished(68_001)).toBe(true);
});

test('a reader to whom nothing is sent is not missed', () => {
  const reports = new Reports(limits);
  expect(reports.vanished(1_000_000)).toBe(false);
  reports.sent('video', 1_000_000);
  expect(reports.vanished(1_000_000)).toBe(false);
});

test('a reader of sound alone is given longer: browsers report on it more rarely', () => {
  const reports = new Reports(limits);
  reports.sent('audio', 0);
  expect(reports.vanished(20_000)).toBe(false);
  expect(reports.vanished(20_001)).toBe(true);
});
