/** What a phone sends, for FFmpeg: a test picture and a tone, encoded as live-pusher would. */

export const testPicture = (source: string): string[] => ['-re', '-f', 'lavfi', '-i', source];

/** @param frequency Hz */
export const testTone = (frequency: number): string[] => [
  ...['-re', '-f', 'lavfi', '-i', `sine=frequency=${frequency}:sample_rate=48000`],
];

/** How it is encoded. */
export interface Encoding {
  /** Pictures between keyframes. */
  gop: number;
  /** Of the picture, kbit/s. */
  rate: number;
  /** Of the sound, kbit/s. */
  audioRate: number;
  /** Of the sound, Hz. */
  sampleRate: number;
  /** More arguments for libx264, e.g. `['-bf', '2']`. */
  more?: string[];
}

/** Of the picture alone: no B-frames, one slice, real time. */
export function videoEncoding({ gop, rate, more = [] }: Pick<Encoding, 'gop' | 'rate' | 'more'>): string[] {
  return [
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
    ...['-profile:v', more.length > 0 ? 'main' : 'baseline'],
    ...['-g', String(gop), '-keyint_min', String(gop), '-sc_threshold', '0', '-b:v', `${rate}k`, ...more],
  ];
}

/** Of the sound alone. */
export function audioEncoding({
  audioRate,
  sampleRate,
}: Pick<Encoding, 'audioRate' | 'sampleRate'>): string[] {
  return ['-c:a', 'aac', '-b:a', `${audioRate}k`, '-ar', String(sampleRate), '-ac', '1'];
}

export function encodingArguments(encoding: Encoding): string[] {
  return [...videoEncoding(encoding), ...audioEncoding(encoding)];
}
