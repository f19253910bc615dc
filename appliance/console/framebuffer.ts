/** The kernel's picture memory. Written as a file, line by line where its lines are longer than the picture's. */
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { PictureFormat } from './draw.ts';
import type { Size } from './layout.ts';

/** A screen as the kernel describes it. Pixels; bytes a line. */
export interface Framebuffer extends Size {
  device: string;
  /** Bytes from one line to the next. */
  stride: number;
  format: Exclude<PictureFormat, 'png'>;
}

/** What the kernel's drivers use for each number of bits. */
const formats: Record<string, { format: Framebuffer['format']; bytes: number }> = {
  '32': { format: 'bgra', bytes: 4 },
  '24': { format: 'bgr24', bytes: 3 },
  '16': { format: 'rgb565le', bytes: 2 },
};

/**
 * @returns null where there is none
 * @throws Error when there is one that we do not know how to write
 */
export function readFramebuffer(folder = '/sys/class/graphics/fb0', device = '/dev/fb0'): Framebuffer | null {
  if (!existsSync(folder) || !existsSync(device)) return null;
  const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim();
  const [width = 0, height = 0] = read('virtual_size').split(',').map(Number);
  const known = formats[read('bits_per_pixel')];
  if (known === undefined)
    throw new Error(`a framebuffer of ${read('bits_per_pixel')} bits is not supported`);
  if (!(width > 0 && height > 0)) throw new Error(`a framebuffer of ${width} × ${height} is not supported`);
  return {
    device,
    width,
    height,
    stride: Number(read('stride')) || width * known.bytes,
    format: known.format,
  };
}

/** The picture's lines, each as long as the framebuffer's. */
export function withStride(picture: Uint8Array, { height, stride }: Framebuffer): Uint8Array {
  const line = picture.length / height;
  if (line === stride) return picture;
  const padded = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    padded.set(picture.subarray(y * line, y * line + Math.min(line, stride)), y * stride);
  }
  return padded;
}

/** @param picture pixels in its format, lines without gaps @throws Error when the device cannot be written */
export function writeFramebuffer(framebuffer: Framebuffer, picture: Uint8Array): void {
  const bytes = withStride(picture, framebuffer);
  const file = openSync(framebuffer.device, 'r+');
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, at);
  } finally {
    closeSync(file);
  }
}
