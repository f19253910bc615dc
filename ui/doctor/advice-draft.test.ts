import { beforeEach, expect, test } from 'bun:test';
import { FakeClock } from '../media/fakes.ts';
import { AdviceDraft } from './advice-draft.ts';

let clock: FakeClock;
/** What reached the server. */
let saved: string[];
let reachable: boolean;
let draft: AdviceDraft;

beforeEach(() => {
  clock = new FakeClock();
  saved = [];
  reachable = true;
  draft = new AdviceDraft(
    '',
    async (text) => {
      if (!reachable) throw new Error('unreachable');
      saved.push(text);
    },
    () => undefined,
    clock,
  );
});

test('one request after a pause, not one for each letter', async () => {
  for (const text of ['多', '多喝', '多喝水']) {
    draft.write(text);
    await clock.pass(300);
  }
  expect([saved, draft.state]).toEqual([[], 'saving']);
  await clock.pass(800);
  expect([saved, draft.state]).toEqual([['多喝水'], 'saved']);
});

test('while the server is gone it is tried again until it has the newest text', async () => {
  reachable = false;
  draft.write('a');
  await clock.pass(1000);
  expect(draft.state).toBe('failed');
  // What another computer wrote does not take the words away that are still on their way.
  draft.receive('other');
  draft.write('ab');
  await clock.pass(10_000);
  expect(saved).toEqual([]);
  reachable = true;
  await clock.pass(3000);
  expect([saved, draft.state, draft.text]).toEqual([['ab'], 'saved', 'ab']);
});

test('at the end it is saved at once, letters typed meanwhile too', async () => {
  draft.write('a');
  const flushed = draft.flush();
  await Promise.resolve();
  draft.write('ab');
  expect(await flushed).toBe(true);
  expect(saved).toEqual(['a', 'ab']);
  reachable = false;
  draft.write('abc');
  expect(await draft.flush()).toBe(false);
});

test('a text that is back to what the server has needs no request; another computer’s is taken', async () => {
  draft.write('a');
  draft.write('');
  await clock.pass(2000);
  expect([saved, draft.state]).toEqual([[], 'saved']);
  draft.receive('theirs');
  expect(draft.text).toBe('theirs');
});
