/** A network that lets no WebRTC through: HLS takes over by itself, and the page says so. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { Box } from '../tools/box.ts';
import { launchChromium, SimulatedDoctor } from '../tools/doctor.ts';
import { onEachEngine } from '../tools/engines.ts';
import { SimulatedPatient } from '../tools/patient.ts';

/** Leaves the browser no address of its own: real ICE that really fails, as behind a strict firewall. */
function blockIce(): void {
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super({ ...configuration, iceTransportPolicy: 'relay' });
    }
  };
}

onEachEngine('ICE is blocked', (engine) => {
  let box: Box;
  let browser: Browser;

  beforeAll(async () => {
    box = await Box.start({ engine });
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await box?.stop();
  });

  test('the doctor still sees and hears the patient, by HLS', async () => {
    const doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
    await doctor.page.addInitScript(blockIce);
    await doctor.page.reload();
    await doctor.signIn(box.accessCode);
    const id = await doctor.start();
    const { pairing } = await box.view(id);
    const patient = new SimulatedPatient(pairing?.url ?? '');
    await patient.join();
    patient.push({ tone: 500 });
    try {
      await doctor.sees('player-mode', /HLS/);
      const seen = await doctor.watch();
      expect({ width: seen.width, height: seen.height }).toEqual({ width: 640, height: 480 });
      expect(seen.differentFrames).toBeGreaterThan(3);
      expect(Math.abs(seen.frequency - 500)).toBeLessThanOrEqual(35);
    } finally {
      await patient.stop();
    }
  });
});
