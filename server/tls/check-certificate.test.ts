import { beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $ } from 'bun';
import { type LeafWishes, TestAuthority } from '../../tests/tools/test-authority.ts';
import { readPem, readPfx } from './certificate-files.ts';
import { checkCertificate } from './check-certificate.ts';

const names = ['192.168.1.20', 'video.hospital.example'];
let hospital: TestAuthority;
let other: TestAuthority;

beforeAll(async () => {
  [hospital, other] = await Promise.all([TestAuthority.create(), TestAuthority.create('Other')]);
});

function check(pem: string, key = '', now = Date.now()) {
  const { certificates, keys } = readPem(pem);
  const { problems, credentials } = checkCertificate(
    { certificates, keys: [...keys, ...(key === '' ? [] : [key])] },
    { names, now },
  );
  return { codes: problems.map(({ code }) => code), problems, credentials };
}

/** @returns what is wrong with a leaf like this, in its chain */
async function wrongWith(wishes: Partial<LeafWishes>) {
  const { cert, key } = await hospital.chain({ names, ...wishes });
  return check(cert, key);
}

test('a good one is taken as it is, with its chain', async () => {
  const { cert, key } = await hospital.chain({ names });
  const { codes, credentials } = check(cert + hospital.rootPem, key);
  expect(codes).toEqual([]);
  expect(credentials?.cert.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
  expect(credentials?.key).toContain('PRIVATE KEY');
});

describe('refused', () => {
  test.each<[string, Partial<LeafWishes>]>([
    ['expired', { from: -40, until: -1 }],
    ['not_yet_valid', { from: 2 }],
    ['no_names', { names: [] }],
    ['names_missing', { names: ['other.hospital.example'] }],
    ['not_for_servers', { usage: 'client' }],
    ['is_authority', { isAuthority: true }],
    ['weak_key', { key: 'rsa-1024' }],
    ['weak_signature', { hash: 'SHA-1' }],
  ])('%s', async (code, wishes) => {
    const { codes, credentials, problems } = await wrongWith(wishes);
    expect(codes).toEqual([code as (typeof codes)[number]]);
    expect(credentials).toBeNull();
    // Said in both languages, with what it is about.
    for (const { zh, en } of problems) {
      expect(zh).toMatch(/[一-龥].*。$/);
      expect(en).toMatch(/^[A-Z“].*\.$/);
      expect(zh + en).not.toContain('{');
    }
  });

  test('nothing, nonsense, no key, another’s key, a chain that does not fit', async () => {
    expect(check('hello').codes).toEqual(['no_certificate']);
    expect(check('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----').codes).toEqual([
      'unreadable',
    ]);
    const { cert } = await hospital.chain({ names });
    expect(check(cert).codes).toEqual(['no_key']);
    const { key } = await hospital.leaf({ names });
    expect(check(cert, key).codes).toEqual(['key_mismatch']);
    expect(check(hospital.intermediatePem, key).codes).toEqual(['is_authority']);
    // Of the same name, but another's signature.
    const double = await TestAuthority.create();
    const mine = await hospital.leaf({ names });
    expect(check(mine.cert + double.intermediatePem, mine.key).codes).toEqual(['chain_broken']);
  });

  test('a chain whose authority has expired', async () => {
    const { cert, key } = await hospital.chain({ names, until: 5000 });
    expect(check(cert, key, Date.now() + 4000 * 86_400_000).codes).toContain('chain_expired');
  });
});

describe('taken, with a warning', () => {
  test.each<[string, Partial<LeafWishes>]>([
    ['expires_soon', { until: 20 }],
    ['too_long', { until: 900 }],
    ['names_partly', { names: ['192.168.1.20'] }],
  ])('%s', async (code, wishes) => {
    const { codes, credentials } = await wrongWith(wishes);
    expect(codes).toEqual([code as (typeof codes)[number]]);
    expect(credentials).not.toBeNull();
  });

  test('a chain in the wrong order is put right; what does not belong to it is left out', async () => {
    const { cert, key } = await hospital.leaf({ names });
    const { codes, credentials } = check(
      hospital.rootPem + hospital.intermediatePem + other.rootPem + cert,
      key,
    );
    expect(codes).toEqual(['chain_reordered', 'chain_unused']);
    expect(credentials?.cert).toStartWith(cert.trim());
    expect(credentials?.cert).not.toContain(other.rootPem.slice(100, 160));
  });

  test('without its intermediate', async () => {
    const { cert, key } = await hospital.leaf({ names });
    expect(check(cert, key).codes).toEqual(['chain_incomplete']);
  });

  test('RSA and a wildcard are good; no purpose at all means every purpose', async () => {
    const wildcard = ['192.168.1.20', '*.hospital.example'];
    expect((await wrongWith({ names: wildcard, key: 'rsa-2048', usage: 'none' })).codes).toEqual([]);
  });
});

describe('PFX, made by OpenSSL', () => {
  const modern: string[] = [];
  const old = ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'];
  test.each([
    ['ec', 'AES', modern],
    ['rsa-2048', 'AES', modern],
    ['ec', '3DES, as Windows Server 2012', old],
    ['rsa-2048', '3DES, as Windows Server 2012', old],
  ] as const)('%s, %s', async (key, _, options) => {
    const dir = mkdtempSync(join(tmpdir(), 'consultbox-pfx-'));
    try {
      const leaf = await hospital.leaf({ names, key });
      await Bun.write(join(dir, 'leaf.pem'), leaf.key + leaf.cert);
      await Bun.write(join(dir, 'chain.pem'), hospital.intermediatePem);
      await $`openssl pkcs12 -export -in leaf.pem -certfile chain.pem -out file.pfx -passout pass:Passw0rd ${options}`
        .cwd(dir)
        .quiet();
      const pfx = await Bun.file(join(dir, 'file.pfx')).bytes();
      expect(await readPfx(pfx, 'wrong')).toMatchObject({ code: 'wrong_password' });
      const read = await readPfx(pfx, 'Passw0rd');
      if ('code' in read) throw new Error(read.en);
      const { problems, credentials } = checkCertificate(read, { names, now: Date.now() });
      expect(problems).toEqual([]);
      expect(credentials?.cert.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  test('what is none', async () => {
    expect(await readPfx(Buffer.from('hello'), '')).toMatchObject({ code: 'unreadable' });
  });
});
