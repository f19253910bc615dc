/** One direction of one consultation: an FFmpeg that runs as long as its publisher does. */
import type { StreamKeys } from '../access/stream-keys.ts';
import { type Logger, redactSecrets } from '../log/logger.ts';
import type { MediaServer } from '../media/contract.ts';
import type { Command, ProcessRunner } from '../processes/runner.ts';
import { type ProcessStatus, SupervisedProcess } from '../processes/supervised-process.ts';
import type { Settings } from '../settings/schema.ts';
import { type Pipeline, pipelineArguments } from './pipelines.ts';
import { type Progress, ProgressParser } from './progress.ts';

/** What a transcoder is made with. */
export interface TranscoderOptions {
  consultationId: string;
  pipeline: Pipeline;
  media: MediaServer;
  keys: StreamKeys;
  settings: Settings['transcoding'];
  runner: ProcessRunner;
  logger: Logger;
  withoutBFrames: boolean;
}

/** Ends in a row from which on the doctor is told. */
const failingAfter = 3;

/** One FFmpeg, its keys and its progress. */
export class Transcoder {
  readonly #process: SupervisedProcess;
  readonly #parser = new ProgressParser();
  #keys: string[] = [];
  #progress: Progress | null = null;

  constructor(private readonly options: TranscoderOptions) {
    const { consultationId, pipeline, runner, settings } = options;
    this.#process = new SupervisedProcess({
      name: `ffmpeg ${pipeline.direction}`,
      command: () => this.#command(),
      runner,
      logger: options.logger.child({ consultation: consultationId }),
      staleAfter: settings.stale * 1000,
      backoff: { first: 200, limit: 3000, resetAfter: 5000 },
      redact: redactSecrets,
      onStdout: (line) => this.#read(line),
      onExit: () => this.#revoke(),
    });
  }

  /** It keeps ending although its publisher is there. */
  get failing(): boolean {
    return this.#process.failures >= failingAfter;
  }

  get progress(): Progress | null {
    return this.#progress;
  }

  get withoutBFrames(): boolean {
    return this.options.withoutBFrames;
  }

  status(): ProcessStatus {
    return this.#process.status();
  }

  start(): void {
    this.#process.start();
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    this.#revoke();
  }

  /** Keys are made at each start and die with the process. */
  #command(): Command {
    this.#revoke();
    const { consultationId, pipeline, media, keys, settings, withoutBFrames } = this.options;
    const from = `${consultationId}/${pipeline.from}`;
    const to = `${consultationId}/${pipeline.to}`;
    const readKey = keys.issueForTranscoder({ consultationId, path: from, action: 'read' });
    const publishKey = keys.issueForTranscoder({ consultationId, path: to, action: 'publish' });
    this.#keys = [readKey, publishKey];
    const input = media.input(from, readKey);
    const output = media.output(to, publishKey);
    return {
      program: settings.program,
      args: pipelineArguments({ pipeline, settings, input, output, withoutBFrames }),
    };
  }

  #read(line: string): void {
    const before = this.#progress;
    const progress = this.#parser.push(line);
    if (progress === null) return;
    this.#progress = progress;
    // A report alone proves nothing: FFmpeg goes on reporting while it waits. The output must move.
    if (progress.outTime !== before?.outTime) this.#process.touch();
  }

  #revoke(): void {
    for (const key of this.#keys) this.options.keys.revokeForTranscoder(key);
    this.#keys = [];
  }
}
