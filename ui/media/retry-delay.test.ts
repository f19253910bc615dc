import { expect, test } from 'bun:test';
import { RetryDelay } from './retry-delay.ts';

test('each failure doubles the delay up to its limit; a success begins again', () => {
  const delay = new RetryDelay(500, 5000, () => 0.5);
  expect(Array.from({ length: 6 }, () => delay.next())).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
  delay.reset();
  expect(delay.next()).toBe(500);
});

test('pages that fail together do not come back together', () => {
  expect(new RetryDelay(1000, 5000, () => 0).next()).toBe(800);
  expect(new RetryDelay(1000, 5000, () => 1).next()).toBe(1200);
});

test('it stays at the limit however often it fails', () => {
  const delay = new RetryDelay(500, 5000, () => 0.5);
  for (let failure = 0; failure < 2000; failure += 1) delay.next();
  expect(delay.next()).toBe(5000);
});
