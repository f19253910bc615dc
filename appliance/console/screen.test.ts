import { expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentOf } from './content.ts';
import type { Framebuffer } from './framebuffer.ts';
import { sampleView } from './sample.ts';
import { Screen } from './screen.ts';

const content = contentOf({ kind: 'view', view: sampleView() });
const other = contentOf({ kind: 'view', view: sampleView({ setupCode: 'AAAA-BBBB' }) });

function screen({ framebuffer = null as Framebuffer | null, ffmpeg = 'ffmpeg' } = {}) {
  const printed: string[] = [];
  const logged: string[] = [];
  const options = {
    ffmpeg,
    font: undefined,
    framebuffer: () => framebuffer,
    print: (text: string) => void printed.push(text),
    log: (line: string) => void logged.push(line),
  };
  return { screen: new Screen(options), options, printed, logged };
}

function fileAsFramebuffer(): Framebuffer {
  const device = join(mkdtempSync(join(tmpdir(), 'consultbox-fb-')), 'fb0');
  writeFileSync(device, '');
  return { device, width: 640, height: 400, stride: 640 * 4 + 64, format: 'bgra' };
}

test('without a framebuffer: text, again only after a change or a minute', async () => {
  const { screen: shown, printed, logged } = screen();
  await shown.show(content, 0);
  await shown.show(content, 2000);
  expect(printed).toHaveLength(1);
  await shown.show(other, 4000);
  expect(printed).toHaveLength(2);
  await shown.show(other, 64_000);
  expect(printed).toHaveLength(3);
  expect(logged).toEqual([]);
});

test('on a framebuffer: pixels, and after a minute the same ones again without FFmpeg', async () => {
  const framebuffer = fileAsFramebuffer();
  const { screen: shown, options, logged } = screen({ framebuffer });
  await shown.show(content, 0);
  expect(logged).toEqual([]);
  const picture = readFileSync(framebuffer.device);
  expect(picture.length).toBe(framebuffer.stride * framebuffer.height);
  // Some colours at least: background, letters, the code's paper.
  expect(
    new Set(
      picture
        .subarray(0, framebuffer.stride * 200)
        .toString('hex')
        .match(/.{8}/g),
    ).size,
  ).toBeGreaterThan(3);

  // A kernel message.
  writeFileSync(framebuffer.device, Buffer.alloc(1000, 1), { flag: 'r+' });
  await shown.show(content, 2000);
  expect(readFileSync(framebuffer.device).equals(picture)).toBe(false);
  options.ffmpeg = '/nowhere/ffmpeg';
  await shown.show(content, 60_000);
  expect(readFileSync(framebuffer.device).equals(picture)).toBe(true);

  await shown.show(other, 62_000);
  expect(logged[0]).toContain('the screen is shown as text');
});

test('FFmpeg that fails is named in the log, the text stands in, and it is tried again', async () => {
  const framebuffer = fileAsFramebuffer();
  const { screen: shown, options, printed, logged } = screen({ framebuffer, ffmpeg: '/bin/false' });
  await shown.show(content, 0);
  expect(logged).toEqual([expect.stringContaining('FFmpeg ended with 1')]);
  expect(printed[0]).toContain('K7PM-4XQ9');
  options.ffmpeg = 'ffmpeg';
  await shown.show(content, 60_000);
  expect(logged).toHaveLength(1);
  expect(statSync(framebuffer.device).size).toBeGreaterThan(0);
});

test('a framebuffer of no use is named in the log, and text stands in', async () => {
  const { screen: shown, options, printed, logged } = screen();
  options.framebuffer = () => {
    throw new Error('a framebuffer of 8 bits is not supported');
  };
  await shown.show(content, 0);
  expect(logged).toEqual([expect.stringContaining('8 bits')]);
  expect(printed).toHaveLength(1);
});
