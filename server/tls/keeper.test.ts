import { expect, test } from 'bun:test';
import { waitFor } from '../../tests/tools/wait.ts';
import { silentLogger } from '../log/logger.ts';
import type { Credentials } from './authority.ts';
import { CertificateKeeper } from './keeper.ts';

const named = (cert: string): Credentials => ({ cert, key: '' });

function keeper(more: { interval?: number; retryAfter?: number; failures?: number } = {}) {
  const state = { current: 'first', shown: [] as string[], failures: more.failures ?? 0, looks: 0 };
  const subject = new CertificateKeeper({
    current: async () => {
      state.looks += 1;
      return named(state.current);
    },
    show: async ({ cert }) => {
      state.shown.push(cert);
      if (state.failures > 0) {
        state.failures -= 1;
        throw new Error('the port is busy');
      }
    },
    logger: silentLogger(),
    ...more,
  });
  subject.start(named('first'));
  return { state, subject };
}

test('the calendar alone renews a certificate; one that still fits disturbs nothing', async () => {
  const { state, subject } = keeper({ interval: 1 });
  await waitFor('it looked several times', () => state.looks > 3);
  expect(state.shown).toEqual([]);
  state.current = 'second';
  await waitFor('the second is shown', () => state.shown.length > 0);
  const { looks } = state;
  await waitFor('it looked again', () => state.looks > looks + 3);
  expect(state.shown).toEqual(['second']);
  subject.stop();
});

test('what could not be shown is tried again', async () => {
  const { state, subject } = keeper({ failures: 2, retryAfter: 1 });
  state.current = 'second';
  await subject.check();
  await waitFor('it was shown', () => state.shown.length === 3);
  await subject.check();
  expect(state.shown).toEqual(['second', 'second', 'second']);
  subject.stop();
});

test('the former certificate is shown again where the next could not be: a listener may be down', async () => {
  const { state, subject } = keeper({ failures: 1, retryAfter: 60_000 });
  state.current = 'second';
  await subject.check();
  state.current = 'first';
  await subject.check();
  expect(state.shown).toEqual(['second', 'first']);
  subject.stop();
});

test('checks that come together show the latest, once', async () => {
  const { state, subject } = keeper();
  state.current = 'second';
  const first = subject.check();
  state.current = 'third';
  await Promise.all([first, subject.check(), subject.check()]);
  expect(state.shown.at(-1)).toBe('third');
  expect(state.looks).toBe(2);
  subject.stop();
});
