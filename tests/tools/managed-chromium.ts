/**
 * Chromium on a PC that a hospital manages: with a policy file where Debian's Chromium reads it, in a mount namespace
 * of its own, so that no other browser of this machine sees it. No certificate error is ignored and no question for
 * camera or microphone is answered.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { chromiumPath } from './doctor.ts';

/** Namespaces need root; null where they can be had. */
export const withoutNamespaces = process.getuid?.() === 0 ? null : 'needs root for a mount namespace';

/** @param policies the JSON of the policy file; null: none, as a PC that nobody manages */
export async function launchManagedChromium(
  policies: string | null,
): Promise<{ browser: Browser; close: () => Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-managed-'));
  const file = join(dir, 'policies.json');
  const program = join(dir, 'chromium');
  const place = `mount -t tmpfs none /etc/chromium && mkdir -p /etc/chromium/policies/managed && cp '${file}' /etc/chromium/policies/managed/`;
  await Bun.write(file, policies ?? '{}');
  await Bun.write(
    program,
    `#!/bin/sh\nexec unshare --mount sh -c "${place} && exec '${chromiumPath()}' \\"\\$@\\"" chromium "$@"\n`,
  );
  chmodSync(program, 0o755);
  const browser = await chromium.launch({
    executablePath: policies === null ? chromiumPath() : program,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--use-fake-device-for-media-stream'],
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
