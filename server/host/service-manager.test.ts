import { expect, test } from 'bun:test';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotifyReceiver } from '../../tests/tools/notify-receiver.ts';
import { silentLogger } from '../log/logger.ts';
import { databaseProblem, mediaServerProblem, type Problem } from '../status/problems.ts';
import { sendDatagram } from './datagram.ts';
import { ServiceManager, serviceManager } from './service-manager.ts';

/** A box whose state a test sets, watched by a manager whose messages a test reads. */
function watched({ watchdog = 30_000 }: { watchdog?: number | null } = {}) {
  const box = { problems: [] as Problem[], failure: '', summary: '10.0.0.5; embedded; ready', patience: 0 };
  const sent: string[] = [];
  const manager = new ServiceManager({
    send: (message) => void sent.push(message),
    watchdog,
    logger: silentLogger(),
  });
  /** @returns the lines of one look */
  const look = async (now: number): Promise<string[]> => {
    sent.length = 0;
    await manager.check(
      {
        answer: async (patience) => {
          box.patience = patience;
          if (box.failure !== '') throw new Error(box.failure);
        },
        live: () => ({ ok: box.problems.length === 0, problems: box.problems }),
        summary: () => box.summary,
      },
      now,
    );
    return sent.flatMap((message) => message.split('\n'));
  };
  return { box, manager, look, sent };
}

test('READY once all answer, then WATCHDOG, and the status only when it changes', async () => {
  const { box, look, manager, sent } = watched();
  expect(await look(0)).toEqual(['READY=1', 'WATCHDOG=1', 'STATUS=10.0.0.5; embedded; ready']);
  expect(await look(10_000)).toEqual(['WATCHDOG=1']);
  box.summary = 'two\nlines';
  expect(await look(20_000)).toEqual(['WATCHDOG=1', 'STATUS=two lines']);
  sent.length = 0;
  manager.stopping();
  expect(sent).toEqual(['STOPPING=1\nSTATUS=stopping']);
  expect(await look(30_000)).toEqual([]);
});

test('a slow start is waited for: listeners have longer until READY than they have later', async () => {
  const { box, look } = watched({ watchdog: 15_000 });
  box.failure = 'the listener on port 443 does not answer';
  await look(0);
  expect(box.patience).toBe(10_000);
  box.failure = '';
  await look(10_000);
  await look(15_000);
  expect(box.patience).toBe(5000);
});

test('looks more than twice in systemd’s patience, and without a watchdog too', async () => {
  const { look, manager } = watched({ watchdog: 30_000 });
  await look(0);
  expect(manager.interval).toBeLessThan(15_000);
  const without = watched({ watchdog: null });
  await without.look(0);
  expect(without.manager.interval).toBeGreaterThan(0);
});

test('READY waits for the media server, but not for ever', async () => {
  const { box, look } = watched();
  box.problems = [mediaServerProblem];
  expect(await look(0)).toEqual(['STATUS=10.0.0.5; embedded; ready']);
  expect(await look(59_000)).toEqual([]);
  expect(await look(60_000)).toEqual(['READY=1', 'WATCHDOG=1']);
  // Never there in this run: a restart would only repeat the start, and hide the reason.
  expect(await look(3_600_000)).toEqual(['WATCHDOG=1']);
});

test('a media server that restarts leaves the supervisor alone; one that stays away does not', async () => {
  const { box, look } = watched();
  await look(0);
  box.problems = [mediaServerProblem];
  expect(await look(10_000)).toContain('WATCHDOG=1');
  expect(await look(100_000)).toContain('WATCHDOG=1');
  const lines = await look(130_000);
  expect(lines).not.toContain('WATCHDOG=1');
  expect(lines[0]).toStartWith('STATUS=broken: the media server');
  box.problems = [];
  expect(await look(140_000)).toContain('WATCHDOG=1');
});

test('a database that cannot be read, or a listener that does not answer, starves the watchdog', async () => {
  const { box, look } = watched();
  await look(0);
  box.problems = [mediaServerProblem, databaseProblem('disk I/O error')];
  expect(await look(1000)).toEqual(['STATUS=broken: the database cannot be read: disk I/O error']);
  box.problems = [];
  box.failure = 'the listener on port 8080 does not answer';
  expect(await look(2000)).toEqual(['STATUS=broken: the listener on port 8080 does not answer']);
  box.failure = '';
  expect(await look(3000)).toContain('WATCHDOG=1');
});

test('a message that was not delivered is said again', async () => {
  const lost: string[] = [];
  let deaf = true;
  const manager = new ServiceManager({
    send: (message) => {
      if (deaf) throw new Error('nobody receives');
      lost.push(message);
    },
    watchdog: null,
    logger: silentLogger(),
  });
  const box = { answer: async () => undefined, live: () => ({ ok: true, problems: [] }), summary: () => 'x' };
  await manager.check(box, 0);
  deaf = false;
  await manager.check(box, 1000);
  expect(lost).toEqual(['READY=1\nWATCHDOG=1\nSTATUS=x']);
});

test('without NOTIFY_SOCKET there is nothing to tell; systemd’s variables do not reach the children', () => {
  expect(serviceManager({}, silentLogger())).toBeNull();
  const environment = { NOTIFY_SOCKET: '/run/none', WATCHDOG_USEC: '1000000', WATCHDOG_PID: '1', HOME: '/' };
  expect(serviceManager(environment, silentLogger())).not.toBeNull();
  expect(environment as Record<string, string>).toEqual({ HOME: '/' });
});

test.each(['file', 'abstract'])('a datagram arrives at a real socket (%s)', (kind) => {
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-notify-'));
  const path = kind === 'file' ? join(dir, 'notify') : `@consultbox-test-${process.pid}`;
  const receiver = new NotifyReceiver(path);
  try {
    sendDatagram(path, 'READY=1\nSTATUS=视频问诊');
    sendDatagram(path, 'WATCHDOG=1');
    expect(receiver.messages()).toEqual(['READY=1\nSTATUS=视频问诊', 'WATCHDOG=1']);
  } finally {
    receiver.close();
  }
});

test('nobody there, or no name of a socket: an error that says so', () => {
  expect(() => sendDatagram('/nowhere/at/all', 'x')).toThrow('takes no message (errno 2)');
  expect(() => sendDatagram('vsock:2:1234', 'x')).toThrow('not the name of a Unix socket');
});
