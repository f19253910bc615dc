/** Finds out whether a publisher's video uses B-frames, which WebRTC cannot carry. */
import type { StreamKeys } from '../access/stream-keys.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { MediaPath, MediaServer } from '../media/contract.ts';

export interface BFrameDependencies {
  media: MediaServer;
  keys: StreamKeys;
  /** The FFmpeg program; ffprobe stands beside it. */
  ffmpeg: string;
  logger: Logger;
}

const timeout = 15_000;

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
    const { media, keys, ffmpeg, logger } = this.dependencies;
    const key = keys.issueForTranscoder({ consultationId, path: name, action: 'read' });
    try {
      const child = Bun.spawn(
        [
          ffmpeg.replace(/ffmpeg$/, 'ffprobe'),
          ...[
            '-v',
            'error',
            '-select_streams',
            'v:0',
            '-show_entries',
            'stream=has_b_frames',
            '-of',
            'csv=p=0',
          ],
          ...media.input(name, key),
        ],
        { stdout: 'pipe', stderr: 'ignore', stdin: 'ignore', timeout },
      );
      const reorder = Number.parseInt(await new Response(child.stdout).text(), 10);
      if (reorder > 0 && this.#found.has(id)) {
        this.#found.set(id, true);
        logger.warn({ consultation: consultationId }, 'B-frames: this publisher’s video is encoded anew');
      }
    } catch (error) {
      logger.warn({ consultation: consultationId, reason: messageOf(error) }, 'ffprobe does not run');
    } finally {
      keys.revokeForTranscoder(key);
    }
  }
}
