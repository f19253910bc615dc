import { afterEach, expect, jest, test } from 'bun:test';
import { Pacer } from './pacer.ts';

afterEach(() => {
  jest.useRealTimers();
});

test('a burst is spread in order; what comes meanwhile waits behind it', () => {
  jest.useFakeTimers();
  const pacer = new Pacer();
  const sent: number[] = [];
  for (let at = 0; at < 150; at += 1) pacer.send(() => sent.push(at));
  expect(sent).toHaveLength(64);
  jest.advanceTimersByTime(5);
  expect(sent).toHaveLength(128);
  pacer.send(() => sent.push(150));
  expect(sent).toHaveLength(128);
  jest.advanceTimersByTime(5);
  expect(sent).toEqual(Array.from({ length: 151 }, (_, at) => at));
});

test('a usual flow goes at once', () => {
  jest.useFakeTimers();
  const pacer = new Pacer();
  let sent = 0;
  for (let picture = 0; picture < 100; picture += 1) {
    for (let part = 0; part < 20; part += 1) {
      pacer.send(() => {
        sent += 1;
      });
    }
    expect(sent).toBe((picture + 1) * 20);
    jest.advanceTimersByTime(33);
  }
});

test('nothing is sent after the end', () => {
  jest.useFakeTimers();
  const pacer = new Pacer();
  let sent = 0;
  for (let at = 0; at < 100; at += 1) {
    pacer.send(() => {
      sent += 1;
    });
  }
  pacer.stop();
  jest.advanceTimersByTime(1000);
  expect(sent).toBe(64);
});
