/** The time of day burnt into a picture: 24 blocks of milliseconds and their complement, 8 × 6 on 640 × 480. */

export const width = 640;
export const height = 480;
const columns = 8;
const rows = 6;
const bits = 24;
const block = width / columns;

/** Where each block's middle is. */
const middles = Array.from({ length: columns * rows }, (_, index) => ({
  x: (index % columns) * block + block / 2,
  y: Math.floor(index / columns) * block + block / 2,
}));

/** A grey frame that shows `time` (ms). */
export function frameOf(time: number): Uint8Array {
  const frame = new Uint8Array(width * height);
  const value = time % 2 ** bits;
  for (let index = 0; index < columns * rows; index += 1) {
    const bit = Math.floor(value / 2 ** (index % bits)) % 2;
    const white = index < bits ? bit === 1 : bit === 0;
    if (!white) continue;
    const left = (index % columns) * block;
    const top = Math.floor(index / columns) * block;
    for (let y = top; y < top + block; y += 1) frame.fill(235, y * width + left, y * width + left + block);
  }
  return frame;
}

/** How long ago a grey frame was made, ms; null when it shows no whole code. */
export function ageOf(frame: Uint8Array, now: number): number | null {
  let value = 0;
  for (let index = 0; index < bits; index += 1) {
    const read = (at: number) => {
      const middle = middles[at];
      return middle === undefined ? 0 : (frame[middle.y * width + middle.x] ?? 0);
    };
    const bit = read(index) > 128;
    if (bit === read(index + bits) > 128) return null;
    if (bit) value += 2 ** index;
  }
  return ((now % 2 ** bits) - value + 2 ** bits) % 2 ** bits;
}
