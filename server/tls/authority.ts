/**
 * The box's own certificate authority: a root that signs one intermediate, constrained to private address ranges
 * and the box's names, and whose key is then destroyed. So a stolen box cannot make a certificate for a bank
 * that the clinic's PCs would trust.
 */
import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { BlockList, isIPv4 } from 'node:net';
import { join } from 'node:path';
import { AsnConvert } from '@peculiar/asn1-schema';
import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { writeDurably } from '../store/secret-file.ts';

x509.cryptoProvider.set(crypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const day = 86_400_000;

/** PEM texts of a certificate chain (leaf first) and the leaf's private key. */
export interface Credentials {
  cert: string;
  key: string;
}

/** The intermediate that signs the box's leaves, and the root that it comes from. */
export interface Authority {
  /** PEM; what a PC or phone may install. */
  root: string;
  intermediate: x509.X509Certificate;
  key: CryptoKey;
}

/** Private ranges (RFC 1918), link-local and loopback: address and prefix length. */
const permittedRanges = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const;

/** The box's own names. Not all of `.local`: other devices of the clinic have names there. */
const permittedNames = ['consultbox.local', 'localhost'];

const permittedAddresses = new BlockList();
for (const [address, length] of permittedRanges) permittedAddresses.addSubnet(address, length, 'ipv4');

/**
 * Whether the authority may sign this name. One other name makes a whole certificate invalid, for its good names
 * too (RFC 5280, 6.1.4).
 * @param name a DNS name or an IPv4 address
 */
export function isPermitted(name: string): boolean {
  if (isIPv4(name)) return permittedAddresses.check(name, 'ipv4');
  return permittedNames.some((own) => name === own || name.endsWith(`.${own}`));
}

function nameConstraints(): x509.Extension {
  const subtrees = [
    ...permittedRanges.map(([address, length]) => new GeneralName({ iPAddress: `${address}/${length}` })),
    ...permittedNames.map((dNSName) => new GeneralName({ dNSName })),
  ].map((base) => new GeneralSubtree({ base }));
  const value = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(subtrees) });
  return new x509.Extension('2.5.29.30', true, AsnConvert.serialize(value));
}

function serial(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16)))
    .toString('hex')
    .replace(/^./, '1');
}

async function pemOf(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** Opens the authority in `dir`, or makes it at the first start. */
export async function openAuthority(dir: string): Promise<Authority> {
  const files = {
    root: join(dir, 'root.crt'),
    cert: join(dir, 'intermediate.crt'),
    key: join(dir, 'intermediate.key'),
  };
  // root.crt is written last: it being there says that the other two are whole.
  if (existsSync(files.root)) {
    const der = x509.PemConverter.decodeFirst(await Bun.file(files.key).text());
    return {
      root: await Bun.file(files.root).text(),
      intermediate: new x509.X509Certificate(await Bun.file(files.cert).text()),
      key: await crypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']),
    };
  }
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const now = Date.now();
  const rootKeys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const suffix = serial().slice(-8);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `CN=Consultbox Root ${suffix}, O=Consultbox`,
    notBefore: new Date(now - day),
    notAfter: new Date(now + 3650 * day),
    signingAlgorithm: algorithm,
    keys: rootKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      nameConstraints(),
      await x509.SubjectKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const intermediate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: `CN=Consultbox Box ${suffix}, O=Consultbox`,
    issuer: root.subject,
    notBefore: new Date(now - day),
    notAfter: new Date(now + 3650 * day),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: rootKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      nameConstraints(),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  writeDurably(files.key, await pemOf(keys.privateKey));
  writeDurably(files.cert, intermediate.toString('pem'));
  writeDurably(files.root, root.toString('pem'));
  // The root's key was never written and goes with this scope: nothing else can ever be signed by it.
  return { root: root.toString('pem'), intermediate, key: keys.privateKey };
}

/**
 * Issues a leaf for the box. 397 days is the longest that browsers take.
 * @param names DNS names and IPv4 addresses, each permitted (`isPermitted`), or clients refuse the certificate
 * @param now ms since 1970; handed in by tests
 */
export async function issueLeaf(
  authority: Authority,
  names: string[],
  now = Date.now(),
): Promise<Credentials> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: 'CN=Consultbox',
    issuer: authority.intermediate.subject,
    notBefore: new Date(now - day),
    notAfter: new Date(now + 396 * day),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIPv4(name) ? 'ip' : 'dns', value: name }) as const),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority.intermediate.publicKey),
    ],
  });
  return {
    cert: `${leaf.toString('pem')}\n${authority.intermediate.toString('pem')}\n`,
    key: await pemOf(keys.privateKey),
  };
}
