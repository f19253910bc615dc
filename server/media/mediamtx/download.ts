/** Downloads the pinned release, refuses any other bytes, and takes out the one file that is wanted. */
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReleaseArchive } from './release.ts';

/** Until the first byte, ms: a clinic without internet must not wait long for the embedded engine. */
const answerTimeout = 6000;
const wholeTimeout = 300_000;

async function read(url: string): Promise<Uint8Array<ArrayBuffer>> {
  if (url.startsWith('file://')) return await Bun.file(fileURLToPath(url)).bytes();
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error('no answer')), answerTimeout);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error('too slow')), wholeTimeout);
    return new Uint8Array(await response.arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param target where the program goes
 * @throws Error when it cannot be had, is not the pinned archive, or cannot be unpacked; nothing is left behind
 */
export async function downloadProgram(archive: ReleaseArchive, target: string): Promise<void> {
  const bytes = await read(archive.url);
  const hash = new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
  if (hash !== archive.sha256) {
    throw new Error(`has SHA-256 ${hash}, not the pinned ${archive.sha256}: refused`);
  }
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), 'unpack-'));
  try {
    writeFileSync(join(work, 'archive.tar.gz'), bytes);
    // By name: the archive also holds a configuration, which must not be found by anything.
    const tar = Bun.spawn(['tar', '-xzf', 'archive.tar.gz', 'mediamtx'], { cwd: work, stderr: 'pipe' });
    if ((await tar.exited) !== 0) {
      throw new Error(`cannot be unpacked: ${(await new Response(tar.stderr).text()).trim()}`);
    }
    chmodSync(join(work, 'mediamtx'), 0o755);
    renameSync(join(work, 'mediamtx'), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
