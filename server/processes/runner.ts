/** Starts programs. Handed in everywhere, so that a test of the logic needs none of them. */

import { eachLine } from './lines.ts';

/** What is to run. */
export interface Command {
  /** A path, or a name that is looked up in PATH. */
  program: string;
  args: string[];
  /** Added to the short environment that every child gets (`childEnvironment`). */
  env?: Record<string, string>;
}

/** A child that runs, or has ended. */
export interface RunningProcess {
  readonly pid: number;
  /** Resolves at the end with the exit code, or null when a signal ended it. */
  readonly exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** Takes what a child writes, line by line, without the line's end. */
export interface ProcessOutput {
  onStdout(line: string): void;
  onStderr(line: string): void;
}

/** @throws Error when the program cannot be started at all (not found, not executable) */
export type ProcessRunner = (command: Command, output: ProcessOutput) => RunningProcess;

/** What a program needs to find its libraries, its language and its home; nothing else is anybody's business. */
const inherited = /^(PATH|HOME|USER|LANG|LC_[A-Z]+|TZ|TMPDIR|LD_LIBRARY_PATH|XDG_CACHE_HOME)$/;

/**
 * The environment of every child. Short on purpose: the supervisor's own may hold what is none of theirs, and a program may
 * take settings from it that nobody meant (MediaMTX reads MTX_…, FFmpeg http_proxy).
 */
export function childEnvironment(more: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && inherited.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), ...more };
}

/**
 * The real runner. `setpriv --pdeathsig` ends the child when the supervisor is killed with SIGKILL: Bun's
 * noOrphans does the same for `bun run`, but not for a supervisor that systemd starts in its own way.
 */
export const runProcess: ProcessRunner = (command, output) => {
  const program = Bun.which(command.program);
  if (!program) throw new Error(`program not found: ${command.program}`);
  const guard = process.platform === 'linux' ? Bun.which('setpriv') : null;
  const argv = [program, ...command.args];
  const child = Bun.spawn(guard ? [guard, '--pdeathsig', 'KILL', '--', ...argv] : argv, {
    env: childEnvironment(command.env),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const reading = Promise.allSettled([
    eachLine(child.stdout, output.onStdout),
    eachLine(child.stderr, output.onStderr),
  ]);
  return {
    pid: child.pid,
    exited: child.exited.then(async (code) => {
      await reading;
      return child.signalCode ? null : code;
    }),
    kill: (signal) => child.kill(signal),
  };
};
