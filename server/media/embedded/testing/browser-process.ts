/** A Chromium whose process can be killed: a PC that loses its power says no goodbye. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const args = [
  ...['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  '--autoplay-policy=no-user-gesture-required',
];

/** The browser and how to kill it. */
export interface KillableBrowser {
  browser: Browser;
  /** SIGKILL to all of its processes. */
  kill: () => Promise<void>;
}

/** Starts one. @throws Error when Chromium is not installed */
export async function launchKillable(): Promise<KillableBrowser> {
  const executablePath = paths.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('Chromium is not installed: run scripts/test');
  const server = await chromium.launchServer({ executablePath, headless: true, args });
  return {
    browser: await chromium.connect(server.wsEndpoint()),
    kill: () => server.kill(),
  };
}
