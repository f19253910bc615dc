/** From the scanned code to both pictures, with the real page and the mini-program itself. */
import type { Browser } from 'playwright-core';
import type { EngineName } from '../../server/media/contract.ts';
import { Box } from '../tools/box.ts';
import { SimulatedDoctor } from '../tools/doctor.ts';
import { waitFor } from '../tools/wait.ts';
import { TestPhone } from '../tools/wechat/phone.ts';
import { type Row, row } from './rows.ts';

/** The patient's first picture on the page. */
function picture(doctor: SimulatedDoctor): Promise<unknown> {
  return doctor.page.waitForFunction(
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
}

/** The patient reads and taps without a pause: what a person takes for that is not the machine's. */
export async function scanToPictures(engine: EngineName, browser: Browser, times: number): Promise<Row[]> {
  const box = await Box.start({ engine });
  const samples = { both: [] as number[], page: [] as number[], phone: [] as number[] };
  try {
    for (let time = 0; time < times; time += 1) {
      const doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
      await doctor.signIn();
      const id = await doctor.start();
      await waitFor('the doctor publishes', async () => (await box.view(id)).doctor.publishing);
      const { pairing } = await box.view(id);
      const phone = new TestPhone();
      // Opened by a tap on its icon before; the code is scanned with it.
      await phone.open();
      const scanned = performance.now();
      const since = () => performance.now() - scanned;
      await phone.join(pairing?.url ?? '');
      const [page, onPhone] = await Promise.all([
        picture(doctor).then(since),
        waitFor('the doctor’s picture', () => (phone.components.player?.pictures ?? 0) > 0, {
          interval: 20,
        }).then(since),
      ]);
      samples.page.push(page);
      samples.phone.push(onPhone);
      samples.both.push(Math.max(page, onPhone));
      phone.stop();
      await box.post(`/api/consultations/${id}/end`);
      await doctor.close();
    }
  } finally {
    await box.stop();
  }
  return (['both', 'page', 'phone'] as const).map((variant) =>
    row(engine, 'scan_to_pictures', variant, 'ms', samples[variant]),
  );
}
