/** An FFmpeg process that a test can talk with. */
import { eachLine } from '../../media/measure.ts';

/** A running one; `stdout` is read by whoever started it. */
export interface Ffmpeg {
  readonly stdout: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly exited: Promise<number>;
  /** Sends a command to a filter that has a name. */
  command: (filter: string, command: string, argument: string) => void;
  /** As a cut network does: nothing is said to the other side but by the kernel. */
  kill: () => void;
}

/** @param hear each line that it says, without what the caller asked to have in `stdout` */
export function runFfmpeg(args: string[], hear: (line: string) => void): Ffmpeg {
  const child = Bun.spawn(['ffmpeg', '-hide_banner', ...args], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const heard = eachLine(child.stderr, hear);
  return {
    stdout: child.stdout,
    exited: heard.then(() => child.exited),
    command: (filter, command, argument) => {
      child.stdin.write(`c${filter} -1 ${command} ${argument}\n`);
      // It may end while a command is on its way.
      Promise.resolve(child.stdin.flush()).catch((error: unknown) => console.debug(String(error)));
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** One report of `-progress`. */
export interface Progress {
  frames: number;
  /** Sent or written so far. */
  bytes: number;
}

/** Collects the lines of `-progress` into reports. */
export function progressReader(report: (progress: Progress) => void): (line: string) => void {
  const progress: Progress = { frames: 0, bytes: 0 };
  return (line) => {
    const [name, value = ''] = line.split('=');
    if (name === 'frame') progress.frames = Number(value);
    else if (name === 'total_size') progress.bytes = Number(value) || 0;
    else if (name === 'progress') report({ ...progress });
  };
}
