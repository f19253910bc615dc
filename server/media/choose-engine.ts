/** Which media server runs, and why. */
import type { Logger } from '../log/logger.ts';
import { programFiles } from '../program-files.ts';
import type { Settings } from '../settings/schema.ts';
import { version } from '../version.ts';
import type { EngineName } from './contract.ts';
import { findMediaMtx } from './mediamtx/find.ts';

/** How to start the engine; its configuration file's path is one more argument. */
export interface ChosenEngine {
  engine: EngineName;
  why: string;
  version: string;
  program: string;
  args: string[];
}

function embedded(why: string): ChosenEngine {
  return {
    engine: 'embedded',
    why,
    version,
    program: process.execPath,
    args: [programFiles.embeddedEngine],
  };
}

/**
 * May download MediaMTX, and says so in the log.
 * @throws Error when the setting asks for MediaMTX and there is none
 */
export async function chooseEngine(settings: Settings['media'], logger: Logger): Promise<ChosenEngine> {
  if (settings.engine === 'embedded') return embedded('the setting media.engine asks for it');
  const found = await findMediaMtx(settings, logger);
  if (found.found) {
    const { program, version: foundVersion, where } = found;
    return {
      engine: 'mediamtx',
      why: `found: ${program} (${where})`,
      version: foundVersion,
      program,
      args: [],
    };
  }
  if (settings.engine === 'mediamtx') {
    throw new Error(
      `media.engine is mediamtx, and it cannot be had: ${found.reason}. Put the program into PATH, set media.program or media.downloadUrl, or set media.engine to auto`,
    );
  }
  return embedded(`MediaMTX cannot be had: ${found.reason}`);
}
