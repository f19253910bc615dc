/** The certificate that is shown now, kept so that a browser's remembered exception stays good. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import { writeDurably } from '../store/secret-file.ts';
import { type Authority, type Credentials, isPermitted, issueLeaf } from './authority.ts';
import { readCredentials } from './credentials-file.ts';

/** Renewed this long before its end. */
const renewBefore = 30 * 86_400_000;

/** What every leaf carries beside the LAN addresses. */
const ownNames = ['127.0.0.1', 'localhost', 'consultbox.local'];

/** What the leaf is made from. */
export interface LeafOptions {
  /** Folder where it is kept. */
  dir: string;
  authority: Authority;
  /** LAN addresses, IPv4. Those outside the authority's constraints are left out. */
  addresses: string[];
  logger: Logger;
  /** ms since 1970; handed in by tests. */
  now?: number;
}

/** Every name in the certificate's subject alternative names. */
function namesOf(certificate: X509Certificate): string[] {
  const text = certificate.subjectAltName ?? '';
  return text.split(', ').map((name) => name.replace(/^(DNS|IP Address):/, ''));
}

/** The leaf in the file and nothing that cannot be served. @throws Error with the reason */
async function readLeaf(file: string, authority: Authority) {
  const credentials = await readCredentials(file);
  const certificate = new X509Certificate(credentials.cert);
  if (!certificate.checkPrivateKey(createPrivateKey(credentials.key))) {
    throw new Error('key and certificate do not belong together');
  }
  if (!certificate.checkIssued(new X509Certificate(authority.intermediate.toString('pem')))) {
    throw new Error('this box’s authority did not sign it');
  }
  return { credentials, certificate };
}

/**
 * The leaf for these addresses: the one made before while it fits, else a new one. A file that cannot be used is
 * replaced: it must never keep the box from starting.
 */
export async function leafFor(options: LeafOptions): Promise<Credentials> {
  const { dir, authority, addresses, logger, now = Date.now() } = options;
  const names = [...new Set([...addresses.filter(isPermitted), ...ownNames])];
  const file = join(dir, 'leaf.json');
  if (existsSync(file)) {
    try {
      const { credentials, certificate } = await readLeaf(file, authority);
      const left = certificate.validToDate.getTime() - now;
      const has = namesOf(certificate);
      // Names that have gone do no harm: an address that comes back finds its certificate again.
      const fits = names.every((name) => has.includes(name)) && has.every(isPermitted);
      if (fits && left > renewBefore) return credentials;
    } catch (error) {
      logger.warn(
        { file, reason: messageOf(error) },
        'the kept certificate cannot be used: a new one is made',
      );
    }
  }
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const credentials = await issueLeaf(authority, names, now);
  // One file, not two: certificate and key can never be of different ages.
  writeDurably(file, JSON.stringify(credentials));
  return credentials;
}
