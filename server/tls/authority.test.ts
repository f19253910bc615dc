import { expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueLeaf, openAuthority } from './authority.ts';

/** What OpenSSL, an independent implementation, says of the chain. */
function verify(dir: string, name: string, kind: 'ip' | 'hostname'): string {
  const result = Bun.spawnSync([
    'openssl', 'verify', '-x509_strict', `-verify_${kind}`, name,
    '-CAfile', join(dir, 'root.crt'), '-untrusted', join(dir, 'intermediate.crt'), join(dir, 'leaf.pem'),
  ]); // biome-ignore format: arguments read best in rows
  return result.stdout.toString() + result.stderr.toString();
}

test('leaf, intermediate and root verify; a name outside the constraints does not; the root key is gone', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-tls-'));
  const authority = await openAuthority(dir);
  const leaf = await issueLeaf(authority, ['192.168.1.20', '127.0.0.1', 'localhost', 'consultbox.local']);
  await Bun.write(join(dir, 'leaf.pem'), leaf.cert);
  expect(verify(dir, '192.168.1.20', 'ip')).toContain('OK');
  expect(verify(dir, 'consultbox.local', 'hostname')).toContain('OK');
  await Bun.write(join(dir, 'leaf.pem'), (await issueLeaf(authority, ['bank.example'])).cert);
  expect(verify(dir, 'bank.example', 'hostname')).toContain('permitted subtree violation');
  expect(readdirSync(dir).filter((file) => file.endsWith('.key'))).toEqual(['intermediate.key']);
  expect(statSync(join(dir, 'intermediate.key')).mode & 0o077).toBe(0);
});

test('the second start keeps the authority', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-tls-'));
  expect((await openAuthority(dir)).root).toBe((await openAuthority(dir)).root);
});
