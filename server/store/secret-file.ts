/** Small secrets that must outlive everything else: one file each, readable by its owner alone. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';

/**
 * Reads a secret, or makes it at the first start. Written so that a power cut leaves a whole file or none.
 * @param make gives the new secret's text
 */
export function readOrCreateSecret(file: string, make: () => string): string {
  if (existsSync(file)) {
    const text = readFileSync(file, 'utf8').trim();
    if (text !== '') return text;
  }
  const text = make();
  const descriptor = openSync(`${file}.new`, 'w', 0o600);
  writeSync(descriptor, `${text}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(`${file}.new`, file);
  return text;
}
