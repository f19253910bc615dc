/** Keeps exactly the transcoders running whose publishers are there. */
import type { StreamKeys } from '../access/stream-keys.ts';
import type { Logger } from '../log/logger.ts';
import type { MediaServer } from '../media/contract.ts';
import type { ProcessRunner } from '../processes/runner.ts';
import type { Settings } from '../settings/schema.ts';
import { type Direction, pipelines } from './pipelines.ts';
import { Transcoder } from './transcoder.ts';

/** What should run. */
export interface WantedTranscoder {
  consultationId: string;
  direction: Direction;
  withoutBFrames: boolean;
}

/** What every transcoder is made with. */
export interface TranscodingDependencies {
  media: MediaServer;
  keys: StreamKeys;
  settings: Settings['transcoding'];
  runner: ProcessRunner;
  logger: Logger;
}

const nameOf = ({ consultationId, direction }: Omit<WantedTranscoder, 'withoutBFrames'>) =>
  `${consultationId} ${direction}`;

/** All FFmpeg processes of the box. */
export class TranscodingService {
  readonly #running = new Map<string, Transcoder>();
  /** Ends that are still under way: the same path must not get a second one before. */
  readonly #ending = new Map<string, Promise<void>>();
  #stopped = false;

  constructor(private readonly dependencies: TranscodingDependencies) {}

  /** Starts what is missing, ends what is not wanted. */
  reconcile(wanted: WantedTranscoder[]): void {
    if (this.#stopped) return;
    const names = new Map(wanted.map((each) => [nameOf(each), each]));
    for (const [name, transcoder] of this.#running) {
      const target = names.get(name);
      if (target === undefined || target.withoutBFrames !== transcoder.withoutBFrames)
        this.#end(name, transcoder);
    }
    for (const [name, each] of names) {
      if (this.#running.has(name) || this.#ending.has(name)) continue;
      const transcoder = new Transcoder({
        ...this.dependencies,
        consultationId: each.consultationId,
        pipeline: pipelines[each.direction],
        withoutBFrames: each.withoutBFrames,
      });
      this.#running.set(name, transcoder);
      transcoder.start();
    }
  }

  /** The one that runs, or is about to run again. */
  find(consultationId: string, direction: Direction): Transcoder | undefined {
    return this.#running.get(nameOf({ consultationId, direction }));
  }

  /** All that are wanted. */
  list(): Transcoder[] {
    return [...this.#running.values()];
  }

  /** Ends all of them for good; resolves when they have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const [name, transcoder] of this.#running) this.#end(name, transcoder);
    await Promise.all(this.#ending.values());
  }

  #end(name: string, transcoder: Transcoder): void {
    this.#running.delete(name);
    const ended = transcoder.stop().finally(() => this.#ending.delete(name));
    this.#ending.set(name, ended);
  }
}
