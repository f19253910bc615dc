/** The MediaMTX that tests use: found, or downloaded, exactly as the supervisor does it. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FoundMediaMtx, findMediaMtx } from '../../server/media/mediamtx/find.ts';
import { loadSettings } from '../../server/settings/load.ts';

/** Set by scripts/run-tests.ts, which looks once for all test files: why there is none. */
export const withoutMediaMtx = 'CONSULTBOX_TEST_WITHOUT_MEDIAMTX';

/** Looks, with the settings of the environment that concern it; never throws. */
export async function lookForMediaMtx(): Promise<FoundMediaMtx> {
  const reason = process.env[withoutMediaMtx];
  if (reason !== undefined && reason !== '') return { found: false, reason };
  const wanted = Object.entries(process.env).filter(([name]) =>
    /^CONSULTBOX_MEDIA_(PROGRAM|DOWNLOAD_URL|CACHE_DIR)$/.test(name),
  );
  // No consultbox.yaml of somebody's box must have a say here.
  const settings = { ...Object.fromEntries(wanted), CONSULTBOX_DATA_DIR: join(tmpdir(), 'no-consultbox') };
  return await findMediaMtx(loadSettings(settings).media);
}

/** What was found, once for each test process. */
export const mediaMtx = await lookForMediaMtx();

/** Whether it is here. */
export const hasMediaMtx = mediaMtx.found;
