import { afterEach, beforeEach, expect, test } from 'bun:test';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../log/logger.ts';
import { type Authority, type Credentials, issueLeaf, openAuthority } from './authority.ts';
import { leafFor } from './leaf.ts';

const day = 86_400_000;
let dir: string;
let authority: Authority;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'consultbox-leaf-'));
  authority = await openAuthority(dir);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const leaf = (addresses: string[], now?: number) =>
  leafFor({ dir, authority, addresses, logger: silentLogger(), ...(now === undefined ? {} : { now }) });
const namesOf = ({ cert }: Credentials) => new X509Certificate(cert).subjectAltName ?? '';
const file = () => join(dir, 'leaf.json');

test('the same leaf again for the same addresses, for fewer, and after a restart', async () => {
  const first = await leaf(['192.168.1.20', '10.0.0.5']);
  expect(await leaf(['10.0.0.5', '192.168.1.20'])).toEqual(first);
  expect(await leaf(['192.168.1.20'])).toEqual(first);
  expect(await leaf([])).toEqual(first);
  expect(statSync(file()).mode & 0o077).toBe(0);
});

test('another leaf for a new address', async () => {
  const first = await leaf(['192.168.1.20']);
  const second = await leaf(['192.168.1.21']);
  expect(second.cert).not.toBe(first.cert);
  expect(namesOf(second)).toContain('IP Address:192.168.1.21');
});

test('it is renewed 30 days before its end, and not a day earlier', async () => {
  const now = Date.now();
  const first = await leaf(['192.168.1.20'], now);
  const end = new X509Certificate(first.cert).validToDate.getTime();
  expect(await leaf(['192.168.1.20'], end - 31 * day)).toEqual(first);
  const renewed = await leaf(['192.168.1.20'], end - 29 * day);
  expect(renewed.cert).not.toBe(first.cert);
  expect(new X509Certificate(renewed.cert).validToDate.getTime()).toBeGreaterThan(end + 300 * day);
});

test('an address outside the authority’s constraints is left out: it would make the whole leaf invalid', async () => {
  const names = namesOf(await leaf(['203.0.113.7', '100.64.1.2', '192.168.1.20']));
  expect(names).toContain('192.168.1.20');
  expect(names).not.toContain('203.0.113.7');
  expect(names).not.toContain('100.64.1.2');
});

test('a kept leaf with such an address is replaced', async () => {
  const bad = await issueLeaf(authority, [
    '192.168.1.20',
    '203.0.113.7',
    '127.0.0.1',
    'localhost',
    'consultbox.local',
  ]);
  writeFileSync(file(), JSON.stringify(bad));
  expect(namesOf(await leaf(['192.168.1.20']))).not.toContain('203.0.113.7');
});

test.each(['', '{"cert": "-----BEGIN', '[]', 'null', '{"cert": "x", "key": "y"}'])(
  'a broken file never stops the start: %j',
  async (content) => {
    writeFileSync(file(), content);
    const made = await leaf(['192.168.1.20']);
    expect(namesOf(made)).toContain('192.168.1.20');
    expect(await leaf(['192.168.1.20'])).toEqual(made);
  },
);

test('neither does a key of another leaf, nor a leaf of another authority', async () => {
  const first = await leaf(['192.168.1.20']);
  const other = await issueLeaf(authority, ['192.168.1.20']);
  writeFileSync(file(), JSON.stringify({ cert: first.cert, key: other.key }));
  expect((await leaf(['192.168.1.20'])).cert).not.toBe(first.cert);

  const kept = await leaf(['192.168.1.20']);
  rmSync(join(dir, 'root.crt'));
  authority = await openAuthority(dir);
  expect((await leaf(['192.168.1.20'])).cert).not.toBe(kept.cert);
});
