/** A certificate authority as a hospital has one: root, intermediate, and leaves with whatever is to be wrong. */
import 'reflect-metadata';
import { isIPv4 } from 'node:net';
import * as x509 from '@peculiar/x509';
import type { Credentials } from '../../server/tls/authority.ts';

x509.cryptoProvider.set(crypto);

const day = 86_400_000;
const elliptic = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const rsa = (modulusLength: number, hash: string) => ({
  ...{ name: 'RSASSA-PKCS1-v1_5', hash, modulusLength },
  publicExponent: new Uint8Array([1, 0, 1]),
});

interface Issuer {
  certificate: x509.X509Certificate;
  key: CryptoKey;
}

/** What a leaf is like; a good one by itself. */
export interface LeafWishes {
  names: string[];
  /** Days from now. */
  from?: number;
  until?: number;
  key?: 'ec' | 'rsa-2048' | 'rsa-1024';
  hash?: 'SHA-1' | 'SHA-256';
  usage?: 'server' | 'client' | 'none';
  isAuthority?: boolean;
  /** PEM: the leaf is made for the key of this request. */
  request?: string;
}

const pem = (certificate: x509.X509Certificate) => `${certificate.toString('pem')}\n`;

/** Makes certificates. */
export class TestAuthority {
  private constructor(
    private readonly root: Issuer,
    private readonly middle: Issuer,
  ) {}

  static async create(name = 'Hospital'): Promise<TestAuthority> {
    const root = await authority(`CN=${name} Root`, null);
    return new TestAuthority(root, await authority(`CN=${name} Issuing`, root));
  }

  get rootPem(): string {
    return pem(this.root.certificate);
  }

  get intermediatePem(): string {
    return pem(this.middle.certificate);
  }

  /** @returns the leaf alone, with its key; empty where the key is the request's */
  async leaf(wishes: LeafWishes): Promise<Credentials> {
    const { names, from = -1, until = 300, key = 'ec', hash = 'SHA-256', usage = 'server' } = wishes;
    const algorithm = key === 'ec' ? elliptic : rsa(key === 'rsa-1024' ? 1024 : 2048, 'SHA-256');
    const keys =
      wishes.request === undefined
        ? ((await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair)
        : null;
    const publicKey =
      wishes.request === undefined
        ? (keys?.publicKey as CryptoKey)
        : new x509.Pkcs10CertificateRequest(wishes.request).publicKey;
    const usages = { server: x509.ExtendedKeyUsage.serverAuth, client: x509.ExtendedKeyUsage.clientAuth };
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: 'CN=consultbox',
      issuer: this.middle.certificate.subject,
      notBefore: new Date(Date.now() + from * day),
      notAfter: new Date(Date.now() + until * day),
      signingAlgorithm: { ...elliptic, hash },
      publicKey,
      signingKey: this.middle.key,
      extensions: [
        new x509.BasicConstraintsExtension(wishes.isAuthority === true, undefined, true),
        ...(usage === 'none' ? [] : [new x509.ExtendedKeyUsageExtension([usages[usage]])]),
        ...(names.length === 0
          ? []
          : [
              new x509.SubjectAlternativeNameExtension(
                names.map((value) => ({ type: isIPv4(value) ? ('ip' as const) : ('dns' as const), value })),
              ),
            ]),
      ],
    });
    return { cert: pem(certificate), key: keys === null ? '' : await keyPem(keys.privateKey) };
  }

  /** With its intermediate, as a server shows it. */
  async chain(wishes: LeafWishes): Promise<Credentials> {
    const { cert, key } = await this.leaf(wishes);
    return { cert: cert + this.intermediatePem, key };
  }
}

function serial(): string {
  return `1${Buffer.from(crypto.getRandomValues(new Uint8Array(15))).toString('hex')}0`;
}

async function keyPem(key: CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

async function authority(name: string, issuer: Issuer | null): Promise<Issuer> {
  const keys = (await crypto.subtle.generateKey(elliptic, true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: name,
    issuer: issuer?.certificate.subject ?? name,
    notBefore: new Date(Date.now() - 30 * day),
    notAfter: new Date(Date.now() + 3000 * day),
    signingAlgorithm: elliptic,
    publicKey: keys.publicKey,
    signingKey: issuer?.key ?? keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, key: keys.privateKey };
}
