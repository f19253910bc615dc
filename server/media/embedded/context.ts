/** What every part of the engine shares. */
import type { Authorisation } from './authorisation.ts';
import type { EngineConfiguration } from './configuration.ts';
import type { Log } from './log.ts';
import type { PathRegistry } from './paths/registry.ts';
import type { SessionRegistry } from './sessions.ts';

export interface EngineContext {
  readonly configuration: EngineConfiguration;
  readonly log: Log;
  readonly paths: PathRegistry;
  readonly sessions: SessionRegistry;
  readonly authorisation: Authorisation;
  /** The FFmpeg program, for HLS. */
  readonly ffmpeg: string;
}
