/** Small secrets that must outlive everything else: one file each, readable by its owner alone. */
import { existsSync, readFileSync } from 'node:fs';
import { writeDurably } from './durable-file.ts';

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
  writeDurably(file, `${text}\n`);
  return text;
}
