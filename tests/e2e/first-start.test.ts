/** From the QR code on the box's screen to the first consultation, as somebody who has never seen it does it. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { Box, owner } from '../tools/box.ts';
import { launchChromium, SimulatedDoctor } from '../tools/doctor.ts';
import { waitFor } from '../tools/wait.ts';

let box: Box;
let browser: Browser;

beforeAll(async () => {
  box = await Box.start({ engine: 'embedded', setUp: false });
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await box?.stop();
});

const step = (doctor: SimulatedDoctor, name: string) =>
  doctor.page.locator(`[data-testid=setup][data-step=${name}]`).waitFor();

test('the screen’s code leads through the first start to a rehearsal', async () => {
  const { entryUrl, setupCode } = await box.console();
  const code = setupCode ?? '';
  // The public ports are 80 and 443 on the appliance; here the listeners' own.
  const doctor = await SimulatedDoctor.open(
    browser,
    box.phoneUrl + new URL(entryUrl ?? '').hash.replace(/^/, '/'),
  );
  const asked: string[] = [];
  doctor.page.on('request', (request) => asked.push(request.url()));
  await doctor.page.locator('a.go').click();
  await step(doctor, 'code');
  expect(await doctor.id('setup-code').inputValue()).toBe(code);
  expect(doctor.page.url()).toBe(`${box.clinicUrl}/`);
  expect(asked.filter((url) => url.replace(/#.*/, '').includes(code))).toEqual([]);

  // A slip of the finger first.
  await doctor.id('setup-code').fill('AAAA-AAAA');
  await doctor.id('setup-next').click();
  await doctor.meets('wrong_setup_code');
  await doctor.id('setup-code').fill(code.toLowerCase());
  await doctor.id('setup-next').click();
  await step(doctor, 'clinic');
  await doctor.id('clinic-name').fill('康宁社区诊所');
  await doctor.id('setup-next').click();
  await step(doctor, 'network');
  expect(await doctor.id('setup-address').textContent()).toBe('127.0.0.1');
  await doctor.id('setup-next').click();
  await step(doctor, 'you');
  await doctor.id('person-name').fill('李明');
  await doctor.id('person-login').fill(owner.login);
  await doctor.id('new-password').fill('password123');
  await doctor.id('setup-next').click();
  await doctor.meets('weak_password');
  await doctor.id('new-password').fill(owner.password);
  await doctor.id('setup-next').click();
  await step(doctor, 'done');
  await doctor.id('setup-rehearse').click();
  await doctor.id('start-button').waitFor();
  const id = await doctor.start();
  expect(id).not.toBe('');
  await doctor.id('pairing-qr').waitFor();
  await doctor.page.reload();
  await doctor.sees('page-title', '康宁社区诊所 · 视频问诊');
  await doctor.close();
}, 120_000);

test('a second person: added by the first, chooses a password, and sees nothing of the first’s', async () => {
  const technician = await SimulatedDoctor.open(browser, `${box.clinicUrl}/admin`);
  await technician.signIn();
  await technician.id('person-add').click();
  await technician.id('person-name').fill('王芳');
  await technician.id('person-login').fill('wangfang');
  await technician.id('new-password').fill('the first password');
  await technician.id('person-save').click();
  await technician.page.getByText('王芳').waitFor();
  await technician.id('tab-audit').click();
  await technician.id('audit-check').click();
  await technician.sees('audit-verdict', /行完整/);
  await technician.sees('audit', /添加人员/);
  await technician.close();

  const second = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
  await second.signIn({ login: 'wangfang', password: 'the first password' });
  await second.id('current-password').fill('the first password');
  await second.id('new-password').fill('something only she knows');
  await second.id('password-submit').click();
  await second.id('start-button').waitFor();
  expect(await second.id('running-list').count()).toBe(0);

  // Fast user switch: the names are there, the password is not.
  await second.id('sign-out').click();
  await second.page.getByRole('button', { name: '王芳', exact: true }).click();
  expect(await second.id('login-input').inputValue()).toBe('wangfang');
  expect(await second.id('password-input').inputValue()).toBe('');
  await second.close();
}, 120_000);

test('signed out from elsewhere: the page that was open asks who it is, at once', async () => {
  const doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
  await doctor.signIn();
  await doctor.start();
  await doctor.id('pairing-qr').waitFor();
  const elsewhere = await SimulatedDoctor.open(browser, `${box.clinicUrl}/admin`);
  await elsewhere.signIn();
  await elsewhere.id('tab-account').click();
  const others = elsewhere.page.getByRole('button', { name: '在那里退出' });
  await others.first().waitFor();
  for (let left = await others.count(); left > 0; left -= 1) {
    await others.first().click();
    await waitFor('one less', async () => (await others.count()) === left - 1);
  }
  await doctor.id('password-input').waitFor();
  await doctor.close();
  await elsewhere.close();
}, 120_000);

test('nobody remembers the password: the code on the box’s screen helps', async () => {
  const doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
  await doctor.id('login-input').fill(owner.login);
  await doctor.id('forgot').click();
  await doctor.id('reset-submit').click();
  await doctor.id('reset-code').waitFor();
  const { resetCode } = await box.console();
  await doctor.id('reset-code').fill(resetCode ?? '');
  await doctor.id('new-password').fill('a new sentence for me');
  await doctor.id('reset-submit').click();
  await doctor.id('login-input').waitFor();
  await doctor.signIn({ ...owner, password: 'a new sentence for me' });
  await doctor.id('account').waitFor();
  await doctor.close();
}, 120_000);
