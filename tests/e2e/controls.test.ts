/** What the doctor presses in a consultation, and what comes of it at the patient's. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { Box, owner } from '../tools/box.ts';
import { launchChromium, SimulatedDoctor } from '../tools/doctor.ts';
import { SimulatedPatient } from '../tools/patient.ts';
import { readQr } from '../tools/qr.ts';
import { toneWav } from '../tools/tone.ts';
import { waitFor } from '../tools/wait.ts';
import { TestPhone, type Watched } from '../tools/wechat/phone.ts';

const work = mkdtempSync(join(tmpdir(), 'consultbox-controls-'));
let box: Box;
let browser: Browser;
let doctor: SimulatedDoctor;
const phone = new TestPhone({ tone: 620 });
let id: string;

beforeAll(async () => {
  const wav = join(work, 'tone.wav');
  writeFileSync(wav, toneWav(880));
  box = await Box.start({
    engine: 'embedded',
    settings: { CONSULTBOX_CONSULTATIONS_ADMISSION: 'manual', CONSULTBOX_CONSULTATIONS_TOKEN_LIFE: '120' },
  });
  browser = await launchChromium({ flags: [`--use-file-for-fake-audio-capture=${wav}`] });
  doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`, { language: 'en-US' });
}, 120_000);

afterAll(async () => {
  phone.stop();
  await doctor?.close();
  await browser?.close();
  await box?.stop();
  rmSync(work, { recursive: true, force: true });
});

/** What the patient sees and hears, once it is as it should be. */
function patientGets(what: string, is: (watched: Watched) => boolean) {
  return waitFor(what, async () => is(await phone.look()), { limit: 90_000 });
}

/** What the page says while the patient watches. */
const pageSays = (text: string | RegExp) => doctor.sees('seen-status', text);

test('English for an English browser; the choice of a language is kept', async () => {
  const title = () => doctor.page.title();
  const button = () => doctor.id('sign-in-submit').textContent();
  expect(await button()).toContain('Sign in');
  const english = await title();
  await doctor.id('language-switch').click();
  await waitFor('it is Chinese', async () => (await button())?.includes('登录'));
  expect(await title()).toBe('视频问诊');
  expect(await doctor.page.locator('html').getAttribute('lang')).toBe('zh-CN');
  await doctor.page.reload();
  await waitFor('it is still Chinese', async () => (await button())?.includes('登录'));
  await doctor.id('language-switch').click();
  await waitFor('it is English', async () => (await button())?.includes('Sign in'));
  expect(await title()).toBe(english);
  await doctor.signIn({ ...owner, password: 'not the one' });
  expect(await doctor.meets('wrong_password')).toContain('Wrong login or password.');
  await doctor.id('language-switch').click();
  expect(await doctor.meets('wrong_password')).toContain('账号或密码不对。');
});

test('the code’s remaining life counts down; a fresh one has all of it, and the former is worthless', async () => {
  await doctor.signIn();
  await doctor.page.getByLabel('患者称呼').fill('3 号');
  id = await doctor.start();
  const remaining = async () => {
    const text = (await doctor.id('pairing-remaining').textContent()) ?? '';
    const [, minutes, seconds] = /有效时间还剩 (\d+):(\d\d)/.exec(text) ?? [];
    return minutes === undefined ? null : Number(minutes) * 60 + Number(seconds);
  };
  const first = await waitFor('a life', remaining);
  expect(first).toBeGreaterThan(100);
  expect(first).toBeLessThanOrEqual(120);
  await waitFor('three seconds less', async () => ((await remaining()) ?? first) <= first - 3);
  const former = (await doctor.id('pairing-qr').getAttribute('data-url')) ?? '';
  await doctor.id('pairing-refresh').click();
  await waitFor(
    'another code',
    async () => (await doctor.id('pairing-qr').getAttribute('data-url')) !== former,
  );
  expect(await remaining()).toBeGreaterThan(first - 3);
  const fresh = await waitFor('it can be read', async () =>
    readQr(await doctor.id('pairing-qr').screenshot()),
  );
  expect(fresh).toBe((await box.view(id)).pairing?.url ?? '');
  expect((await new SimulatedPatient(former).redeem()).status).toBe(410);
  await phone.scan(fresh);
});

