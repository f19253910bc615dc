/** Small files that must outlive everything else, readable by their owner alone. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes so that a power cut leaves the old file or the new one, whole: the content reaches the disk before its
 * name does, and the name before this returns.
 * @throws Error when the disk is full or not writable; the old file is untouched then
 */
export function writeDurably(file: string, text: string): void {
  const fresh = `${file}.new`;
  // What a power cut left there may have other rights.
  rmSync(fresh, { force: true });
  const descriptor = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
  sync(dirname(file));
}

/**
 * Reads a secret, or makes it at the first start.
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
