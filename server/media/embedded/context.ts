/** What every part of the engine shares. */

import type { ProcessRunner } from '../../processes/runner.ts';
import type { Authorisation } from './authorisation.ts';
import type { EngineConfiguration } from './configuration.ts';
import type { Limits } from './limits.ts';
import type { Log } from './log.ts';
import type { PathRegistry } from './paths/registry.ts';
import type { SessionRegistry } from './sessions.ts';

/** Handed to every server and connection of the engine. */
export interface EngineContext {
  readonly configuration: EngineConfiguration;
  readonly log: Log;
  readonly paths: PathRegistry;
  readonly sessions: SessionRegistry;
  readonly authorisation: Authorisation;
  readonly limits: Limits;
  /** The FFmpeg program, for HLS. */
  readonly ffmpeg: string;
  readonly runner: ProcessRunner;
  /** Where HLS writes; wiped at every start. */
  readonly hlsDirectory: string;
}
