/** With a real FFmpeg and the real font. */
import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { readQr } from '../../tests/tools/qr.ts';
import { contentOf } from './content.ts';
import { draw, filtersFor } from './draw.ts';
import { findFont } from './font.ts';
import { type Drawing, layout, type Size } from './layout.ts';
import { longView, sampleView } from './sample.ts';

const root = join(import.meta.dir, '../..');
const font = findFont(undefined);
const sizes: Size[] = [
  { width: 1280, height: 800 },
  { width: 1024, height: 768 },
  { width: 1920, height: 1080 },
  { width: 800, height: 600 },
];

async function png(drawing: Drawing): Promise<Buffer> {
  return Buffer.from(await draw(drawing, { ffmpeg: 'ffmpeg', font, format: 'png' }));
}

type Area = Size & { x: number; y: number };

/** The pixels of a part of a picture. */
function pixelsOf(picture: PNG, { x, y, width, height }: Area): Buffer {
  const rows = Array.from({ length: height }, (_, row) => {
    const start = ((y + row) * picture.width + x) * 4;
    return picture.data.subarray(start, start + width * 4);
  });
  return Buffer.concat(rows);
}

/** Whether there is background alone. */
function isEmpty(picture: PNG, area: Area): boolean {
  const background = picture.data.subarray(0, 4).toString('hex');
  const colours = pixelsOf(picture, area).toString('hex').match(/.{8}/g) ?? [];
  return colours.every((colour) => colour === background);
}

test.each(sizes)('the QR code is read from the picture at $width × $height', async (size) => {
  const view = sampleView();
  const picture = await png(layout(contentOf({ kind: 'view', view }), size));
  const { width, height } = PNG.sync.read(picture);
  expect({ width, height }).toEqual(size);
  expect(readQr(picture)).toBe(view.entryUrl);
});

test.each(sizes)('nothing runs over at $width × $height, however long it is', async (size) => {
  const view = longView();
  const drawing = layout(contentOf({ kind: 'view', view }), size);
  const data = await png(drawing);
  expect(readQr(data)).toBe(view.entryUrl);
  const picture = PNG.sync.read(data);
  const { width, height } = size;
  const margin = Math.floor(0.045 * Math.min(width, height * 1.6));
  expect(isEmpty(picture, { x: 0, y: 0, width: margin, height })).toBe(true);
  expect(isEmpty(picture, { x: width - margin, y: 0, width: margin, height })).toBe(true);
  expect(isEmpty(picture, { x: 0, y: 0, width, height: 20 })).toBe(true);
  expect(isEmpty(picture, { x: 0, y: height - 12, width, height: 12 })).toBe(true);
  // Between the facts and the code
  const { qr } = drawing;
  if (qr === null) throw new Error('no QR code');
  expect(isEmpty(picture, { x: qr.x - 24, y: qr.y, width: 24, height: 150 })).toBe(true);
});

test('Chinese and Latin are drawn, not boxes: every letter differs from the one that no font has', async () => {
  const sources = ['appliance/console/content.ts', 'server/status/problems.ts'];
  const text = (await Promise.all(sources.map((path) => Bun.file(join(root, path)).text()))).join('');
  const letters = [...new Set(text.match(/[!-~⺀-鿿＀-￯]/g))];
  expect(letters.length).toBeGreaterThan(80);
  const cell = 40;
  const across = 20;
  const missing = '\u{e123}';
  const at = (index: number) => ({ x: (index % across) * cell, y: Math.floor(index / across) * cell });
  const all = [missing, ...letters];
  const picture = PNG.sync.read(
    await png({
      width: across * cell,
      height: Math.ceil(all.length / across) * cell,
      background: '0x000000',
      boxes: [],
      texts: all.map((letter, index) => ({
        text: letter,
        x: at(index).x,
        align: 'left' as const,
        baseline: at(index).y + 32,
        size: 30,
        colour: '0xffffff',
      })),
      qr: null,
    }),
  );
  const cellOf = (index: number) => pixelsOf(picture, { ...at(index), width: cell, height: cell });
  const box = cellOf(0);
  const boxes = letters.filter((_, index) => cellOf(index + 1).equals(box));
  const empty = letters.filter((_, index) =>
    cellOf(index + 1).every((value, at) => at % 4 === 3 || value === 0),
  );
  expect({ boxes, empty }).toEqual({ boxes: [], empty: [] });
});

test('a clinic’s name is text, whatever it holds', async () => {
  const clinicName = "%{pts}:\\',[x];drawbox=c=red\\n{}%%";
  const drawing = layout(contentOf({ kind: 'view', view: sampleView({ clinicName }) }), sizes[0] as Size);
  expect(filtersFor(drawing)).not.toContain('red');
  const picture = PNG.sync.read(await png(drawing));
  const red = pixelsOf(picture, { x: 0, y: 0, width: 1280, height: 180 })
    .toString('hex')
    .includes('ff0000ff');
  expect(red).toBe(false);
});

test('FFmpeg’s own words are in the error', async () => {
  const drawing: Drawing = { width: 8, height: 8, background: 'no-colour', boxes: [], texts: [], qr: null };
  expect(png(drawing)).rejects.toThrow(/FFmpeg ended with \d+: .*no-colour/s);
});

test('a font that is missing is said with what to install', () => {
  expect(() => findFont(undefined, [])).toThrow('install fonts-wqy-microhei');
  expect(() => findFont('/nowhere.ttf')).toThrow('/nowhere.ttf');
});
