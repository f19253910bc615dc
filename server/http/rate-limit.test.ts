import { expect, test } from 'bun:test';
import { Refusal } from '../errors.ts';
import { RateLimiter } from './rate-limit.ts';

function limiter() {
  const clock = { now: 0 };
  const subject = new RateLimiter({ requests: 4, wrong: 2 }, () => clock.now);
  const take = (address: string) => {
    try {
      subject.take(address);
      return 'taken';
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.retryAfter;
    }
  };
  return { clock, subject, take };
}

test('a minute has so many requests, each address its own; the refusal says when the next minute begins', () => {
  const { clock, take } = limiter();
  for (let count = 0; count < 4; count += 1) expect(take('a')).toBe('taken');
  clock.now = 20_500;
  expect(take('a')).toBe(40);
  expect(take('b')).toBe('taken');
  clock.now = 59_999;
  expect(take('a')).toBe(1);
  clock.now = 60_000;
  expect(take('a')).toBe('taken');
});

test('wrong tokens are counted tightly', () => {
  const { subject, take } = limiter();
  expect(take('a')).toBe('taken');
  subject.wrong('a');
  expect(take('a')).toBe('taken');
  subject.wrong('a');
  expect(take('a')).toBe(60);
});

test('a flood of addresses does not free the one that floods', () => {
  const { take } = limiter();
  for (let count = 0; count < 20_000; count += 1) take(`10.0.${count >> 8}.${count & 255}`);
  for (let count = 0; count < 4; count += 1) take('a');
  expect(take('a')).toBe(60);
});
