/** A patient whose picture is a clock: pushed by RTMP to several boxes at once from one encoder. */
import { frameOf, height, width } from './time-code.ts';

const fps = 30;

/** @param keyframeEvery seconds. @returns ends it */
export function pushClock(urls: string[], keyframeEvery: number): () => Promise<void> {
  const gop = String(keyframeEvery * fps);
  const child = Bun.spawn(
    [
      ...['ffmpeg', '-hide_banner', '-loglevel', 'error'],
      ...['-use_wallclock_as_timestamps', '1', '-f', 'rawvideo', '-pix_fmt', 'gray'],
      ...['-s', `${width}x${height}`, '-r', String(fps), '-i', 'pipe:0'],
      ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
      ...['-map', '0:v', '-map', '1:a', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency'],
      ...['-pix_fmt', 'yuv420p', '-profile:v', 'baseline', '-g', gop, '-keyint_min', gop, '-b:v', '800k'],
      ...['-c:a', 'aac', '-b:a', '64k', '-ac', '1', '-flags', '+global_header'],
      ...[
        '-f',
        'tee',
        urls.map((url) => `[f=flv:flvflags=no_duration_filesize:flush_packets=1]${url}`).join('|'),
      ],
    ],
    { stdin: 'pipe', stdout: 'ignore', stderr: 'inherit' },
  );
  const timer = setInterval(() => {
    child.stdin.write(frameOf(Date.now()));
    // It ends while a picture is on its way.
    Promise.resolve(child.stdin.flush()).catch((error: unknown) => console.debug(String(error)));
  }, 1000 / fps);
  return async () => {
    clearInterval(timer);
    child.kill('SIGKILL');
    await child.exited;
  };
}
