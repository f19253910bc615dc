/**
 * The testing checklist of the system that Consultbox grew from, line by line, with a real doctor's browser and the
 * mini-program itself on a phone of tests. The lines are the names; what they meant by containers are our processes.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { StoredSession } from '../../miniapp/machine/model.ts';
import { Box } from '../tools/box.ts';
import { launchChromium, type Seen, SimulatedDoctor } from '../tools/doctor.ts';
import { onEachEngine } from '../tools/engines.ts';
import { readQr } from '../tools/qr.ts';
import { toneWav } from '../tools/tone.ts';
import { waitFor } from '../tools/wait.ts';
import { TestPhone, type Watched } from '../tools/wechat/phone.ts';

const patientTone = 620;
const doctorTone = 880;

onEachEngine('checklist', (engine) => {
  const work = mkdtempSync(join(tmpdir(), 'consultbox-e2e-'));
  let box: Box;
  let browser: Browser;
  let doctor: SimulatedDoctor;
  let phone: TestPhone;
  let id: string;
  let watched: Watched;
  let seen: Seen;

  beforeAll(async () => {
    const wav = join(work, 'tone.wav');
    writeFileSync(wav, toneWav(doctorTone));
    box = await Box.start({ engine });
    browser = await launchChromium({ flags: [`--use-file-for-fake-audio-capture=${wav}`] });
    doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
  }, 120_000);

  afterAll(async () => {
    phone?.stop();
    await browser?.close();
    await box?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  test('MediaMTX container running: the media server runs, and the status says which and why', async () => {
    const status = await box.status();
    expect(status.media).toMatchObject({ engine, ready: true });
    expect(status.media.process.actual).toBe('running');
    expect(status.media.why).not.toBe('');
  });

  test('Doctor端 can access camera/microphone', async () => {
    await doctor.signIn();
    await waitFor('the preview moves', () =>
      doctor.page
        .locator('video')
        .first()
        .evaluate((video: HTMLVideoElement) => video.videoWidth > 0),
    );
    expect(await doctor.id('camera-select').locator('option').count()).toBeGreaterThan(0);
    expect(await doctor.id('microphone-select').locator('option').count()).toBeGreaterThan(0);
  });

  test('Doctor端 shows "🟢 推流中" status', async () => {
    id = await doctor.start();
    await doctor.sees('publish-status', '🟢 推流中');
    expect((await box.view(id)).doctor.codecs.toSorted()).toEqual(['H264', 'Opus']);
  });

  test('the QR code on the page is read from a screenshot and its URL redeemed', async () => {
    const url = await waitFor('a readable QR code', async () =>
      readQr(await doctor.id('pairing-qr').screenshot()),
    );
    expect(url).toStartWith(`${box.phoneUrl}/p/`);
    phone = new TestPhone({ tone: patientTone });
    await phone.scan(url);
    await phone.isAskedToAgree();
    expect((await box.view(id)).state).toBe('live');
  });

  test('Transcoder container running and processing: FFmpeg runs and reports progress', async () => {
    await waitFor('the doctor’s transcoder reports progress', async () => {
      const { transcoders } = await box.status();
      return transcoders.some((each) => each.name.includes('doctor') && (each.progress?.frames ?? 0) > 0);
    });
  });

  test('Mini-program shows "推流成功" toast: the push is accepted and seen', async () => {
    await phone.agree();
    await waitFor('the toast', () => phone.handset.toasts.includes('推流成功'));
    await waitFor('the patient is publishing', async () => (await box.view(id)).patient.publishing);
    expect((await box.view(id)).device).toBe('connected');
  });

  test('Doctor端 can see patient video (right side)', async () => {
    seen = await doctor.watch();
    expect({ width: seen.width, height: seen.height }).toEqual({ width: 480, height: 640 });
    expect(seen.differentFrames).toBeGreaterThan(5);
    await doctor.sees('player-mode', 'WebRTC');
  });

  test('Doctor端 can hear patient audio', () => {
    expect(seen.level).toBeGreaterThan(-40);
    // The browser stretches sound by some percent while its buffer settles.
    expect(Math.abs(seen.frequency - patientTone)).toBeLessThanOrEqual(35);
  });

  test('Mini-program can see doctor video', async () => {
    watched = await phone.watch();
    expect(watched.video).toEqual({ codec: 'h264', width: 640, height: 480 });
    expect(watched.differentFrames).toBeGreaterThan(5);
  });

  test('Mini-program can hear doctor audio: AAC 44.1 kHz', () => {
    expect(watched.audio).toEqual({ codec: 'aac', sampleRate: 44_100 });
    expect(watched.level).toBeGreaterThan(-45);
    expect(Math.abs(watched.frequency - doctorTone)).toBeLessThanOrEqual(10);
  });

  test('the page says “患者能看到您” while the patient’s player is connected', async () => {
    await doctor.sees('seen-status', '患者能看到您');
    phone.background();
    await doctor.sees('seen-status', '患者离开了小程序');
    phone.foreground();
    await phone.pictureMoves();
    await doctor.sees('seen-status', '患者能看到您');
  });

  test('the HLS of the AAC paths says mp4a.40.2', async () => {
    for (const side of ['doctor', 'patient']) {
      const playlist = await waitFor(`the playlist of the ${side}`, async () => {
        let url = `/api/consultations/${id}/${side}/hls/index.m3u8`;
        const cookies: string[] = [];
        // The media server asks for a cookie first, as of a browser.
        for (let step = 0; step < 3; step += 1) {
          const response = await box.clinic(url, {
            redirect: 'manual',
            headers: { cookie: cookies.join('; ') },
          });
          cookies.push(...response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? ''));
          if (response.status !== 302) return response.ok ? await response.text() : null;
          url = response.headers.get('location') ?? url;
        }
        return null;
      });
      expect(playlist).toContain('mp4a.40.2');
    }
  });

  test('ending drops the streams and says so on the page and on the phone', async () => {
    const kept = phone.handset.storage.get('session') as StoredSession;
    await doctor.id('end-button').click();
    await doctor.id('end-confirm').click();
    await doctor.id('new-consultation').waitFor();
    await phone.reads('问诊结束了');
    expect((await box.view(id)).state).toBe('ended');
    const { resumeToken } = kept;
    expect((await box.phone(`/api/consultations/${id}/resume`, { resumeToken })).status).toBe(410);
  });
});
