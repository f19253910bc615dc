/** The mini-program's own build, made once for each test process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildMiniapp } from '../../../scripts/miniapp/build.ts';

let built: Promise<string> | null = null;

async function build(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-miniapp-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  await buildMiniapp({ outdir: dir, appId: '', clinic: null, voice: null });
  return dir;
}

/** @returns its folder */
export function miniappPackage(): Promise<string> {
  built ??= build();
  return built;
}
