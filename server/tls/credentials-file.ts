/** A certificate chain and its key in one file: they can never be of different ages. */
import type { Credentials } from './authority.ts';

/** @throws Error when the file holds something else */
export async function readCredentials(file: string): Promise<Credentials> {
  const kept: unknown = JSON.parse(await Bun.file(file).text());
  if (typeof kept !== 'object' || kept === null || !('cert' in kept) || !('key' in kept)) {
    throw new Error('it holds no certificate and key');
  }
  return { cert: String(kept.cert), key: String(kept.key) };
}
