/** Whatever process dies: both pictures come back with nothing typed, and nothing is left behind. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { Box } from '../tools/box.ts';
import { RunningConsultation } from '../tools/consultation.ts';
import { launchChromium } from '../tools/doctor.ts';
import { onEachEngine } from '../tools/engines.ts';
import { playRtmp } from '../tools/patient.ts';
import { descendants, isRunning } from '../tools/process-tree.ts';
import { waitFor } from '../tools/wait.ts';

onEachEngine('a process dies', (engine) => {
  let box: Box;
  let browser: Browser;
  let consultation: RunningConsultation;

  beforeAll(async () => {
    box = await Box.start({ engine });
    browser = await launchChromium();
    consultation = await RunningConsultation.begin(box, browser);
  }, 180_000);

  afterAll(async () => {
    await consultation?.stop();
    await browser?.close();
    await box?.stop();
  });

  test('an FFmpeg is killed: another takes its place', async () => {
    for (const direction of ['doctor_to_phone', 'patient_to_page']) {
      const find = async () => {
        const { transcoders } = await box.status();
        return transcoders.find((each) => each.name.includes(direction))?.pid ?? null;
      };
      const pid = await waitFor('it runs', find);
      process.kill(pid, 'SIGKILL');
      await waitFor('another runs', async () => {
        const now = await find();
        return now !== null && now !== pid;
      });
      await consultation.bothSee();
    }
  });

  test('the media server is killed: it is started again, and everyone reconnects', async () => {
    const pid = (await box.status()).media.process.pid;
    if (pid === null) throw new Error('it does not run');
    process.kill(pid, 'SIGKILL');
    await waitFor('another runs', async () => {
      const { media } = await box.status();
      return media.ready && media.process.pid !== pid;
    });
    await consultation.bothSee();
  });

  test('the supervisor is killed with SIGKILL: no child is left; after its restart both pictures return', async () => {
    const children = descendants(box.pid);
    expect(children.length).toBeGreaterThanOrEqual(3);
    await box.kill();
    await waitFor('no child is left', () => !children.some(isRunning));
    box.run();
    await box.ready();
    await consultation.bothSee();
    expect((await box.view(consultation.id)).state).toBe('live');
  });

  test('the media server hangs: its silence is noticed, another takes its place, both pictures return', async () => {
    const pid = (await box.status()).media.process.pid;
    if (pid === null) throw new Error('it does not run');
    process.kill(pid, 'SIGSTOP');
    await waitFor('the hung one was ended', () => !isRunning(pid));
    await waitFor('another runs', async () => {
      const { media } = await box.status();
      return media.ready && media.process.pid !== pid;
    });
    await consultation.bothSee();
  });

  test('one phone, one reader: a second player of the same phone takes the place of the first', async () => {
    const readers = async () => {
      const paths = await box.mediaPaths();
      const path = paths.find(({ name }) => name === `${consultation.id}/doctor_aac`);
      return path?.readers.filter(({ type }) => type === 'rtmpConn').map(({ id }) => id) ?? [];
    };
    const [first] = await readers();
    const second = playRtmp(consultation.phone.player.src);
    await waitFor('the first was dropped, and it is alone', async () => {
      const now = await readers();
      return now.length === 1 && now[0] !== first;
    });
    await second.stop();
    await consultation.bothSee();
  });

  test('a consultation that ends drops everyone within a second', async () => {
    await waitFor('streams are there', async () => (await box.mediaPaths()).some(({ ready }) => ready));
    const ending = box.post(`/api/consultations/${consultation.id}/end`);
    const since = performance.now();
    await waitFor(
      'no stream is left',
      async () => (await box.mediaPaths()).every(({ ready, readers }) => !ready && readers.length === 0),
      { interval: 10 },
    );
    expect(performance.now() - since).toBeLessThan(1000);
    expect((await ending).status).toBe(200);
    await consultation.doctor.id('new-consultation').waitFor();
  });
});
