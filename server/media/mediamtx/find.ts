/** Finds MediaMTX: setting, PATH, cache, download; in this order. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { type Logger, silentLogger } from '../../log/logger.ts';
import { childEnvironment } from '../../processes/runner.ts';
import type { Settings } from '../../settings/schema.ts';
import { downloadProgram } from './download.ts';
import { FailedDownload } from './failed-download.ts';
import { acceptedVersions, pinnedVersion, releaseArchive } from './release.ts';

/** The program that runs here, or why there is none, in words. */
export type FoundMediaMtx =
  | { found: true; program: string; version: string; where: string }
  | { found: false; reason: string };

/** A slow box that is busy starting must not be taken for one without the program, ms. */
const versionTimeout = 30_000;

/** What a program answers to `--version`; null when it is not one that runs here. */
async function versionOf(program: string): Promise<string | null> {
  try {
    const child = Bun.spawn([program, '--version'], {
      env: childEnvironment(),
      stdout: 'pipe',
      stderr: 'ignore',
      timeout: versionTimeout,
    });
    const text = (await new Response(child.stdout).text()).trim();
    return (await child.exited) === 0 ? text : null;
  } catch (error) {
    return messageOf(error).includes('ENOENT') ? null : `unusable (${messageOf(error)})`;
  }
}

async function check(program: string, where: string): Promise<FoundMediaMtx> {
  const version = await versionOf(program);
  if (version !== null && acceptedVersions.test(version)) return { found: true, program, version, where };
  return {
    found: false,
    reason: `${program} (${where}) is ${version ?? 'not a program that runs here'}; v1.19 or v1.20 is needed`,
  };
}

/** The folder of what can be made or downloaded again. @param setting `media.cacheDir`: `auto` or a folder */
export function cacheDirectory(setting: string): string {
  if (setting !== 'auto') return setting;
  // Empty means unset (XDG Base Directory Specification): an empty one would put the cache where one happens to stand.
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'consultbox');
}

/**
 * May download it. Never throws: the reason says why there is none.
 * @param logger is told of a download; tools that say what matters themselves need none
 */
export async function findMediaMtx(
  settings: Settings['media'],
  logger: Logger = silentLogger(),
): Promise<FoundMediaMtx> {
  if (settings.program !== 'auto') return await check(settings.program, 'the setting media.program');
  const reasons: string[] = [];
  const inPath = Bun.which('mediamtx', { PATH: process.env.PATH ?? '' });
  if (inPath) {
    const result = await check(inPath, 'PATH');
    if (result.found) return result;
    reasons.push(result.reason);
  }
  const folder = join(cacheDirectory(settings.cacheDir), `mediamtx-${pinnedVersion}`);
  const cached = join(folder, 'mediamtx');
  if (existsSync(cached)) {
    const result = await check(cached, 'cache');
    if (result.found) return result;
    reasons.push(result.reason);
  }
  const archive = releaseArchive(settings.downloadUrl);
  if (archive === null) {
    reasons.push(`no release is published for ${process.platform} ${process.arch}`);
    return { found: false, reason: reasons.join('; ') };
  }
  const failed = new FailedDownload(join(folder, 'failed.json'));
  // Who asks for MediaMTX by name would rather wait than have none.
  const recent = settings.engine === 'mediamtx' ? null : failed.recent(archive.url, Date.now());
  if (recent !== null) {
    reasons.push(`${archive.url}: ${recent}`);
    return { found: false, reason: reasons.join('; ') };
  }
  try {
    await downloadProgram(archive, cached, logger);
    failed.forget();
    return await check(cached, 'downloaded');
  } catch (error) {
    const reason = messageOf(error);
    reasons.push(
      `${archive.url}: ${reason}`,
      ...remember(() => failed.note(archive.url, reason, Date.now())),
    );
    return { found: false, reason: reasons.join('; ') };
  }
}

/** The cache may not be writable: that is one more reason, and no end. */
function remember(note: () => void): string[] {
  try {
    note();
    return [];
  } catch (error) {
    return [`the cache: ${messageOf(error)}`];
  }
}
