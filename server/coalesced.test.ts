import { expect, test } from 'bun:test';
import { waitFor } from '../tests/tools/wait.ts';
import { coalesced } from './coalesced.ts';

/** Work whose runs end when the test says so. */
function controlled() {
  const runs: ReturnType<typeof Promise.withResolvers<void>>[] = [];
  const state = { atOnce: 0, most: 0 };
  const ask = coalesced(async () => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    state.atOnce += 1;
    state.most = Math.max(state.most, state.atOnce);
    await run.promise.finally(() => {
      state.atOnce -= 1;
    });
  });
  return { runs, state, ask };
}

test('however often it is asked for during a run, it runs once more, and never twice at once', async () => {
  const { runs, state, ask } = controlled();
  const first = ask();
  // Asked for in the moment between the two runs.
  const between = first.then(() => ask());
  const later = [ask(), ask(), ask()];
  expect(runs).toHaveLength(1);
  runs[0]?.resolve();
  await first;
  await waitFor('the second run', () => runs.length === 2);
  runs[1]?.resolve();
  await Promise.all([...later, between]);
  expect(runs).toHaveLength(2);
  expect(state.most).toBe(1);
});

test('a run that fails is its own caller’s trouble: the next one runs', async () => {
  const { runs, ask } = controlled();
  const first = ask();
  const second = ask();
  runs[0]?.reject(new Error('failed'));
  await expect(first).rejects.toThrow('failed');
  await waitFor('the second run', () => runs.length === 2);
  runs[1]?.resolve();
  await second;
  expect(runs).toHaveLength(2);
});
