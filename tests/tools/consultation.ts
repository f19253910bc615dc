/** A consultation under way: the doctor's page and a patient who pushes and plays, both for as long as it takes. */
import type { Browser } from 'playwright-core';
import type { Box } from './box.ts';
import { SimulatedDoctor } from './doctor.ts';
import { SimulatedPatient } from './patient.ts';
import { waitFor } from './wait.ts';

export class RunningConsultation {
  private constructor(
    readonly box: Box,
    readonly id: string,
    readonly doctor: SimulatedDoctor,
    readonly patient: SimulatedPatient,
    private readonly streams: { stop: () => Promise<void> }[],
  ) {}

  /**
   * Resolves when both see each other.
   * @param phoneHost the box's address that the phone uses, if not the one in the QR code
   */
  static async begin(
    box: Box,
    browser: Browser,
    url = `${box.clinicUrl}/`,
    phoneHost?: string,
  ): Promise<RunningConsultation> {
    const doctor = await SimulatedDoctor.open(browser, url);
    await doctor.signIn(box.accessCode);
    const id = await doctor.start();
    const view = await waitFor('a code', async () => {
      const now = await box.view(id);
      return now.pairing === null || !now.doctor.publishing ? null : now;
    });
    const scanned = new URL(view.pairing?.url ?? '');
    if (phoneHost !== undefined) scanned.hostname = phoneHost;
    const patient = new SimulatedPatient(scanned.href);
    await patient.join();
    const streams = [patient.keepPushing(), patient.keepPlaying()];
    const running = new RunningConsultation(box, id, doctor, patient, streams);
    await running.bothSee();
    return running;
  }

  /** Waits until the box says that both are seen, and the picture on the page really moves. */
  async bothSee(): Promise<void> {
    await waitFor('both see each other', async () => {
      const { doctor, patient } = await this.box.view(this.id);
      return doctor.watched && patient.watched;
    });
    await this.pictureMoves();
  }

  /** Waits until the picture on the page moves. */
  async pictureMoves(): Promise<void> {
    const video = this.doctor.id('remote-video');
    const at = () =>
      video.evaluate((element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames);
    const before = await at();
    await waitFor('the picture on the page moves', async () => {
      const now = await at();
      // A new connection counts anew.
      return now < before || now > before + 10;
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.streams.map((stream) => stream.stop()));
    await this.patient.stop();
    await this.doctor.close();
  }
}
