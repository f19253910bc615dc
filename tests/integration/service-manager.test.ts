/** A real supervisor and a real socket where systemd's would be. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Box } from '../tools/box.ts';
import { NotifyReceiver } from '../tools/notify-receiver.ts';
import { waitFor } from '../tools/wait.ts';

const dir = mkdtempSync(join(tmpdir(), 'consultbox-notify-'));
const systemd = new NotifyReceiver(join(dir, 'notify'));
let box: Box;

beforeAll(async () => {
  const settings = { NOTIFY_SOCKET: systemd.path, WATCHDOG_USEC: '3000000' };
  box = await Box.start({ engine: 'embedded', settings });
}, 120_000);

afterAll(async () => {
  await box?.stop();
  systemd.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Waits for one more WATCHDOG=1 than there is now. */
async function fedAgain(): Promise<void> {
  const before = systemd.count('WATCHDOG=1');
  await waitFor('the watchdog is fed', () => systemd.count('WATCHDOG=1') > before);
}

test('READY once, with a status line, then the watchdog is fed again and again', async () => {
  await waitFor('READY=1', () => systemd.count('READY=1') === 1);
  await waitFor('a status line', () =>
    systemd.lines().some((line) => /^STATUS=127\.0\.0\.1; embedded .*; ready$/.test(line)),
  );
  await fedAgain();
  await fedAgain();
  expect(systemd.count('READY=1')).toBe(1);
});

test('a media server that was killed is named in the status; the watchdog is fed on', async () => {
  const { pid } = (await box.status()).media.process;
  if (pid === null) throw new Error('no media server');
  process.kill(pid, 'SIGKILL');
  await fedAgain();
  await waitFor('the media server is back', async () => {
    const { media } = await box.status();
    return media.ready && media.process.pid !== pid;
  });
  await fedAgain();
});

test('it says that it stops', async () => {
  await box.stop();
  expect(systemd.lines().slice(-2)).toEqual(['STOPPING=1', 'STATUS=stopping']);
}, 60_000);
