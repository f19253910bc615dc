import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { buildMiniapp } from '../../../../scripts/miniapp/build.ts';
import { launchChromium } from '../../doctor.ts';
import { faultsOf } from './faults.ts';
import { posesIn } from './poses.ts';
import { nameOf, Studio, settings } from './studio.ts';

setDefaultTimeout(180_000);

/** Where the pictures of what is wrong are kept. */
const pictures = join(import.meta.dir, '../../../../dist/faults');

let browser: Browser;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'consultbox-looks-'));
  await buildMiniapp({ outdir: dir, appId: '', clinic: null, voice: null });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await rm(dir, { recursive: true, force: true });
});

describe('every page in every state can be read and used', () => {
  for (const setting of settings) {
    test.concurrent(nameOf(setting), async () => {
      const studio = await Studio.open(browser, setting, dir);
      const found: Record<string, string[]> = {};
      for (const pose of posesIn(setting.language)) {
        await studio.show(pose, async (page) => {
          const faults = await faultsOf(page, setting.language);
          if (faults.length === 0) return;
          found[pose.name] = faults;
          await mkdir(pictures, { recursive: true });
          await page.screenshot({ path: join(pictures, `${nameOf(setting)}-${pose.name}.png`) });
        });
      }
      await studio.close();
      expect(found).toEqual({});
    });
  }
});

describe('a finger', () => {
  const setting = { phone: 'small', language: 'zh', fontScale: 1 } as const;
  const pose = (name: string) => {
    const found = posesIn('zh').find((each) => each.name === name);
    if (found === undefined) throw new Error(`no pose is called ${name}`);
    return found;
  };

  test('presses what the page hands on', async () => {
    const studio = await Studio.open(browser, setting, dir);
    await studio.show(pose('live-message'), async (_, { pressed }) => {
      for (const label of ['听不清', '相机开', '🔊 播放声音']) await studio.tap(label);
      expect(pressed).toEqual([
        { type: 'answer', messageId: 'm1', answer: '听不清' },
        { type: 'toggle_camera' },
        { type: 'play_sound' },
      ]);
    });
    await studio.close();
  });

  test('moves the own picture, and no further than the edge', async () => {
    const studio = await Studio.open(browser, setting, dir);
    await studio.show(pose('live'), async (page) => {
      const place = async () => await page.locator('.own').boundingBox();
      const start = await place();
      if (start === null) throw new Error('the own picture is not there');
      const x = start.x + start.width / 2;
      const y = start.y + start.height / 2;
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x - 100, y + 80, { steps: 4 });
      expect(await place()).toMatchObject({ x: start.x - 100, y: start.y + 80 });
      await page.mouse.move(x - 900, y + 80, { steps: 4 });
      await page.mouse.up();
      expect(await place()).toMatchObject({ x: 0, y: start.y + 80 });
    });
    await studio.close();
  });
});
