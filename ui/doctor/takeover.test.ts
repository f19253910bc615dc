import { afterEach, expect, test } from 'bun:test';
import { Takeover } from './takeover.ts';

const opened: Takeover[] = [];

afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

/** A window; `lost` resolves when another one takes its consultation over. */
function open(id: string): { window: Takeover; lost: Promise<void>; times: () => number } {
  let times = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const window = new Takeover(id, () => {
    times += 1;
    resolve();
  });
  opened.push(window);
  return { window, lost: promise, times: () => times };
}

test('the window that claims has it: the others lose it, itself does not, other consultations do not', async () => {
  const first = open('one');
  const third = open('one');
  const second = open('one');
  const other = open('two');
  second.window.claim();
  await Promise.all([first.lost, third.lost]);
  // Messages keep their order: by now the claim has reached everyone.
  other.window.claim();
  const witness = open('two');
  first.window.claim();
  await second.lost;
  expect([first.times(), second.times(), other.times(), witness.times()]).toEqual([1, 1, 0, 0]);
});

test('a closed window is asked nothing', async () => {
  const first = open('one');
  const second = open('one');
  first.window.close();
  second.window.claim();
  const third = open('one');
  third.window.claim();
  await second.lost;
  expect(first.times()).toBe(0);
});
