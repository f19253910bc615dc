import { afterAll, beforeAll, expect, test } from 'bun:test';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestAuthority } from '../../tests/tools/test-authority.ts';
import { waitFor } from '../../tests/tools/wait.ts';
import { silentLogger } from '../log/logger.ts';
import { writeDurably } from '../store/secret-file.ts';
import { PublicName } from './public-name.ts';

const name = 'video.hospital.example';
let dir: string;
let hospital: TestAuthority;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'consultbox-public-'));
  hospital = await TestAuthority.create();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** One that reaches no authority. */
function subject(more: { name?: string; dnsHook?: string; days?: number; retryAfter?: number } = {}) {
  return new PublicName({
    dir,
    settings: {
      name: more.name ?? name,
      // Nobody listens there.
      acmeDirectory: 'https://127.0.0.1:9/directory',
      acmeEmail: '',
      dnsHook: more.dnsHook ?? '/bin/true',
    },
    logger: silentLogger(),
    onRenewed: () => undefined,
    ...(more.retryAfter === undefined ? {} : { retryAfter: more.retryAfter }),
    now: () => Date.now() + (more.days ?? 0) * 86_400_000,
  });
}

test('without a name there is nothing, and nothing is ordered', async () => {
  const none = subject({ name: '' });
  expect(await none.current()).toBeNull();
  expect(none.view()).toEqual({ name: '', validUntil: null, ordering: false, failure: null });
});

test('a failed order says why, is tried again, and lets go of no certificate that is still good', async () => {
  writeDurably(
    join(dir, 'certificate.json'),
    JSON.stringify(await hospital.chain({ names: [name], until: 80 })),
  );
  const fresh = subject();
  expect((await fresh.current())?.cert).toContain('BEGIN CERTIFICATE');
  expect(fresh.view()).toMatchObject({ ordering: false, failure: null });

  // Two thirds of its 81 days are over.
  const due = subject({ days: 60, retryAfter: 1 });
  expect(await due.current()).not.toBeNull();
  await waitFor('the order failed', () => due.view().failure);
  expect(due.view().failure).toContain('cannot be reached');
  await waitFor('it is tried again', () => due.view().ordering);
  expect(await due.current()).not.toBeNull();
  due.stop();

  const over = subject({ days: 81 });
  expect(await over.current()).toBeNull();
  await over.renew();
  over.stop();
  // Of another name: not this one's.
  const renamed = subject({ name: 'other.hospital.example' });
  expect(await renamed.current()).toBeNull();
  await renamed.renew();
  renamed.stop();
});

test('without a hook it says so', async () => {
  const hookless = subject({ dnsHook: '', days: 70 });
  await hookless.renew();
  expect(hookless.view().failure).toContain('https.dnsHook');
  hookless.stop();
});

test('what was kept is readable by its owner alone', () => {
  const file = join(dir, 'certificate.json');
  expect(existsSync(file)).toBe(true);
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(new X509Certificate(JSON.parse(readFileSync(file, 'utf8')).cert).checkHost(name)).toBe(name);
});
