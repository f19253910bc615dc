/** A consultation under way: the doctor's page and a patient who pushes and plays, both for as long as it takes. */
import type { Browser } from 'playwright-core';
import type { Box } from './box.ts';
import { SimulatedDoctor } from './doctor.ts';
import { type Playing, SimulatedPatient } from './patient.ts';
import { waitFor } from './wait.ts';

/** Doctor and patient, both of them real. */
export class RunningConsultation {
  private constructor(
    readonly box: Box,
    readonly id: string,
    readonly doctor: SimulatedDoctor,
    readonly patient: SimulatedPatient,
    private readonly pushing: { stop: () => Promise<void> },
    private readonly playing: Playing,
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
    await doctor.signIn();
    const id = await doctor.start();
    const view = await waitFor('a code', async () => {
      const now = await box.view(id);
      return now.pairing === null || !now.doctor.publishing ? null : now;
    });
    const scanned = new URL(view.pairing?.url ?? '');
    if (phoneHost !== undefined) scanned.hostname = phoneHost;
    const patient = new SimulatedPatient(scanned.href);
    await patient.join();
    const running = new RunningConsultation(
      ...([box, id, doctor, patient] as const),
      patient.keepPushing(),
      patient.keepPlaying(),
    );
    await running.bothSee();
    return running;
  }

  /**
   * Waits until the box says that both are seen, and both pictures really move: the box may say so for a moment
   * after a process died, and what was on its way then is shown for a moment too.
   */
  async bothSee(): Promise<void> {
    await waitFor('both see each other', async () => {
      const { doctor, patient } = await this.box.view(this.id);
      return doctor.watched && patient.watched;
    });
    await Promise.all([this.pictureMoves(), this.patientsPictureMoves()]);
  }

  /** Waits until the picture on the page moves: two seconds of it, shown by one connection. */
  async pictureMoves(): Promise<void> {
    const video = this.doctor.id('remote-video');
    const at = () =>
      video.evaluate((element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames);
    let from = await at();
    await waitFor('the picture on the page moves', async () => {
      const now = await at();
      // A new connection counts anew, from nothing.
      if (now < from) from = now;
      return now > from + 40;
    });
  }

  /** Waits until the patient's player has decoded pictures that differ, for about two seconds. */
  async patientsPictureMoves(): Promise<void> {
    const from = this.playing.pictures();
    await waitFor('the patient’s picture moves', () => this.playing.pictures() > from + 8);
  }

  async stop(): Promise<void> {
    await Promise.all([this.pushing.stop(), this.playing.stop()]);
    await this.patient.stop();
    await this.doctor.close();
  }
}
