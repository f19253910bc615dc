/** Draws with FFmpeg, which is on the box anyway: texts by drawtext, the QR code as an overlay. */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import qrcode from 'qrcode';
import { type Drawing, quietZone } from './layout.ts';

/** `png`, or raw pixels in one of FFmpeg's formats. */
export type PictureFormat = 'png' | 'bgra' | 'bgr24' | 'rgb565le';

/** With what a picture is drawn. */
export interface DrawOptions {
  /** The FFmpeg program. */
  ffmpeg: string;
  font: string;
  format: PictureFormat;
}

/** A picture takes a fraction of a second; a slow machine under load some seconds. ms */
const patience = 30_000;

const textFile = (index: number) => `${index}.txt`;

/** The chain of filters. Texts stand in files: nothing in a clinic's name can be taken for a filter. */
export function filtersFor({ boxes, texts, qr }: Drawing): string {
  const chain = [
    'format=rgb24',
    ...boxes.map(
      ({ x, y, width, height, colour }) =>
        `drawbox=x=${x}:y=${y}:w=${width}:h=${height}:color=${colour}:t=fill`,
    ),
    ...texts.map(({ x, align, baseline, size, colour }, index) =>
      [
        `drawtext=fontfile=font:textfile=${textFile(index)}:expansion=none`,
        `fontsize=${size}:fontcolor=${colour}`,
        `x=${align === 'left' ? x : `${x}-text_w/2`}:y=${baseline}-ascent`,
      ].join(':'),
    ),
  ].join(',');
  if (qr === null) return `[0:v]${chain}[out]`;
  return `[0:v]${chain}[page];[page][1:v]overlay=x=${qr.x}:y=${qr.y}:format=rgb[out]`;
}

/**
 * @returns a PNG file, or the pixels of all lines without gaps
 * @throws Error with FFmpeg's words when it cannot
 */
export async function draw(drawing: Drawing, { ffmpeg, font, format }: DrawOptions): Promise<Uint8Array> {
  const dir = await mkdtemp(join(tmpdir(), 'consultbox-console-'));
  try {
    // By short names in a folder of their own: no path has to be quoted for the filters.
    await symlink(font, join(dir, 'font'));
    await Promise.all(drawing.texts.map(({ text }, index) => Bun.write(join(dir, textFile(index)), text)));
    const { width, height, background, qr } = drawing;
    if (qr !== null) {
      const picture = await qrcode.toBuffer(qr.text, { margin: quietZone, scale: qr.scale });
      await Bun.write(join(dir, 'qr.png'), picture);
    }
    const child = Bun.spawn(
      [
        ...[ffmpeg, '-hide_banner', '-loglevel', 'error', '-nostdin'],
        ...['-f', 'lavfi', '-i', `color=c=${background}:s=${width}x${height}:r=1:d=1`],
        ...(qr === null ? [] : ['-i', 'qr.png']),
        ...['-filter_complex', filtersFor(drawing), '-map', '[out]', '-frames:v', '1'],
        ...(format === 'png'
          ? ['-f', 'image2pipe', '-c:v', 'png']
          : ['-f', 'rawvideo', '-c:v', 'rawvideo', '-pix_fmt', format]),
        'pipe:1',
      ],
      { cwd: dir, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe', timeout: patience },
    );
    const [picture, words] = await Promise.all([
      new Response(child.stdout).bytes(),
      new Response(child.stderr).text(),
    ]);
    const code = await child.exited;
    if (code !== 0 || picture.length === 0) {
      throw new Error(`FFmpeg ended with ${child.signalCode ?? code}: ${words.trim().slice(-500)}`);
    }
    return picture;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
