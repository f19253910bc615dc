/** Finds out whether a publisher's video uses B-frames, which WebRTC cannot carry. */
import type { StreamKeys } from '../access/stream-keys.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { MediaPath, MediaServer } from '../media/contract.ts';
import type { ProcessRunner } from '../processes/runner.ts';
import { ffprobeOf } from './ffprobe.ts';

/** What the detector needs. */
export interface BFrameDependencies {
  media: Pick<MediaServer, 'input'>;
  keys: StreamKeys;
  /** The FFmpeg program; ffprobe is looked for beside it. */
  ffmpeg: string;
  runner: ProcessRunner;
  logger: Logger;
  /** How long a probe may take, ms. */
  timeout?: number;
}

const defaultTimeout = 15_000;
const question = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=has_b_frames'];

/** Asks once for each publisher; until the answer is there, none are assumed. */
export class BFrameDetector {
  /** By the publisher's id. */
  readonly #found = new Map<string, boolean>();

  constructor(private readonly dependencies: BFrameDependencies) {}

  /** @param path a path that is ready */
  has(path: MediaPath, consultationId: string): boolean {
    const id = path.source?.id;
    if (id === undefined) return false;
    const known = this.#found.get(id);
    if (known !== undefined) return known;
    this.#found.set(id, false);
    void this.#probe(path.name, id, consultationId);
    return false;
  }

  /** Forgets publishers that have gone. */
  keepOnly(paths: MediaPath[]): void {
    const present = new Set(paths.map((path) => path.source?.id));
    for (const id of this.#found.keys()) if (!present.has(id)) this.#found.delete(id);
  }

  async #probe(name: string, id: string, consultationId: string): Promise<void> {
    const { media, keys, ffmpeg, runner, logger, timeout = defaultTimeout } = this.dependencies;
    const key = keys.issueForTranscoder({ consultationId, path: name, action: 'read' });
    let reorder = 0;
    let timer: Timer | null = null;
    try {
      const program = ffprobeOf(ffmpeg);
      if (program === null) throw new Error(`there is none beside ${ffmpeg}`);
      const child = runner(
        { program, args: [...question, '-of', 'csv=p=0', ...media.input(name, key)] },
        {
          onStdout: (line) => {
            reorder = Math.max(reorder, Number.parseInt(line, 10) || 0);
          },
          onStderr: () => undefined,
        },
      );
      // Nothing that it still does is worth an orderly end.
      timer = setTimeout(() => child.kill('SIGKILL'), timeout);
      await child.exited;
    } catch (error) {
      logger.warn({ consultation: consultationId, reason: messageOf(error) }, 'ffprobe does not run');
    } finally {
      if (timer) clearTimeout(timer);
      keys.revokeForTranscoder(key);
    }
    if (reorder > 0 && this.#found.has(id)) {
      this.#found.set(id, true);
      logger.warn({ consultation: consultationId }, 'B-frames: this publisher’s video is encoded anew');
    }
  }
}
