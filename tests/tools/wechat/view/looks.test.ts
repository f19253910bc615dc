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
  await buildMiniapp({ outdir: dir, appId: '', clinic: null });
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
