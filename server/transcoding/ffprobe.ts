/** Where ffprobe is: it comes with FFmpeg, but the setting names FFmpeg alone. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * ffprobe of the same build: beside the program under the same kind of name (`ffmpeg-5.1` → `ffprobe-5.1`), beside
 * it under its own name, or beside what a link points to; else the one in PATH.
 * @param ffmpeg the setting `transcoding.program`: a path, or a name that is looked up in PATH
 */
export function ffprobeOf(ffmpeg: string): string | null {
  const path = { PATH: process.env.PATH ?? '' };
  const program = Bun.which(ffmpeg, path);
  if (program === null) return null;
  for (const each of [program, realpathSync(program)]) {
    const names = new Set([basename(each).replace('ffmpeg', 'ffprobe'), 'ffprobe']);
    names.delete(basename(each));
    for (const name of names) {
      const candidate = join(dirname(each), name);
      if (existsSync(candidate)) return candidate;
    }
  }
  return Bun.which('ffprobe', path);
}