test('a patient who scanned confirms who it is, waits with the own picture, and is called when the doctor admits', async () => {
  await phone.reads('请您核对');
  expect(phone.text()).toContain('3 号');
  await phone.agree();
  await phone.reads('医生马上就来，请不要锁屏');
  expect(phone.pusher.codes).toEqual([1003, 1007]);
  await doctor.sees('admit-card', '3 号 已扫码，正在等候');
  await doctor.sees('seen-status', '患者在等您接诊');
  expect(phone.handset).toMatchObject({ vibrations: 0, sounds: [], screenKeptOn: true });
  // The patient's phone is set to silent, and is called all the same.
  phone.handset.silent = true;
  await doctor.id('admit-button').click();
  await waitFor('it is live', async () => (await box.view(id)).state === 'live');
  await waitFor('the card is gone', async () => (await doctor.id('admit-button').count()) === 0);
  await waitFor('the phone called', () => phone.handset.vibrations === 1);
  await waitFor('the sounds', () => phone.handset.sounds.length === 2);
  expect(phone.handset.sounds).toEqual(['/assets/chime.wav', '/assets/admitted.zh.mp3']);
  await doctor.sees('player-mode', 'WebRTC');
  await pageSays('患者能看到您');
});

test('the microphone off: the patient hears nothing, sees the doctor, and the page says so; and on again', async () => {
  await doctor.id('mute-button').click();
  await pageSays('患者能看到您，但听不到：麦克风已关');
  await doctor.sees('mute-button', '开麦克风');
  await patientGets(
    'silence with a moving picture',
    (played) => played.level < -60 && played.differentFrames > 5,
  );
  await doctor.id('mute-button').click();
  await patientGets('sound', (played) => played.level > -45);
  await pageSays(/患者能看到您\s*$/);
});

test('the camera off: the patient sees black and hears the doctor, and the page says so; and on again', async () => {
  await doctor.id('camera-button').click();
  await pageSays('患者能听到您，但看不到：摄像头已关');
  await patientGets(
    'a still picture with sound',
    (played) => played.level > -45 && played.differentFrames <= 2,
  );
  await doctor.id('mute-button').click();
  await pageSays('摄像头和麦克风都已关');
  await doctor.id('mute-button').click();
  await doctor.id('camera-button').click();
  await patientGets('a moving picture', (played) => played.differentFrames > 5);
});

test('the patient’s volume', async () => {
  const volume = () => doctor.id('remote-video').evaluate((video: HTMLVideoElement) => video.volume);
  expect(await volume()).toBe(1);
  await doctor.id('volume').fill('0.3');
  await waitFor('it is quieter', async () => Math.abs((await volume()) - 0.3) < 0.01);
});

test('full screen keeps the controls and the status, and is left again', async () => {
  const inFullScreen = () => doctor.page.evaluate(() => document.fullscreenElement !== null);
  await doctor.id('fullscreen-button').click();
  await waitFor('it is full', inFullScreen);
  await doctor.sees('fullscreen-button', '退出全屏');
  for (const name of ['remote-video', 'seen-status', 'end-button', 'mute-button']) {
    await doctor.id(name).waitFor();
  }
  await doctor.id('fullscreen-button').click();
  await waitFor('it is left', async () => !(await inFullScreen()));
});

test('the end takes two steps: a slip of the hand, Enter twice, and Escape end nothing', async () => {
  await doctor.id('end-button').focus();
  await doctor.page.keyboard.press('Enter');
  await doctor.id('end-confirm').waitFor();
  await doctor.page.keyboard.press('Enter');
  await doctor.id('end-button').waitFor();
  await doctor.id('end-button').click();
  await doctor.page.keyboard.press('Escape');
  await doctor.id('end-button').waitFor();
  expect((await box.view(id)).state).toBe('live');
  await doctor.id('end-button').click();
  await doctor.id('end-confirm').click();
  await doctor.id('ended-summary').waitFor();
  expect((await box.view(id)).state).toBe('ended');
  for (const text of ['问诊已结束', '3 号', '患者扫码', '接诊']) await doctor.sees('ended-summary', text);
  // The next patient is neither muted nor dark, and the camera is open again.
  await doctor.id('new-consultation').click();
  await waitFor('the doctor can start', () => doctor.id('start-button').isEnabled());
});
