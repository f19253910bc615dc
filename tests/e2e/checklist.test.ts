/**
 * The testing checklist of the system that Consultbox grew from, line by line, with a real doctor's browser and a
 * patient that pushes and plays RTMP. The lines are the names; what they meant by containers are our processes.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { Box } from '../tools/box.ts';
import { launchChromium, type Seen, SimulatedDoctor } from '../tools/doctor.ts';
import { onEachEngine } from '../tools/engines.ts';
import { type Played, SimulatedPatient } from '../tools/patient.ts';
import { readQr } from '../tools/qr.ts';
import { toneWav } from '../tools/tone.ts';
import { waitFor } from '../tools/wait.ts';

const patientTone = 620;
const doctorTone = 880;

onEachEngine('checklist', (engine) => {
  const work = mkdtempSync(join(tmpdir(), 'consultbox-e2e-'));
  let box: Box;
  let browser: Browser;
  let doctor: SimulatedDoctor;
  let patient: SimulatedPatient;
  let id: string;
  let played: Played;
  let seen: Seen;

  beforeAll(async () => {
    const wav = join(work, 'tone.wav');
    writeFileSync(wav, toneWav(doctorTone));
    box = await Box.start({ engine });
    browser = await launchChromium({ flags: [`--use-file-for-fake-audio-capture=${wav}`] });
    doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
  }, 120_000);

  afterAll(async () => {
    await patient?.stop();
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
    patient = new SimulatedPatient(url);
    const admission = await patient.join();
    expect(admission).toMatchObject({ consultationId: id, state: 'live' });
  });

  test('Transcoder container running and processing: FFmpeg runs and reports progress', async () => {
    await waitFor('the doctor’s transcoder reports progress', async () => {
      const { transcoders } = await box.status();
      return transcoders.some((each) => each.name.includes('doctor') && (each.progress?.frames ?? 0) > 0);
    });
  });

  test('Mini-program shows "推流成功" toast: the push is accepted and seen', async () => {
    patient.push({ tone: patientTone, keyframeEvery: 1 });
    await waitFor('the patient is publishing', async () => (await box.view(id)).patient.publishing);
    expect((await box.view(id)).device).toBe('connected');
  });

  test('Doctor端 can see patient video (right side)', async () => {
    seen = await doctor.watch();
    expect({ width: seen.width, height: seen.height }).toEqual({ width: 640, height: 480 });
    expect(seen.differentFrames).toBeGreaterThan(5);
    await doctor.sees('player-mode', 'WebRTC');
  });

  test('Doctor端 can hear patient audio', () => {
    expect(seen.level).toBeGreaterThan(-40);
    // The browser stretches sound by some percent while its buffer settles.
    expect(Math.abs(seen.frequency - patientTone)).toBeLessThanOrEqual(35);
  });

  test('Mini-program can see doctor video', async () => {
    played = await patient.watch();
    expect(played.video).toEqual({ codec: 'h264', width: 640, height: 480 });
    expect(played.differentFrames).toBeGreaterThan(5);
  });

  test('Mini-program can hear doctor audio: AAC 44.1 kHz', () => {
    expect(played.audio).toMatchObject({ codec: 'aac', sampleRate: 44_100 });
    expect(played.level).toBeGreaterThan(-45);
    expect(Math.abs(played.frequency - doctorTone)).toBeLessThanOrEqual(10);
  });

  test('the page says “患者能看到您” while the patient’s player is connected', async () => {
    const playing = patient.play();
    await doctor.sees('seen-status', '患者能看到您');
    await playing.stop();
    await doctor.sees('seen-status', '患者还没看到您');
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

  test('ending drops the streams and says so on the page', async () => {
    const playing = patient.play();
    await waitFor('the player is connected', async () => (await box.view(id)).doctor.watched);
    await doctor.id('end-button').click();
    await doctor.id('end-confirm').click();
    await playing.exited;
    await doctor.id('new-consultation').waitFor();
    expect((await box.view(id)).state).toBe('ended');
    expect((await fetch(`${box.phoneUrl}/api/consultations/${id}/resume`, resumeOf(patient))).status).toBe(
      410,
    );
  });
});

function resumeOf(patient: SimulatedPatient): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ resumeToken: patient.admission?.resumeToken }),
  };
}
