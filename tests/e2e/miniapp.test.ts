/**
 * A consultation as the patient has it: the mini-program itself on a phone of tests, by what is tapped and read, with
 * the doctor in Chromium.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { ConsultationEvent } from '../../server/consultations/view.ts';
import { Box, owner } from '../tools/box.ts';
import { launchChromium, type Seen, SimulatedDoctor } from '../tools/doctor.ts';
import { onEachEngine } from '../tools/engines.ts';
import { readQr } from '../tools/qr.ts';
import { toneWav } from '../tools/tone.ts';
import { waitFor } from '../tools/wait.ts';
import { TestPhone, type Watched } from '../tools/wechat/phone.ts';

const patientTone = 620;
const doctorTone = 880;

onEachEngine('the mini-program', (engine) => {
  const work = mkdtempSync(join(tmpdir(), 'consultbox-miniapp-e2e-'));
  let box: Box;
  let browser: Browser;
  let doctor: SimulatedDoctor;
  let phone: TestPhone;
  let id: string;

  beforeAll(async () => {
    const wav = join(work, 'tone.wav');
    writeFileSync(wav, toneWav(doctorTone));
    box = await Box.start({ engine });
    browser = await launchChromium({ flags: [`--use-file-for-fake-audio-capture=${wav}`] });
    doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
    phone = new TestPhone({ tone: patientTone });
  }, 120_000);

  afterAll(async () => {
    phone?.stop();
    await browser?.close();
    await box?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  const doctorGets = (what: string, is: (seen: Seen) => boolean) =>
    waitFor(what, async () => is(await doctor.watch()), { limit: 90_000 });

  const patientGets = (what: string, is: (watched: Watched) => boolean) =>
    waitFor(what, async () => is(await phone.look()), { limit: 90_000 });

  const hears = ({ level, frequency }: { level: number; frequency: number }, tone: number) =>
    level > -45 && Math.abs(frequency - tone) <= 35;

  const kindsOfEvents = async () => {
    const answer = await box.clinic(`/api/consultations/${id}/timeline`);
    const { events } = (await answer.json()) as { events: ConsultationEvent[] };
    return events.map(({ kind }) => kind);
  };

  test('scans the code on the doctor’s screen, and is asked what must be asked', async () => {
    await doctor.signIn();
    await doctor.page.getByLabel('患者称呼').fill('王阿姨');
    id = await doctor.start();
    await doctor.sees('publish-status', '🟢 推流中');
    const url = await waitFor('a readable QR code', async () =>
      readQr(await doctor.id('pairing-qr').screenshot()),
    );
    await phone.scan(url);
    await phone.reads('请您核对');
    for (const text of ['王阿姨', owner.name, owner.title, owner.department])
      expect(phone.text()).toContain(text);
    phone.tap('家属代操作');
    phone.tap('对，是我');
    await phone.reads('视频问诊说明');
    await phone.reads('不录像，不录音。');
    phone.tap('我是家属，我同意');
    await phone.reads('相机：让医生看到您');
    phone.tap('好，去允许');
    await waitFor('it pushes', () => phone.handset.toasts.includes('推流成功'));
    expect(phone.handset.screenKeptOn).toBe(true);
  });

  test('both see and hear each other, and the patient is told', async () => {
    await doctorGets('the patient’s moving picture and tone', (seen) => {
      return seen.differentFrames > 5 && hears(seen, patientTone);
    });
    const seen = await doctor.watch();
    expect({ width: seen.width, height: seen.height }).toEqual({ width: 480, height: 640 });
    await patientGets('the doctor’s moving picture and tone', (watched) => {
      return watched.differentFrames > 5 && hears(watched, doctorTone);
    });
    const { video, audio } = await phone.look();
    expect(video).toEqual({ codec: 'h264', width: 640, height: 480 });
    expect(audio).toEqual({ codec: 'aac', sampleRate: 44_100 });
    await phone.reads('医生能看到您了');
    expect(phone.handset.toasts).toContain('医生能看到您了');
    await doctor.sees('seen-status', '患者能看到您');
    expect((await box.view(id)).device).toBe('connected');
  });

  test('microphone off and on', async () => {
    phone.tap('麦克风开');
    await doctorGets('silence with a moving picture', (seen) => seen.level < -60 && seen.differentFrames > 5);
    phone.tap('麦克风关');
    await doctorGets('the tone', (seen) => hears(seen, patientTone));
  });

  test('camera off and on; the other camera', async () => {
    phone.tap('相机开');
    await doctorGets(
      'black with the tone',
      ({ corner, ...seen }) => corner.red < 40 && hears(seen, patientTone),
    );
    phone.tap('相机关');
    await doctorGets('the front camera', ({ corner }) => corner.red > 100 && corner.green < 80);
    phone.tap('更多');
    phone.tap('换镜头');
    await doctorGets('the back camera', ({ corner }) => corner.red < 120 && corner.green > 120);
    phone.tap('换镜头');
    await doctorGets('the front camera', ({ corner }) => corner.red > 100 && corner.green < 80);
  });

  test('an echo: first the earpiece, then talking by button', async () => {
    expect(phone.player.soundMode).toBe('speaker');
    phone.tap('有回声？');
    await phone.reads('已改用听筒');
    expect(phone.player.soundMode).toBe('ear');
    phone.tap('听筒');
    await waitFor('the speaker', () => phone.player.soundMode === 'speaker');
    expect(phone.text()).not.toContain('已改用听筒');
    phone.tap('外放');
    phone.tap('有回声？');
    await phone.reads('按住说话');
    await doctorGets('silence', (seen) => seen.level < -60);
    phone.press('按住说话');
    await phone.reads('正在说话');
    await doctorGets('the tone', (seen) => hears(seen, patientTone));
    phone.release('正在说话');
    await doctorGets('silence', (seen) => seen.level < -60);
    phone.tap('不用按住说话了');
    await doctorGets('the tone', (seen) => hears(seen, patientTone));
    // Nothing of all this made a new connection.
    expect(phone.pusher.codes.filter((code) => code === 1002)).toHaveLength(1);
  });

  test('a phone that begins in silence: “🔊 播放声音”', async () => {
    phone.handset.silentUntilTapped = true;
    phone.lock();
    phone.unlock();
    await phone.pictureMoves();
    expect((await phone.look()).level).toBeLessThan(-100);
    phone.tap('🔊 播放声音');
    await patientGets('the tone', (watched) => hears(watched, doctorTone));
  });

  test('the agreement is the box’s, and stands in the timeline', async () => {
    const consent = await waitFor('the consent', async () => (await box.view(id)).consent);
    expect(consent).toMatchObject({ by: 'family', version: '1' });
    expect(await kindsOfEvents()).toContain('consent_given');
  });

  test('how the network is reaches the box and the doctor', async () => {
    const { push, play } = await waitFor('both sides were reported', async () => {
      const { phoneNetwork } = await box.view(id);
      return phoneNetwork.push?.fps && phoneNetwork.play?.fps ? phoneNetwork : null;
    });
    expect(push?.videoBitrate).toBeGreaterThan(100);
    expect(play?.fps).toBeGreaterThan(5);
    expect(play?.videoBitrate).toBeGreaterThan(50);
    await doctor.sees('phone-network', 'kbit/s');
    expect(await kindsOfEvents()).toContain('phone_media');
  });

  test('the doctor writes: large letters, and the answer comes back', async () => {
    await doctor.id('notes-button').click();
    await doctor.page.getByRole('button', { name: '您能听到我说话吗？' }).click();
    await phone.reads('您能听到我说话吗？');
    phone.tap('能听到');
    await phone.reads('您回答了：能听到');
    expect(phone.handset.toasts).toContain('已告诉医生');
    await doctor.sees('messages', '能听到');
  });

  test('the doctor ends it, and the patient leaves with the advice', async () => {
    await doctor.id('tab-advice').click();
    await doctor.id('advice-text').fill('多喝温水，一周后复查。');
    await waitFor('it is saved', async () => (await box.view(id)).advice !== null);
    await doctor.id('end-button').click();
    await doctor.id('end-confirm').click();
    await phone.reads('多喝温水，一周后复查。');
    expect(phone.text()).toContain('问诊结束了');
    expect(phone.route).toBe('pages/ended/ended');
    expect(phone.handset.screenKeptOn).toBe(false);
    expect(phone.components.pusher).toBeNull();
    phone.tap('回到首页');
    await phone.reads('扫码就诊');
    expect(phone.text()).not.toContain('继续刚才的问诊');
  });
});
