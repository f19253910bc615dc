/** One consultation, two doctors: one has it, the other is told, and neither cuts the other off without end. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { Box } from '../tools/box.ts';
import { RunningConsultation } from '../tools/consultation.ts';
import { launchChromium, SimulatedDoctor } from '../tools/doctor.ts';
import { onEachEngine } from '../tools/engines.ts';
import { waitFor } from '../tools/wait.ts';

onEachEngine('two doctors on one consultation', (engine) => {
  let box: Box;
  let browser: Browser;
  let consultation: RunningConsultation;
  let first: SimulatedDoctor;
  let second: SimulatedDoctor;
  /** Offers to publish, of both. */
  let offers = 0;

  const countOffers = (doctor: SimulatedDoctor) =>
    doctor.page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/doctor/whip')) offers += 1;
    });

  beforeAll(async () => {
    box = await Box.start({ engine });
    browser = await launchChromium();
    consultation = await RunningConsultation.begin(box, browser);
    first = consultation.doctor;
    second = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
    countOffers(first);
    countOffers(second);
  }, 180_000);

  afterAll(async () => {
    await second?.close();
    await consultation?.stop();
    await browser?.close();
    await box?.stop();
  });

  /** This one has it, the other one's page says so and sends nothing, and it stays so. */
  async function has(one: SimulatedDoctor, other: SimulatedDoctor): Promise<void> {
    expect(await other.meets('taken_over')).toContain(
      '这次问诊已在另一个窗口或另一台电脑上打开，这里已停止发送。',
    );
    await other.sees('seen-status', '问诊正在别处进行');
    await one.sees('publish-status', '🟢 推流中');
    await one.sees('seen-status', '患者能看到您');
    expect(await one.id('error-banner').count()).toBe(0);
    expect(await other.id('publish-status').getAttribute('data-key')).not.toBe('publish.live');
    const before = offers;
    // Two seconds of the picture: whoever wanted it back by himself would have done so.
    await consultation.patientsPictureMoves();
    expect(offers).toBe(before);
  }

  test('another doctor, on another computer, goes on with it: the first is told and stops', async () => {
    await second.signIn();
    await second.page.locator('summary').click();
    await second.id('take-over').click();
    await has(second, first);
    expect(offers).toBe(1);
    expect(await second.watch()).toMatchObject({ width: 480, height: 640 });
  });

  test('the first takes it back by the button, and the second is told', async () => {
    await first.id('error-action').click();
    await has(first, second);
    expect(offers).toBe(2);
    await consultation.pictureMoves();
  });

  test('a second window of the same browser takes it over from the first', async () => {
    const window = await first.context.newPage();
    await window.goto(`${box.clinicUrl}/`);
    await first.meets('taken_over');
    await waitFor('the window publishes', async () =>
      (await window.getByTestId('publish-status').textContent())?.includes('🟢 推流中'),
    );
    await window.close();
    await first.id('error-action').click();
    await first.sees('publish-status', '🟢 推流中');
    await first.isWell();
  });

  test('one ends it: the other’s page says that it has ended elsewhere, and nothing is sent any more', async () => {
    await first.id('end-button').click();
    await first.id('end-confirm').click();
    await first.id('ended-summary').waitFor();
    expect(await second.meets('consultation_ended')).toContain('这次问诊已在别处结束。');
    await waitFor('nobody publishes', async () =>
      (await box.mediaPaths()).every(({ name, ready }) => !ready || !name.startsWith(consultation.id)),
    );
  });
});
