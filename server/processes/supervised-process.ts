/**
 * A child process that is kept running: what is wanted stands apart from what is. Ends are answered by a start
 * after a back-off, silence by a kill (stale watchdog), a stop by a ladder that ends with SIGKILL.
 */
import type { Logger } from '../log/logger.ts';
import { Backoff, type BackoffOptions, defaultBackoff } from './backoff.ts';
import { LogRing } from './log-ring.ts';
import type { Command, ProcessRunner, RunningProcess } from './runner.ts';

/** Legal ways: stopped → running → (backoff → running)* → stopping → stopped. */
export type ActualState = 'stopped' | 'running' | 'backoff' | 'stopping';

/** What is kept running, and how. */
export interface SupervisedProcessOptions {
  /** Short name for logs and the status page. */
  name: string;
  /** Asked at each start, so that a changed setting counts. */
  command: () => Command;
  runner: ProcessRunner;
  logger: Logger;
  backoff?: BackoffOptions;
  /** Kill and start anew when `touch()` was not called for this long, ms. Without it there is no watchdog. */
  staleAfter?: number;
  /** Steps of the end, each with the time given before the next, ms. FFmpeg reading idle RTP needs two SIGTERMs. */
  ladder?: { signal: NodeJS.Signals; wait: number }[];
  onStdout?: (line: string) => void;
  onStderr?: (line: string) => void;
  onExit?: (code: number | null, ranFor: number) => void;
  /** Replaces secrets in lines before they are kept. */
  redact?: (line: string) => string;
}

/** A process for the status page. */
export interface ProcessStatus {
  name: string;
  wanted: 'running' | 'stopped';
  actual: ActualState;
  pid: number | null;
  restarts: number;
  /** Exit code of the last end; null when a signal ended it or it never ended. */
  lastExitCode: number | null;
  lastLines: string[];
}

const defaultLadder: { signal: NodeJS.Signals; wait: number }[] = [
  { signal: 'SIGTERM', wait: 1500 },
  { signal: 'SIGTERM', wait: 1000 },
  { signal: 'SIGKILL', wait: 5000 },
];

/** One child process and everything that keeps it alive. */
export class SupervisedProcess {
  readonly #log = new LogRing();
  readonly #backoff: Backoff;
  #wanted: 'running' | 'stopped' = 'stopped';
  #actual: ActualState = 'stopped';
  #child: RunningProcess | null = null;
  #restartTimer: Timer | null = null;
  #staleTimer: Timer | null = null;
  #touched = 0;
  #startedAt = 0;
  #restarts = 0;
  #lastExitCode: number | null = null;
  #stopping: Promise<void> | null = null;

  constructor(private readonly options: SupervisedProcessOptions) {
    this.#backoff = new Backoff(options.backoff ?? defaultBackoff);
  }

  /** Failures in a row since it last ran well; none while it has been running long enough to count as healthy. */
  get failures(): number {
    const { resetAfter } = this.options.backoff ?? defaultBackoff;
    const healthy = this.#actual === 'running' && Date.now() - this.#startedAt >= resetAfter;
    return healthy ? 0 : this.#backoff.failures;
  }

  status(): ProcessStatus {
    return {
      name: this.options.name,
      wanted: this.#wanted,
      actual: this.#actual,
      pid: this.#child?.pid ?? null,
      restarts: this.#restarts,
      lastExitCode: this.#lastExitCode,
      lastLines: this.#log.lines(),
    };
  }

  start(): void {
    if (this.#wanted === 'running') return;
    this.#wanted = 'running';
    if (this.#actual === 'stopped') this.#spawn();
  }

  /** The process made progress: the watchdog waits anew. */
  touch(): void {
    this.#touched = Date.now();
  }

  /** Ends the process and starts it at once, without a back-off. */
  restart(): void {
    if (this.#wanted !== 'running') return;
    this.#backoff.reset();
    if (this.#child) this.#child.kill('SIGKILL');
    else if (this.#actual === 'backoff') this.#spawn();
  }

  /** Resolves when the process has really ended. */
  stop(): Promise<void> {
    this.#wanted = 'stopped';
    this.#clearTimers();
    const child = this.#child;
    if (!child) {
      this.#actual = 'stopped';
      return Promise.resolve();
    }
    this.#actual = 'stopping';
    this.#stopping ??= this.#endByLadder(child).finally(() => {
      this.#stopping = null;
    });
    return this.#stopping;
  }

  async #endByLadder(child: RunningProcess): Promise<void> {
    for (const { signal, wait } of this.options.ladder ?? defaultLadder) {
      child.kill(signal);
      const { promise, resolve } = Promise.withResolvers<'timeout'>();
      const timer = setTimeout(() => resolve('timeout'), wait);
      const outcome = await Promise.race([child.exited.then(() => 'ended' as const), promise]);
      clearTimeout(timer);
      if (outcome === 'ended') return;
    }
    this.options.logger.error({ process: this.options.name, pid: child.pid }, 'process does not end');
  }

  #clearTimers(): void {
    if (this.#restartTimer) clearTimeout(this.#restartTimer);
    if (this.#staleTimer) clearInterval(this.#staleTimer);
    this.#restartTimer = null;
    this.#staleTimer = null;
  }

  #keep(line: string): string {
    const kept = this.options.redact?.(line) ?? line;
    this.#log.push(kept);
    return kept;
  }

  #spawn(): void {
    this.#clearTimers();
    const startedAt = Date.now();
    this.#startedAt = startedAt;
    this.touch();
    try {
      const child = this.options.runner(this.options.command(), {
        onStdout: (line) => {
          if (this.options.onStdout) this.options.onStdout(line);
          else this.options.logger.debug({ process: this.options.name }, this.#keep(line));
        },
        onStderr: (line) => {
          this.options.logger.debug({ process: this.options.name }, this.#keep(line));
          this.options.onStderr?.(line);
        },
      });
      this.#child = child;
      this.#actual = 'running';
      void child.exited.then((code) => this.#ended(code, Date.now() - startedAt));
    } catch (error) {
      this.#keep(error instanceof Error ? error.message : String(error));
      this.#ended(null, 0);
      return;
    }
    if (this.options.staleAfter !== undefined) this.#watch(this.options.staleAfter);
  }

  #watch(staleAfter: number): void {
    this.#staleTimer = setInterval(
      () => {
        if (Date.now() - this.#touched < staleAfter) return;
        this.options.logger.warn(
          { process: this.options.name, staleAfter },
          'no progress: killed, will start anew',
        );
        this.touch();
        this.#child?.kill('SIGKILL');
      },
      Math.min(1000, staleAfter / 2),
    );
  }

  #ended(code: number | null, ranFor: number): void {
    this.#clearTimers();
    this.#child = null;
    this.#lastExitCode = code;
    this.options.onExit?.(code, ranFor);
    if (this.#wanted === 'stopped') {
      this.#actual = 'stopped';
      return;
    }
    this.#restarts += 1;
    this.#actual = 'backoff';
    const delay = this.#backoff.next(ranFor);
    this.options.logger.warn(
      { process: this.options.name, code, ranFor, delay, lastLine: this.#log.lines().at(-1) },
      'process ended: starting it again after the delay (ms)',
    );
    this.#restartTimer = setTimeout(() => this.#spawn(), delay);
  }
}
