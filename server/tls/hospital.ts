/** A certificate of the hospital's own CA: the request that it is issued for, and the certificate once it came. */
import 'reflect-metadata';
import { existsSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import { writeDurably } from '../store/secret-file.ts';
import type { Credentials } from './authority.ts';
import { readCredentials } from './credentials-file.ts';

x509.cryptoProvider.set(crypto);

/**
 * RSA, although ECDSA is smaller and faster: the web server template of Windows' own CA takes nothing else by itself.
 */
const algorithm = {
  ...{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048 },
  publicExponent: new Uint8Array([1, 0, 1]),
};

/** A request, with the key that never leaves the box. */
interface CertificateRequest {
  /** PEM of the PKCS #10 request. */
  csr: string;
  /** PEM */
  key: string;
  names: string[];
}

/** What is kept of the hospital's CA. */
export class HospitalCertificate {
  /** @param dir folder where it is kept */
  constructor(
    private readonly dir: string,
    private readonly logger: Logger,
  ) {}

  get #certificateFile(): string {
    return join(this.dir, 'certificate.json');
  }

  get #requestFile(): string {
    return join(this.dir, 'request.json');
  }

  /** Makes a key and a request for these names; the request before, and its key, are forgotten. */
  async makeRequest(names: string[]): Promise<CertificateRequest> {
    const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const request = await x509.Pkcs10CertificateRequestGenerator.create({
      name: [{ CN: [names[0] ?? 'consultbox'] }],
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIPv4(value) ? ('ip' as const) : ('dns' as const), value })),
        ),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
          true,
        ),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ],
    });
    const made: CertificateRequest = {
      csr: `${request.toString('pem')}\n`,
      key: x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
      names,
    };
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    writeDurably(this.#requestFile, JSON.stringify(made));
    return made;
  }

  /** The latest request; null where none was made. */
  async request(): Promise<CertificateRequest | null> {
    return existsSync(this.#requestFile)
      ? ((await Bun.file(this.#requestFile).json()) as CertificateRequest)
      : null;
  }

  /** The certificate; null where there is none. Whether it is still good is another question. */
  async current(): Promise<Credentials | null> {
    if (!existsSync(this.#certificateFile)) return null;
    try {
      return await readCredentials(this.#certificateFile);
    } catch (error) {
      this.logger.error({ reason: messageOf(error) }, 'the imported certificate cannot be read');
      return null;
    }
  }

  async keep(credentials: Credentials): Promise<void> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    writeDurably(this.#certificateFile, JSON.stringify(credentials));
  }

  /** Takes the certificate back; the request and its key stay. */
  forget(): void {
    rmSync(this.#certificateFile, { force: true });
  }
}
