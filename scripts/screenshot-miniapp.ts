/**
 * `bun run miniapp:screenshots [words]`: every page and state of the mini-program as PNG, on a small and a large phone,
 * in both languages, with standard and with the largest letters; with words, only those whose name has one of them.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launchChromium } from '../tests/tools/doctor.ts';
import { posesIn } from '../tests/tools/wechat/view/poses.ts';
import { nameOf, Studio, settings, withPackage } from '../tests/tools/wechat/view/studio.ts';

const outdir = 'dist/screenshots';
const words = process.argv.slice(2);
const wanted = (name: string) => words.length === 0 || words.some((word) => name.includes(word));

const browser = await launchChromium();
let taken = 0;
try {
  await withPackage(async (dir) => {
    for (const setting of settings) {
      const poses = posesIn(setting.language).filter(({ name }) => wanted(`${nameOf(setting)}/${name}`));
      if (poses.length === 0) continue;
      const studio = await Studio.open(browser, setting, dir);
      const folder = join(outdir, nameOf(setting));
      await mkdir(folder, { recursive: true });
      for (const pose of poses) {
        const path = join(folder, `${pose.name}.png`);
        await studio.show(pose, (page) => page.screenshot({ path, fullPage: true, animations: 'disabled' }));
        taken += 1;
      }
      await studio.close();
    }
  });
} finally {
  await browser.close();
}
console.log(`${outdir}: ${taken} pictures`);
