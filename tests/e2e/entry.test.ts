/** From the QR code on the box's screen to the doctor's page: nothing is typed. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { Box } from '../tools/box.ts';
import { launchChromium, SimulatedDoctor } from '../tools/doctor.ts';

let box: Box;
let browser: Browser;

beforeAll(async () => {
  box = await Box.start({ engine: 'embedded', settings: { CONSULTBOX_CLINIC_NAME: '康宁社区诊所' } });
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await box?.stop();
});

test('the leading page takes the access code along, and the doctor’s page signs in with it', async () => {
  const doctor = await SimulatedDoctor.open(browser, `${box.phoneUrl}/#access=${box.accessCode}`);
  const asked: string[] = [];
  doctor.page.on('request', (request) => asked.push(request.url()));
  expect(await doctor.page.locator('.type-code').first().isVisible()).toBe(false);
  await doctor.page.locator('a.go').click();
  await doctor.id('start-button').waitFor();
  expect(doctor.page.url()).toBe(`${box.clinicUrl}/`);
  expect(asked.filter((url) => url.includes(box.accessCode) && !url.includes('#'))).toEqual([]);
  await doctor.sees('page-title', '康宁社区诊所 · 视频问诊');

  // The code was good for one sign-in.
  await doctor.id('sign-out').click();
  await doctor.id('access-code-input').waitFor();
  expect(await doctor.id('access-code-input').inputValue()).toBe('');

  // A link with the code in a page that is open already.
  await doctor.page.evaluate((code) => {
    location.hash = `#access=${code}`;
  }, box.accessCode);
  await doctor.id('start-button').waitFor();
  expect(doctor.page.url()).toBe(`${box.clinicUrl}/`);
  await doctor.close();
}, 120_000);

test('a wrong code in the address is said as one that was typed, and leaves the address too', async () => {
  const doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/#access=WRONG-CODE-1`);
  await doctor.page.locator('[data-code="wrong_access_code"]').waitFor();
  expect(doctor.page.url()).toBe(`${box.clinicUrl}/`);
  await doctor.signIn(box.accessCode);
  await doctor.id('start-button').waitFor();
  await doctor.close();
}, 120_000);
