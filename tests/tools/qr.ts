/** Reads the QR code of a screenshot, as a phone's camera would. */
import jsQR from 'jsqr';
import { PNG } from 'pngjs';

/** @returns the text, or null when there is no readable code */
export function readQr(png: Buffer): string | null {
  const { data, width, height } = PNG.sync.read(png);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data ?? null;
}
