/** Downloads the pinned release, refuses any other bytes, and takes out the one file that is wanted. */
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../../log/logger.ts';
import { childEnvironment } from '../../processes/runner.ts';
import type { ReleaseArchive } from './release.ts';

/** Until the first byte, ms: a clinic without internet must not wait long for the embedded engine. */
const answerTimeout = 6000;
const wholeTimeout = 300_000;
/** How often a download says how far it is, ms: the start waits for it, and silence looks like a hang. */
const defaultProgress = 3000;

const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10;

async function read(url: string, logger: Logger, progressInterval: number): Promise<Uint8Array<ArrayBuffer>> {
  if (url.startsWith('file://')) return await Bun.file(fileURLToPath(url)).bytes();
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error('no answer')), answerTimeout);
  let received = 0;
  let total: number | null = null;
  const progress = setInterval(
    () => logger.info({ megabytes: megabytes(received), of: total }, 'downloading MediaMTX'),
    progressInterval,
  );
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error('too slow')), wholeTimeout);
    const length = Number(response.headers.get('content-length'));
    if (length > 0) total = megabytes(length);
    const chunks: Uint8Array[] = [];
    const reader = response.body?.getReader();
    for (;;) {
      const chunk = await reader?.read();
      if (chunk?.value === undefined) break;
      chunks.push(chunk.value);
      received += chunk.value.byteLength;
    }
    return new Uint8Array(Buffer.concat(chunks));
  } finally {
    clearTimeout(timer);
    clearInterval(progress);
  }
}

/**
 * @param target where the program goes
 * @param progressInterval how often the log says how far it is, ms
 * @throws Error when it cannot be had, is not the pinned archive, or cannot be unpacked; nothing is left behind
 */
export async function downloadProgram(
  archive: ReleaseArchive,
  target: string,
  logger: Logger,
  progressInterval = defaultProgress,
): Promise<void> {
  const began = Date.now();
  logger.info({ url: archive.url }, 'MediaMTX is not here: downloading it, once');
  const bytes = await read(archive.url, logger, progressInterval);
  const hash = new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
  if (hash !== archive.sha256) {
    throw new Error(`has SHA-256 ${hash}, not the pinned ${archive.sha256}: refused`);
  }
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), 'unpack-'));
  try {
    writeFileSync(join(work, 'archive.tar.gz'), bytes);
    // By name: the archive also holds a configuration, which must not be found by anything.
    const tar = Bun.spawn(['tar', '-xzf', 'archive.tar.gz', 'mediamtx'], {
      cwd: work,
      env: childEnvironment(),
      stderr: 'pipe',
    });
    if ((await tar.exited) !== 0) {
      throw new Error(`cannot be unpacked: ${(await new Response(tar.stderr).text()).trim()}`);
    }
    chmodSync(join(work, 'mediamtx'), 0o755);
    renameSync(join(work, 'mediamtx'), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const seconds = Math.round((Date.now() - began) / 100) / 10;
  logger.info(
    { megabytes: megabytes(bytes.byteLength), seconds },
    'MediaMTX downloaded, its hash is the pinned one',
  );
}
