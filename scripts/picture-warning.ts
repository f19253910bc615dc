/**
 * Pictures Chromium's own warning, and what comes after it, for the page on `http://` that announces them: ui/pictures.
 * By hand, when Chromium has changed its looks (needs chromium-l10n for the Chinese ones, and ImageMagick).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $ } from 'bun';
import { issueLeaf, openAuthority } from '../server/tls/authority.ts';
import { launchChromium } from '../tests/tools/doctor.ts';

const address = '192.168.1.20';
const pictures = new URL('../ui/pictures/', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'consultbox-pictures-'));

/** Rings what is to be clicked. */
function ring(element: Element): void {
  const { style } = element as HTMLElement;
  style.outline = '4px solid #e8710a';
  style.outlineOffset = '4px';
  style.borderRadius = '6px';
}

const heading = { zh: '视频问诊', en: 'Video consultation' };
const done = { zh: '医生页面打开了', en: 'The page is open' };

try {
  const credentials = await issueLeaf(await openAuthority(work), [address]);
  for (const language of ['zh', 'en'] as const) {
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      tls: credentials,
      fetch: () =>
        new Response(
          `<meta charset="utf-8"><style>body{margin:0;font:20px "Noto Sans CJK SC",sans-serif;background:#f3f5f6;color:#17242c}header{padding:14px 20px;background:#fff;border-bottom:1px solid #d5dde1;font-weight:700}p{margin:110px auto;padding:28px;width:380px;text-align:center;background:#fff;border:1px solid #d5dde1;border-radius:14px}</style><header>${heading[language]}</header><p>✓ ${done[language]}</p>`,
          { headers: { 'Content-Type': 'text/html' } },
        ),
    });
    process.env.LANGUAGE = language === 'zh' ? 'zh_CN' : 'en_US';
    const browser = await launchChromium({
      flags: [`--host-resolver-rules=MAP ${address}:443 127.0.0.1:${server.port}`],
    });
    const page = await (
      await browser.newContext({
        viewport: { width: 640, height: 420 },
        locale: language === 'zh' ? 'zh-CN' : 'en-US',
      })
    ).newPage();
    const take = async (step: number) => {
      const file = join(pictures, `warning-${step}.${language}.png`);
      await page.screenshot({ path: file });
      await $`convert ${file} -strip +dither -colors 64 PNG8:${file}`.quiet();
    };
    const refused = await page.goto(`https://${address}/`).catch((error: unknown) => String(error));
    if (!String(refused).includes('ERR_CERT_AUTHORITY_INVALID'))
      throw new Error(`no warning: ${String(refused)}`);
    const details = page.locator('#details-button');
    await details.evaluate(ring);
    await take(1);
    await details.evaluate((element: HTMLElement) => {
      element.style.outline = '';
    });
    await details.click();
    const proceed = page.locator('#proceed-link');
    await proceed.scrollIntoViewIfNeeded();
    await proceed.evaluate(ring);
    await take(2);
    await proceed.click();
    await page.waitForSelector('header');
    await take(3);
    await browser.close();
    await server.stop(true);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
