import { expect, test } from 'bun:test';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAuthority } from './authority.ts';
import { leafFor } from './leaf.ts';

test('the leaf is kept while it fits; a new address gets a new one', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-leaf-'));
  const authority = await openAuthority(dir);
  const first = await leafFor(dir, authority, ['192.168.1.20']);
  expect(await leafFor(dir, authority, ['192.168.1.20'])).toEqual(first);
  expect((await leafFor(dir, authority, ['192.168.1.21'])).cert).not.toBe(first.cert);
});

test.each([
  ['zeros, as a power cut leaves them', '\0'.repeat(2000)],
  ['nothing', ''],
  ['no certificate', '{"cert":"","key":""}'],
])('a damaged leaf is replaced: %s', async (_what, text) => {
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-leaf-'));
  const authority = await openAuthority(dir);
  const first = await leafFor(dir, authority, ['192.168.1.20']);
  writeFileSync(join(dir, 'leaf.json'), text);
  const second = await leafFor(dir, authority, ['192.168.1.20']);
  expect(second.cert).toContain('BEGIN CERTIFICATE');
  expect(second.cert).not.toBe(first.cert);
  expect(await leafFor(dir, authority, ['192.168.1.20'])).toEqual(second);
});
