import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPermitted, issueLeaf, openAuthority } from './authority.ts';

const dirs: string[] = [];
function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-tls-'));
  dirs.push(dir);
  return dir;
}
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

/** What OpenSSL, an independent implementation, says of the chain. */
function verify(dir: string, name: string, kind: 'ip' | 'hostname'): string {
  const result = Bun.spawnSync([
    'openssl', 'verify', '-x509_strict', `-verify_${kind}`, name,
    '-CAfile', join(dir, 'root.crt'), '-untrusted', join(dir, 'intermediate.crt'), join(dir, 'leaf.pem'),
  ]); // biome-ignore format: arguments read best in rows
  return result.stdout.toString() + result.stderr.toString();
}

test('leaf, intermediate and root verify; the root key is gone', async () => {
  const dir = newDir();
  const authority = await openAuthority(dir);
  const leaf = await issueLeaf(authority, ['192.168.1.20', '127.0.0.1', 'localhost', 'consultbox.local']);
  await Bun.write(join(dir, 'leaf.pem'), leaf.cert);
  expect(verify(dir, '192.168.1.20', 'ip')).toContain('OK');
  expect(verify(dir, 'consultbox.local', 'hostname')).toContain('OK');
  expect(readdirSync(dir).filter((file) => file.endsWith('.key'))).toEqual(['intermediate.key']);
  expect(statSync(join(dir, 'intermediate.key')).mode & 0o077).toBe(0);
});

test.each([
  ['bank.example', 'hostname', false],
  ['printer.local', 'hostname', false],
  ['consultbox.local.example', 'hostname', false],
  ['box2.consultbox.local', 'hostname', true],
  ['localhost', 'hostname', true],
  ['203.0.113.7', 'ip', false],
  ['100.64.1.2', 'ip', false],
  ['172.32.0.1', 'ip', false],
  ['172.31.255.1', 'ip', true],
  ['10.1.2.3', 'ip', true],
  ['169.254.1.1', 'ip', true],
] as const)('OpenSSL and isPermitted agree on %s', async (name, kind, permitted) => {
  const dir = newDir();
  const { cert } = await issueLeaf(await openAuthority(dir), [name]);
  await Bun.write(join(dir, 'leaf.pem'), cert);
  expect(isPermitted(name)).toBe(permitted);
  expect(verify(dir, name, kind)).toContain(permitted ? 'OK' : 'permitted subtree violation');
});

test('the second start keeps the authority', async () => {
  const dir = newDir();
  expect((await openAuthority(dir)).root).toBe((await openAuthority(dir)).root);
});
