/** What the box's own screen is told, and who else is not. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { ConsoleView } from '../../server/status/console.ts';
import { Box } from '../tools/box.ts';

const name = '康宁<b>诊所';
let box: Box;
let internal: string;

beforeAll(async () => {
  const settings = {
    CONSULTBOX_CLINIC_NAME: name,
    CONSULTBOX_HTTP_PUBLIC_PORT: '80',
    CONSULTBOX_HTTPS_PUBLIC_PORT: '443',
  };
  box = await Box.start({ engine: 'embedded', settings });
  internal = `http://127.0.0.1:${box.ports.internal}/console`;
}, 120_000);
afterAll(() => box?.stop());

test('the screen is told all that it shows', async () => {
  const response = await fetch(internal);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const { engine, ...view } = (await response.json()) as ConsoleView;
  expect(view).toEqual({
    clinicName: name,
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    addresses: expect.arrayContaining([{ address: '127.0.0.1', interface: 'lo', chosen: true }]),
    mac: '00:00:00:00:00:00',
    clinicUrl: 'https://127.0.0.1/',
    entryUrl: 'http://127.0.0.1/',
    setupCode: null,
    resetCode: null,
    rootFingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
    health: { ready: true, problems: [] },
    consultations: { live: 0 },
  });
  expect(engine.name).toBe('embedded');
  expect(engine.why).not.toBe('');
});

test('the LAN is told nothing: neither listener has it, and the internal one is bound to loopback', async () => {
  expect((await fetch(`${box.phoneUrl}/console`)).status).toBe(404);
  expect((await box.clinic('/console')).status).toBe(404);
  // Another address of this very machine, as a phone would use one.
  expect(fetch(internal.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow();
});

test('nor is a page of the internet that calls itself 127.0.0.1', async () => {
  const response = await fetch(internal, { headers: { host: 'evil.example' } });
  expect(response.status).toBe(421);
  expect(await response.text()).not.toContain('entryUrl');
});

test('pages leave out the public ports; the pairing URL keeps the port that WeChat needs', async () => {
  const lead = await (await fetch(`${box.phoneUrl}/`)).text();
  expect(lead).toContain('href="https://127.0.0.1/"');
  const { pairing } = await box.create();
  expect(pairing?.url).toStartWith(`http://127.0.0.1:${box.ports.http}/p/`);
});

test('the clinic’s name stands on every page, as text', async () => {
  const pages = [fetch(`${box.phoneUrl}/`), fetch(`${box.phoneUrl}/p/some-token`), box.clinic('/')];
  for (const page of await Promise.all(pages)) {
    const html = await page.text();
    expect(html).toContain('康宁&lt;b&gt;诊所');
    expect(html).not.toContain('{{');
  }
});
