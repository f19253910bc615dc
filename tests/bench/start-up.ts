/** From the redeemed code to both pictures, with the real page. */
import type { Browser } from 'playwright-core';
import type { EngineName } from '../../server/media/contract.ts';
import { Box } from '../tools/box.ts';
import { SimulatedDoctor } from '../tools/doctor.ts';
import { SimulatedPatient } from '../tools/patient.ts';
import { waitFor } from '../tools/wait.ts';
import { type Row, row } from './rows.ts';

/** Plays until the first picture is decoded; again at once when it is not there yet, as live-player does. */
async function firstPicture(url: string): Promise<void> {
  for (;;) {
    const player = Bun.spawn(
      [
        ...['ffmpeg', '-nostdin', '-loglevel', 'error'],
        // No player waits for 40 pictures to know their rate; FFmpeg would, two seconds long.
        ...['-fpsprobesize', '0', '-i', url],
        ...['-map', '0:v:0', '-frames:v', '1', '-f', 'null', '-'],
      ],
      { stdout: 'ignore', stderr: 'ignore' },
    );
    if ((await player.exited) === 0) return;
    await Bun.sleep(100);
  }
}

export async function redeemToPictures(engine: EngineName, browser: Browser, times: number): Promise<Row[]> {
  const box = await Box.start({ engine });
  const samples: number[] = [];
  try {
    for (let time = 0; time < times; time += 1) {
      const doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
      await doctor.signIn();
      const id = await doctor.start();
      await waitFor('the doctor publishes', async () => (await box.view(id)).doctor.publishing);
      const patient = new SimulatedPatient((await box.view(id)).pairing?.url ?? '');
      const redeemed = performance.now();
      await patient.join();
      patient.push({ keyframeEvery: 1 });
      const page = doctor.page.waitForFunction(
        () => {
          const video = document
            .querySelector('consultbox-app')
            ?.shadowRoot?.querySelector('consultation-view')
            ?.shadowRoot?.querySelector('remote-video')
            ?.shadowRoot?.querySelector('video');
          return (video?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 0;
        },
        undefined,
        { polling: 50 },
      );
      await Promise.all([page, firstPicture(patient.playUrl)]);
      samples.push(performance.now() - redeemed);
      await patient.stop();
      await box.post(`/api/consultations/${id}/end`);
      await doctor.close();
    }
  } finally {
    await box.stop();
  }
  return [row(engine, 'redeem_to_pictures', 'key1', 'ms', samples)];
}
