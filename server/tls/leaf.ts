/** The certificate that is shown now, kept so that a browser's remembered exception stays good. */
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Authority, type Credentials, issueLeaf, writeSecret } from './authority.ts';

/** Renewed this long before its end. */
const renewBefore = 30 * 86_400_000;

/** What every leaf carries beside the LAN addresses. */
const ownNames = ['127.0.0.1', 'localhost', 'consultbox.local'];

/** Every name in the certificate's subject alternative names. */
function namesOf(pem: string): string[] {
  const text = new X509Certificate(pem).subjectAltName ?? '';
  return text.split(', ').map((name) => name.replace(/^(DNS|IP Address):/, ''));
}

/**
 * The leaf for these addresses: the one made before while it fits, else a new one.
 * @param addresses LAN addresses, IPv4
 */
export async function leafFor(dir: string, authority: Authority, addresses: string[]): Promise<Credentials> {
  const names = [...new Set([...addresses, ...ownNames])];
  const file = join(dir, 'leaf.json');
  if (existsSync(file)) {
    const { cert, key } = JSON.parse(await Bun.file(file).text()) as Credentials;
    const left = new X509Certificate(cert).validToDate.getTime() - Date.now();
    const has = namesOf(cert);
    if (left > renewBefore && names.every((name) => has.includes(name))) return { cert, key };
  }
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const credentials = await issueLeaf(authority, names);
  // One file, not two: certificate and key can never be of different ages.
  await writeSecret(file, JSON.stringify(credentials));
  return credentials;
}
