/** Phones and browsers that send something else than the usual: what can be shown is shown, what not is said. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { Box } from '../tools/box.ts';
import { launchChromium, SimulatedDoctor } from '../tools/doctor.ts';
import { onEachEngine } from '../tools/engines.ts';
import { type PushOptions, SimulatedPatient } from '../tools/patient.ts';
import { waitFor } from '../tools/wait.ts';

const tone = 620;

/** As a browser whose H.264 is there in name only: the page is deceived, and VP8 is sent. */
function sendsVp8(): void {
  type Take = (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void>;
  const { prototype } = window.RTCPeerConnection;
  const createOffer = prototype.createOffer as (
    this: RTCPeerConnection,
  ) => Promise<RTCSessionDescriptionInit>;
  const setLocalDescription = prototype.setLocalDescription as Take;
  const pretended = 'a=rtpmap:126 H264/90000\r\n';
  const vp8 =
    RTCRtpSender.getCapabilities('video')?.codecs.filter(({ mimeType }) => mimeType === 'video/VP8') ?? [];
  const { setCodecPreferences } = RTCRtpTransceiver.prototype;
  RTCRtpTransceiver.prototype.setCodecPreferences = function prefer() {
    setCodecPreferences.call(this, vp8);
  };
  Object.assign(prototype, {
    async createOffer(this: RTCPeerConnection) {
      const offer = await createOffer.call(this);
      return { type: offer.type, sdp: `${offer.sdp}${pretended}` };
    },
    setLocalDescription(this: RTCPeerConnection, { type, sdp = '' }: RTCSessionDescriptionInit) {
      return setLocalDescription.call(this, { type, sdp: sdp.replace(pretended, '') });
    },
  });
}

onEachEngine('odd streams', (engine) => {
  let box: Box;
  let browser: Browser;
  let doctor: SimulatedDoctor;
  let id: string;

  beforeAll(async () => {
    box = await Box.start({ engine });
    browser = await launchChromium();
    doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
    await doctor.signIn();
  }, 120_000);

  afterAll(async () => {
    await doctor?.close();
    await browser?.close();
    await box?.stop();
  });

  beforeEach(async () => {
    id = await doctor.start();
  });

  /** A patient who pushes like this, for as long as it takes. */
  async function withPatient(options: PushOptions, look: () => Promise<void>): Promise<void> {
    const { pairing } = await box.view(id);
    const patient = new SimulatedPatient(pairing?.url ?? '');
    await patient.join();
    patient.push(options);
    try {
      await waitFor('it is there', async () => (await box.view(id)).patient.publishing);
      await doctor.sees('player-mode', 'WebRTC');
      await look();
      expect((await box.view(id)).patient.problem).toBeNull();
    } finally {
      await patient.stop();
      await doctor.id('end-button').click();
      await doctor.id('end-confirm').click();
      await doctor.id('new-consultation').click();
    }
  }

  test('B-frames: WebRTC cannot carry them, the picture is encoded anew and moves', async () => {
    const encoder = ['-preset', 'veryfast', '-tune', 'film', '-bf', '2'];
    await withPatient({ tone, encoder }, async () => {
      const frames = () =>
        doctor
          .id('remote-video')
          .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
      // The first FFmpeg copies until it is known that there are B-frames; its end may be seen on the page.
      await waitFor('FFmpeg encodes anew', () => box.log().includes('B-frames'));
      await waitFor('the picture moves', async () => (await frames()) > 30);
      await doctor.sees('player-mode', 'WebRTC');
      const seen = await doctor.watch();
      expect(seen).toMatchObject({ width: 640, height: 480 });
      expect(seen.differentFrames).toBeGreaterThan(5);
      expect(Math.abs(seen.frequency - tone)).toBeLessThanOrEqual(35);
    });
  });

  test('a patient without a camera is heard', async () => {
    await withPatient({ tone, only: 'audio' }, async () => {
      const seen = await doctor.watch();
      expect(seen).toMatchObject({ width: 0, height: 0 });
      await doctor.sees('remote-note', '患者没有发送画面，只有声音。');
      expect(seen.level).toBeGreaterThan(-40);
      expect(Math.abs(seen.frequency - tone)).toBeLessThanOrEqual(35);
    });
  });

  test('a patient without a microphone is seen', async () => {
    await withPatient({ only: 'video' }, async () => {
      const seen = await doctor.watch();
      expect(seen).toMatchObject({ width: 640, height: 480 });
      expect(seen.differentFrames).toBeGreaterThan(5);
      expect(seen.level).toBeLessThan(-60);
    });
  });

  test('a browser that sends VP8: the view and the page say so, with the way out; H.264 again, and all is well', async () => {
    const odd = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`, { broken: sendsVp8 });
    try {
      await odd.signIn();
      const vp8 = await odd.start();
      const said = await odd.meets('doctor_no_h264');
      expect(said).toContain('您的画面不是 H.264 格式，患者看不到。');
      expect(said).toContain('请改用 Chrome 或 Edge 90 以上版本打开本页。');
      const { doctor: stream } = await box.view(vp8);
      expect(stream).toMatchObject({ publishing: true, problem: 'no_h264' });
      expect(stream.codecs).toContain('VP8');
      // Another browser, as it says.
      const better = await odd.context.newPage();
      await better.goto(`${box.clinicUrl}/`);
      await waitFor('the view is well', async () => {
        const { publishing, problem, codecs } = (await box.view(vp8)).doctor;
        return publishing && problem === null && codecs.includes('H264');
      });
      expect(await better.getByTestId('error-banner').count()).toBe(0);
      await box.post(`/api/consultations/${vp8}/end`);
    } finally {
      await odd.close();
    }
  });
});
