/** Runs the programs that the build needs. */
import { eachLine } from '../../server/processes/lines.ts';
import { BuildError } from './errors.ts';
import type { Progress } from './progress.ts';

/** How a program is run. */
export interface CommandOptions {
  /** Its output goes into the log. */
  progress?: Progress;
  env?: Record<string, string>;
  /** Sees every line; a text that it returns is shown. */
  onLine?: (line: string) => string | null;
  /** Said when it fails, before "The lines above say why". */
  failure: string;
}

/** Lines kept for the message of a failure. */
const tailLength = 25;

/**
 * Runs a command to its end.
 * @returns what it wrote, both streams together
 * @throws BuildError when it cannot be started or ends with another code than 0
 */
export async function run(argv: string[], options: CommandOptions): Promise<string> {
  const { progress, onLine, failure } = options;
  progress?.note(`$ ${argv.join(' ')}`);
  const lines: string[] = [];
  const take = (line: string) => {
    if (line.trim() === '') return;
    lines.push(line);
    progress?.note(line);
    const shown = onLine?.(line) ?? null;
    if (shown !== null) progress?.say(`  ${shown}`);
  };
  const child = start(argv, options);
  await Promise.all([eachLine(child.stdout, take), eachLine(child.stderr, take)]);
  if ((await child.exited) !== 0) {
    const where = progress === undefined ? '' : ` The whole log: ${progress.log}`;
    throw new BuildError(`${failure} The lines above say why.${where}`, lines.slice(-tailLength).join('\n'));
  }
  return lines.join('\n');
}

function start(argv: string[], { env, failure }: CommandOptions) {
  try {
    return Bun.spawn(argv, {
      env: { ...process.env, ...env },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
  } catch {
    throw new BuildError(`${failure} The program ${argv[0]} cannot be started.`);
  }
}
