import { expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFramebuffer, withStride, writeFramebuffer } from './framebuffer.ts';

/** A folder as /sys/class/graphics/fb0 and a file as /dev/fb0. */
function fake(facts: Record<string, string>): [folder: string, device: string] {
  const folder = mkdtempSync(join(tmpdir(), 'consultbox-fb-'));
  for (const [name, text] of Object.entries(facts)) writeFileSync(join(folder, name), `${text}\n`);
  const device = join(folder, 'device');
  writeFileSync(device, Buffer.alloc(64));
  return [folder, device];
}

test.each([
  ['32', 'bgra'],
  ['24', 'bgr24'],
  ['16', 'rgb565le'],
] as const)('%s bits are %s', (bits, format) => {
  const paths = fake({ virtual_size: '1280,800', bits_per_pixel: bits, stride: '5120' });
  expect(readFramebuffer(...paths)).toEqual({
    device: paths[1],
    width: 1280,
    height: 800,
    stride: 5120,
    format,
  });
});

test('where there is none there is null; one that we cannot write is an error', () => {
  expect(readFramebuffer('/nowhere', '/nowhere')).toBeNull();
  expect(() =>
    readFramebuffer(...fake({ virtual_size: '640,480', bits_per_pixel: '8', stride: '640' })),
  ).toThrow('8 bits');
});

test('lines are as long as the framebuffer’s, and the picture lands at its beginning', () => {
  const [folder, device] = fake({ virtual_size: '2,2', bits_per_pixel: '32', stride: '12' });
  const framebuffer = readFramebuffer(folder, device);
  if (framebuffer === null) throw new Error('no framebuffer');
  const picture = Uint8Array.from({ length: 16 }, (_, index) => index + 1);
  writeFramebuffer(framebuffer, picture);
  expect([...readFileSync(device)].slice(0, 26)).toEqual([
    ...[1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0],
    ...[9, 10, 11, 12, 13, 14, 15, 16, 0, 0, 0, 0, 0, 0],
  ]);
  expect(withStride(picture, { ...framebuffer, stride: 8 })).toBe(picture);
});
