/** Asks FFmpeg what it can do, before it is needed. */
import { messageOf } from '../errors.ts';
import { childEnvironment } from '../processes/runner.ts';
import { ffprobeOf } from './ffprobe.ts';

/** What FFmpeg is and lacks. */
export interface Capabilities {
  /** e.g. `5.1.9-0+deb12u1`; null when FFmpeg does not run. */
  version: string | null;
  /** What is missing, in English words that say what to do; empty when all is there. */
  missing: string[];
}

/**
 * A box that is busy starting, from a cold disk, must not be taken for one whose FFmpeg is broken: nothing asks again.
 * Below the unit's TimeoutStartSec. ms
 */
const answerTimeout = 90_000;

/** Runs a program and gives its standard output; handed in by tests. */
export type Execute = (argv: string[]) => Promise<string>;

const execute: Execute = async (argv) => {
  const child = Bun.spawn(argv, {
    env: childEnvironment(),
    stdout: 'pipe',
    stderr: 'ignore',
    stdin: 'ignore',
    timeout: answerTimeout,
  });
  const text = await new Response(child.stdout).text();
  const code = await child.exited;
  if (child.signalCode !== null) throw new Error(`${argv.join(' ')} was ended by ${child.signalCode}`);
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}`);
  return text;
};

/** What the pipelines need, by the name of FFmpeg's list, and for what. */
const needed = {
  encoders: {
    aac: 'the doctor’s sound for the phone',
    libopus: 'the patient’s sound for the page',
    libx264: 'the picture of phones whose encoder uses B-frames',
  },
  decoders: {
    opus: 'the doctor’s sound',
    aac: 'the patient’s sound',
    h264: 'the picture of phones whose encoder uses B-frames',
  },
  filters: { aresample: 'keeping the doctor’s sound and picture together' },
  bsfs: { h264_mp4toannexb: 'the patient’s picture on the embedded engine' },
  muxers: { rtsp: 'publishing', flv: 'publishing by RTMP' },
  demuxers: { rtsp: 'reading', flv: 'reading RTMP' },
  protocols: { tcp: 'the network', rtmp: 'RTMP' },
} as const;

/** The names in FFmpeg's table: ` A....D aac   …`, ` DE flv …`, or bare names (protocols). */
function namesIn(table: string): Set<string> {
  const names = new Set<string>();
  for (const line of table.split('\n')) {
    const words = line.trim().split(/\s+/);
    const name = words.length === 1 ? words[0] : words[1];
    for (const each of (name ?? '').split(',')) names.add(each);
  }
  return names;
}

/** Never throws. @param program the setting `transcoding.program` */
export async function readCapabilities(program: string, run: Execute = execute): Promise<Capabilities> {
  let version: string;
  try {
    version = /^ffmpeg version (\S+)/.exec(await run([program, '-version']))?.[1] ?? 'unknown';
  } catch (error) {
    return {
      version: null,
      missing: [
        `FFmpeg does not run (${messageOf(error)}): install it (apt install ffmpeg) or set transcoding.program`,
      ],
    };
  }
  const missingIn = async (list: string, names: Record<string, string>): Promise<string[]> => {
    try {
      const has = namesIn(await run([program, '-hide_banner', `-${list}`]));
      return Object.entries(names)
        .filter(([name]) => !has.has(name))
        .map(
          ([name, purpose]) =>
            `this FFmpeg (${version}) has no ${name} among its ${list}, needed for ${purpose}`,
        );
    } catch (error) {
      return [`FFmpeg does not list its ${list}: ${messageOf(error)}`];
    }
  };
  // At once: the start waits for all of them.
  const missing = await Promise.all([
    ...Object.entries(needed).map(([list, names]) => missingIn(list, names)),
    ffprobeProblem(program, run),
  ]);
  return { version, missing: missing.flat() };
}

async function ffprobeProblem(program: string, run: Execute): Promise<string[]> {
  try {
    const ffprobe = ffprobeOf(program);
    if (ffprobe === null) throw new Error(`it is neither beside ${program} nor in PATH`);
    await run([ffprobe, '-version']);
    return [];
  } catch (error) {
    return [`ffprobe does not run (${messageOf(error)}): install the ffprobe that belongs to ${program}`];
  }
}
