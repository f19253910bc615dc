/** Finds MediaMTX: setting, PATH, cache, download; in this order. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { Settings } from '../../settings/schema.ts';
import { downloadProgram } from './download.ts';
import { acceptedVersions, pinnedVersion, releaseArchive } from './release.ts';

export type FoundMediaMtx =
  | { found: true; program: string; version: string; where: string }
  | { found: false; reason: string };

/** A slow box that is busy starting must not be taken for one without the program, ms. */
const versionTimeout = 30_000;

/** What a program answers to `--version`; null when it is not one that runs here. */
async function versionOf(program: string): Promise<string | null> {
  try {
    const child = Bun.spawn([program, '--version'], {
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

/** The folder of downloaded programs. */
export function cacheDirectory(setting: string): string {
  if (setting !== 'auto') return setting;
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'consultbox');
}

/** Never throws: the reason says why there is none. */
export async function findMediaMtx(settings: Settings['media']): Promise<FoundMediaMtx> {
  if (settings.program !== 'auto') return await check(settings.program, 'the setting media.program');
  const reasons: string[] = [];
  const inPath = Bun.which('mediamtx', { PATH: process.env.PATH ?? '' });
  if (inPath) {
    const result = await check(inPath, 'PATH');
    if (result.found) return result;
    reasons.push(result.reason);
  }
  const cached = join(cacheDirectory(settings.cacheDir), `mediamtx-${pinnedVersion}`, 'mediamtx');
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
  try {
    await downloadProgram(archive, cached);
    return await check(cached, 'downloaded');
  } catch (error) {
    reasons.push(`${archive.url}: ${messageOf(error)}`);
    return { found: false, reason: reasons.join('; ') };
  }
}
