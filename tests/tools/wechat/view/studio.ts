/** Takes the mini-program's pages in Chromium, in any state, on any phone: for looking at them and for measuring them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Language } from '../../../../miniapp/i18n/catalogue.ts';
import { buildMiniapp } from '../../../../scripts/miniapp/build.ts';
import { Miniapp } from '../logic/miniapp.ts';
import { ChromiumView } from './chromium-view.ts';
import { PosedSession } from './posed-session.ts';
import type { Pose } from './poses.ts';

/** A phone with WeChat’s settings on it. */
export interface Setting {
  phone: keyof typeof phones;
  language: Language;
  /** As WeChat gives it: 1 is standard. */
  fontScale: number;
}

/** The window that WeChat gives to a page is as much lower as its bar is high, px. */
export const phones = {
  small: { width: 320, height: 568, bar: 64, homeIndicator: 0 },
  large: { width: 430, height: 932, bar: 103, homeIndicator: 34 },
} as const;

/** WeChat's largest letters. */
export const largestFontScale = 1.75;

export const settings: readonly Setting[] = (['small', 'large'] as const).flatMap((phone) =>
  (['zh', 'en'] as const).flatMap((language) =>
    [1, largestFontScale].map((fontScale) => ({ phone, language, fontScale })),
  ),
);

/** e.g. `small-zh-1.75`. */
export const nameOf = ({ phone, language, fontScale }: Setting): string =>
  `${phone}-${language}-${fontScale}`;

/** What the package asks before a page is there; everything after that is posed. */
const wx = {
  getDeviceInfo: () => ({ platform: 'android', model: '', system: '' }),
  getAppBaseInfo: () => ({ language: 'zh_CN' }),
  getWindowInfo: () => ({ windowWidth: 375 }),
  getStorageSync: () => '',
  onAppHide: () => undefined,
  onAppShow: () => undefined,
  onNetworkStatusChange: () => undefined,
  onAudioInterruptionBegin: () => undefined,
  onAudioInterruptionEnd: () => undefined,
};

const nobody = { attached: () => undefined, changed: () => undefined, detached: () => undefined };

/** One phone; poses stand before it one after the other. */
export class Studio {
  private constructor(
    readonly setting: Setting,
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly view: ChromiumView,
    private readonly dir: string,
  ) {}

  static async open(browser: Browser, setting: Setting, dir: string): Promise<Studio> {
    const { width, height, bar, homeIndicator } = phones[setting.phone];
    const context = await browser.newContext({
      viewport: { width, height: height - bar },
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Emulation.setSafeAreaInsetsOverride', { insets: { bottom: homeIndicator } });
    const view = await ChromiumView.open(page, dir);
    await page.evaluate((language) => {
      document.documentElement.lang = language;
    }, setting.language);
    return new Studio(setting, page, context, view, dir);
  }

  /** Shows a pose until `look` is done. */
  async show<Result>(
    pose: Pose,
    look: (page: Page, session: PosedSession) => Promise<Result>,
  ): Promise<Result> {
    const { language, fontScale, phone } = this.setting;
    const session = new PosedSession(pose, language, { fontScale, width: phones[phone].width });
    const miniapp = new Miniapp(this.dir, wx, nobody, this.view, {
      shared: (real) => ({ ...(real as object), session }),
    });
    await miniapp.open(pose.route);
    await this.view.settled();
    for (const label of pose.taps ?? []) {
      const before = await this.page.textContent('body');
      await this.tap(label);
      if ((await this.page.textContent('body')) === before) throw new Error(`“${label}” did nothing`);
    }
    const result = await look(this.page, session);
    miniapp.close();
    await this.view.settled();
    return result;
  }

  /** A finger on what has this text, until everything came of it. */
  async tap(label: string): Promise<void> {
    await this.page.getByText(label, { exact: true }).tap();
    await this.view.settled();
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** Builds the package that the studio shows, and removes it in the end. */
export async function withPackage<Result>(use: (dir: string) => Promise<Result>): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), 'consultbox-studio-'));
  try {
    await buildMiniapp({ outdir: dir, appId: '', clinic: null, voice: null });
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
