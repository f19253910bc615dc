/** The certificate that is shown now, kept so that a browser's remembered exception stays good. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../store/durable-file.ts';
import { type Authority, type Credentials, issueLeaf } from './authority.ts';

/** Renewed this long before its end. */
const renewBefore = 30 * 86_400_000;

/** What every leaf carries beside the LAN addresses. */
const ownNames = ['127.0.0.1', 'localhost', 'consultbox.local'];

/** Every name in the certificate's subject alternative names. */
function namesOf(pem: string): string[] {
  const text = new X509Certificate(pem).subjectAltName ?? '';
  return text.split(', ').map((name) => name.replace(/^(DNS|IP Address):/, ''));
}

/** Null when there is none, or none that can be used: a new one is better than a box that does not start. */
async function readLeaf(file: string): Promise<Credentials | null> {
  if (!existsSync(file)) return null;
  try {
    const { cert, key } = JSON.parse(await Bun.file(file).text()) as Credentials;
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)) ? { cert, key } : null;
  } catch {
    return null;
  }
}

/**
 * The leaf for these addresses: the one made before while it fits, else a new one.
 * @param addresses LAN addresses, IPv4
 */
export async function leafFor(dir: string, authority: Authority, addresses: string[]): Promise<Credentials> {
  const names = [...new Set([...addresses, ...ownNames])];
  const file = join(dir, 'leaf.json');
  const kept = await readLeaf(file);
  if (kept !== null) {
    const left = new X509Certificate(kept.cert).validToDate.getTime() - Date.now();
    const has = namesOf(kept.cert);
    if (left > renewBefore && names.every((name) => has.includes(name))) return kept;
  }
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const credentials = await issueLeaf(authority, names);
  // One file, not two: certificate and key can never be of different ages.
  writeDurably(file, JSON.stringify(credentials));
  return credentials;
}
