/** The media server of the image: the same pinned MediaMTX, found in the same way, as for `scripts/start`. */
import type { EngineName } from '../../server/media/contract.ts';
import { findMediaMtx } from '../../server/media/mediamtx/find.ts';
import { loadSettings } from '../../server/settings/load.ts';
import { BuildError } from './errors.ts';

/** The media server that the image will hold. */
export interface ImageEngine {
  engine: EngineName;
  version: string;
  /** The MediaMTX program on this machine; null for the embedded engine, which is always in the image. */
  program: string | null;
}

/** @throws BuildError when there is no MediaMTX and nobody allowed an image without */
export async function findEngine(allowEmbedded: boolean): Promise<ImageEngine> {
  const found = await findMediaMtx(loadSettings(process.env).media);
  if (found.found) return { engine: 'mediamtx', version: found.version, program: found.program };
  if (!allowEmbedded) {
    throw new BuildError(
      [
        `MediaMTX cannot be had: ${found.reason}.`,
        'Put the program into PATH, or set CONSULTBOX_MEDIA_DOWNLOAD_URL to a mirror or an offline copy of its releases;',
        'or build with --allow-embedded: that image runs the embedded media server and says so.',
      ].join('\n'),
    );
  }
  console.warn(
    [
      '',
      '!! ───────────────────────────────────────────────────────────────────────────',
      '!! This image has NO MediaMTX: it runs the embedded media server.',
      `!! ${found.reason}`,
      '!! ───────────────────────────────────────────────────────────────────────────',
      '',
    ].join('\n'),
  );
  return { engine: 'embedded', version: '', program: null };
}
