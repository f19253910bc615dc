import { expect, test } from 'bun:test';
import { silentLogger } from '../log/logger.ts';
import { Backoff } from './backoff.ts';
import { LogRing } from './log-ring.ts';
import { type ProcessRunner, runProcess } from './runner.ts';
import { SupervisedProcess } from './supervised-process.ts';

/** A runner whose processes end when the test says so. */
function fakeRunner() {
  const started: { signals: string[]; end: (code: number | null) => void }[] = [];
  const runner: ProcessRunner = () => {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    const signals: string[] = [];
    started.push({ signals, end: resolve });
    return {
      pid: 1000 + started.length,
      exited: promise,
      kill: (signal) => {
        signals.push(signal);
        if (signal === 'SIGKILL') resolve(null);
      },
    };
  };
  return { started, runner };
}

const quick = { first: 1, limit: 4, resetAfter: 60_000 };

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

function supervised(runner: ProcessRunner, more: { staleAfter?: number } = {}) {
  return new SupervisedProcess({
    name: 'test',
    command: () => ({ program: 'x', args: [] }),
    runner,
    logger: silentLogger(),
    backoff: quick,
    ladder: [
      { signal: 'SIGTERM', wait: 5 },
      { signal: 'SIGKILL', wait: 1000 },
    ],
    ...more,
  });
}

test('the back-off doubles up to its limit with jitter, and a healthy run resets it', () => {
  const middle = new Backoff({ first: 100, limit: 500, resetAfter: 1000 }, () => 0.5);
  expect([0, 0, 0, 0].map((ranFor) => middle.next(ranFor))).toEqual([100, 200, 400, 500]);
  expect(middle.next(1000)).toBe(100);
  expect(new Backoff({ first: 100, limit: 500, resetAfter: 1000 }, () => 0).next(0)).toBe(80);
  expect(new Backoff({ first: 100, limit: 500, resetAfter: 1000 }, () => 1).next(0)).toBe(120);
});

test('the ring keeps the last lines', () => {
  const ring = new LogRing(2);
  for (const line of ['a', 'b', 'c']) ring.push(line);
  expect(ring.lines()).toEqual(['b', 'c']);
});

test('a process that ends is started again; one that is stopped is not', async () => {
  const { started, runner } = fakeRunner();
  const process = supervised(runner);
  process.start();
  process.start();
  expect(started).toHaveLength(1);
  started[0]?.end(7);
  await until(() => started.length === 2);
  expect(process.status()).toMatchObject({
    wanted: 'running',
    actual: 'running',
    restarts: 1,
    lastExitCode: 7,
  });
  const stopped = process.stop();
  started[1]?.end(0);
  await stopped;
  expect(process.status()).toMatchObject({ wanted: 'stopped', actual: 'stopped', pid: null });
  expect(started).toHaveLength(2);
});

test('the end goes up the ladder to SIGKILL', async () => {
  const { started, runner } = fakeRunner();
  const process = supervised(runner);
  process.start();
  await process.stop();
  expect(started[0]?.signals).toEqual(['SIGTERM', 'SIGKILL']);
});

test('silence is answered by a kill and a fresh start', async () => {
  const { started, runner } = fakeRunner();
  const process = supervised(runner, { staleAfter: 10 });
  process.start();
  await until(() => started.length >= 2);
  expect(started[0]?.signals).toEqual(['SIGKILL']);
  await process.stop();
});

test('a program that is not there is a failure like any other, with its reason kept', async () => {
  const process = new SupervisedProcess({
    name: 'test',
    command: () => ({ program: 'no-such-program-anywhere', args: [] }),
    runner: runProcess,
    logger: silentLogger(),
    backoff: quick,
  });
  process.start();
  await until(() => process.failures >= 2);
  expect(process.status().lastLines.at(-1)).toContain('program not found');
  await process.stop();
});

test('the real runner gives lines and the exit code', async () => {
  const lines: string[] = [];
  const take = (line: string) => lines.push(line);
  const child = runProcess(
    { program: 'sh', args: ['-c', 'echo one; printf two >&2; exit 3'] },
    { onStdout: take, onStderr: take },
  );
  expect(await child.exited).toBe(3);
  expect(lines.toSorted()).toEqual(['one', 'two']);
});

test('a child gets a short environment: nothing of ours but what it is given', async () => {
  const lines: string[] = [];
  process.env.CONSULTBOX_MINIAPP_UPLOAD_KEY = 'somewhere';
  process.env.MTX_RTMPADDRESS = ':1';
  try {
    const child = runProcess(
      { program: 'env', args: [], env: { GIVEN: 'yes' } },
      { onStdout: (line) => lines.push(line), onStderr: () => undefined },
    );
    expect(await child.exited).toBe(0);
  } finally {
    delete process.env.CONSULTBOX_MINIAPP_UPLOAD_KEY;
    delete process.env.MTX_RTMPADDRESS;
  }
  expect(lines).toContain('GIVEN=yes');
  expect(lines).toContain(`PATH=${process.env.PATH}`);
  expect(lines.filter((line) => /CONSULTBOX|MTX|TEST-CODE/.test(line))).toEqual([]);
});
