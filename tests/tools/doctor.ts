/** The simulated doctor: real Chromium with a fake camera, using the page as a doctor does. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { owner } from './box.ts';
import { analyseSound } from './media/measure.ts';
import { waitFor } from './wait.ts';

const chromiumPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  '--autoplay-policy=no-user-gesture-required',
];

/** How the browser is started. */
export interface LaunchOptions {
  /** More command-line flags. */
  flags?: string[];
}

/** @throws Error where there is none */
export function chromiumPath(): string {
  const path = chromiumPaths.find((each) => existsSync(each));
  if (path === undefined) throw new Error('Chromium is not installed: run scripts/test');
  return path;
}

/** Starts the browser. It is shared by the tests of a file; each doctor has a context of its own. */
export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    args: [...flags, ...(options.flags ?? [])],
  });
}

/** The doctor’s screen. */
export interface DoctorOptions {
  language?: 'zh-CN' | 'en-US';
  viewport?: { width: number; height: number };
  /** Runs in the page before its own scripts, at each load: how the browser or its devices misbehave. */
  broken?: () => void;
}

/** What the page shows of a video element. */
export interface Seen {
  width: number;
  height: number;
  differentFrames: number;
  /** Of the picture's upper left corner, 0–255 each: which of a phone's cameras it is. */
  corner: { red: number; green: number; blue: number };
  level: number;
  frequency: number;
}

/** One doctor with a browser context of their own. */
export class SimulatedDoctor {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  /** Opens the clinic's page. */
  static async open(browser: Browser, url: string, options: DoctorOptions = {}): Promise<SimulatedDoctor> {
    const { language = 'zh-CN', viewport = { width: 1366, height: 768 }, broken } = options;
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      locale: language,
      viewport,
      permissions: ['camera', 'microphone'],
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    if (broken !== undefined) await page.addInitScript(broken);
    await page.goto(url);
    return new SimulatedDoctor(context, page);
  }

  id(name: string) {
    return this.page.getByTestId(name);
  }

  /** Waits until the page shows this problem. @returns its sentences, with the button's */
  async meets(code: string): Promise<string> {
    const banner = this.page.locator(`[data-testid=error-banner][data-code=${code}]`);
    await banner.waitFor();
    return ((await banner.textContent()) ?? '').replaceAll(/\s+/g, ' ');
  }

  /** Waits until the page shows no problem any more. */
  async isWell(): Promise<void> {
    await waitFor('no problem is shown', async () => {
      const shown = [await this.id('error-banner').count(), await this.id('network-banner').count()];
      return shown.every((count) => count === 0);
    });
  }

  async signIn({ login, password }: { login: string; password: string } = owner): Promise<void> {
    await this.id('login-input').fill(login);
    await this.id('password-input').fill(password);
    await this.id('sign-in-submit').click();
  }

  /** From the device page into a consultation that is being published. @returns its id */
  async start(): Promise<string> {
    const created = this.page.waitForResponse(
      (response) => response.url().endsWith('/api/consultations') && response.request().method() === 'POST',
    );
    await this.id('start-button').click();
    const { id } = (await (await created).json()) as { id: string };
    return id;
  }

  /** Waits until the page itself says so. */
  async sees(testId: string, text: string | RegExp): Promise<void> {
    await waitFor(
      `${testId} says ${text}`,
      async () => {
        const shown = await this.id(testId).textContent();
        return shown !== null && (typeof text === 'string' ? shown.includes(text) : text.test(shown));
      },
      { limit: 90_000 },
    );
  }

  /** Looks at a video for a while: size (0 without a picture), moving picture, level and frequency of its sound. */
  async watch(testId = 'remote-video'): Promise<Seen> {
    const video = this.id(testId);
    await waitFor('the video plays', () =>
      video.evaluate((element: HTMLVideoElement) => element.currentTime > 0 && !element.paused),
    );
    const { samples, rate, ...picture } = await video.evaluate(async (element: HTMLVideoElement) => {
      const canvas = document.createElement('canvas');
      canvas.width = 64;
      canvas.height = 48;
      const context = canvas.getContext('2d', { willReadFrequently: true });
      const pictures = new Set<string>();
      const audio = new AudioContext();
      // @ts-expect-error captureStream is not in the DOM library's types
      const stream: MediaStream = element.srcObject ?? element.captureStream();
      const analyser = audio.createAnalyser();
      analyser.fftSize = 32_768;
      let heard: MediaStreamTrack | undefined;
      await audio.resume();
      const end = performance.now() + 2500;
      while (performance.now() < end) {
        // What captureStream gives has its sound a moment later, and anew when the player begins anew.
        const track = stream.getAudioTracks().find(({ readyState }) => readyState === 'live');
        if (track !== undefined && track !== heard) {
          audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
          heard = track;
        }
        context?.drawImage(element, 0, 0, 64, 48);
        pictures.add(String(context?.getImageData(0, 0, 64, 48).data.join()));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const [red = 0, green = 0, blue = 0] = context?.getImageData(6, 6, 1, 1).data ?? [];
      const wave = new Float32Array(analyser.fftSize);
      analyser.getFloatTimeDomainData(wave);
      const rate = audio.sampleRate;
      await audio.close();
      return {
        width: element.videoWidth,
        height: element.videoHeight,
        differentFrames: pictures.size,
        corner: { red, green, blue },
        samples: Array.from(wave, (value) => Math.round(value * 32_767)),
        rate,
      };
    });
    return { ...picture, ...analyseSound(Int16Array.from(samples), rate) };
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
