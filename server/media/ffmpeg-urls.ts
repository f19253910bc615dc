/** How FFmpeg reads and writes a path: the one thing in which the two engines differ. */
import type { Settings } from '../settings/schema.ts';
import type { EngineName } from './contract.ts';

/** Shorter analysis, measured to be safe; `-probesize 32 -analyzeduration 0` would silently drop the video. */
const quickAnalysis = ['-analyzeduration', '500000', '-fpsprobesize', '0'];

/** Nothing waits for anything: 110 ms instead of 125–220 ms from the doctor to the phone. */
const noWaiting = ['-max_interleave_delta', '1', '-flush_packets', '1'];

/** The embedded engine passes what came by RTMP on as RTMP, and RTP as RTP, and converts nothing. */
function speaksRtmp(engine: EngineName, path: string): boolean {
  return engine === 'embedded' && /\/(patient|doctor_aac)$/.test(path);
}

/**
 * FFmpeg’s arguments that read a path.
 * @param key good for reading it
 */
export function ffmpegInput(
  engine: EngineName,
  ports: Settings['media'],
  path: string,
  key: string,
): string[] {
  if (speaksRtmp(engine, path)) {
    return [...quickAnalysis, '-i', `rtmp://127.0.0.1:${ports.rtmpPort}/${path}?token=${key}`];
  }
  const url = `rtsp://127.0.0.1:${ports.rtspPort}/${path}?token=${key}`;
  return ['-rtsp_transport', 'tcp', ...quickAnalysis, '-i', url];
}

/**
 * FFmpeg’s arguments that publish a path.
 * @param key good for publishing it
 */
export function ffmpegOutput(
  engine: EngineName,
  ports: Settings['media'],
  path: string,
  key: string,
): string[] {
  if (speaksRtmp(engine, path)) {
    const url = `rtmp://127.0.0.1:${ports.rtmpPort}/${path}?token=${key}`;
    return [...noWaiting, '-f', 'flv', '-flvflags', 'no_duration_filesize', url];
  }
  const url = `rtsp://127.0.0.1:${ports.rtspPort}/${path}?token=${key}`;
  // 1200: fits a WebRTC packet as it is, nothing has to be cut again on the way to the page.
  // Parameter sets before every keyframe: MediaMTX adds them itself, the embedded engine passes on what it gets.
  // The first filter does it for video that is copied, the second for video that is encoded anew.
  const inBand = engine === 'embedded' ? ['-bsf:v', 'h264_mp4toannexb,dump_extra=freq=keyframe'] : [];
  return [...inBand, ...noWaiting, '-f', 'rtsp', '-rtsp_transport', 'tcp', '-pkt_size', '1200', url];
}
