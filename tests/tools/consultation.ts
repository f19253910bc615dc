/** A consultation under way: the doctor's page and the mini-program on a phone, both for as long as it takes. */
import type { Browser } from 'playwright-core';
import type { Box } from './box.ts';
import { type DoctorOptions, SimulatedDoctor } from './doctor.ts';
import { waitFor } from './wait.ts';
import { type PhoneOptions, TestPhone } from './wechat/phone.ts';

/** What is not as usual. */
export interface BeginOptions {
  /** Of the doctor's page. */
  url?: string;
  /** The box's address that the phone uses, if not the one in the QR code; the phone is a neighbour of it. */
  phoneHost?: string;
  phone?: PhoneOptions;
  doctor?: DoctorOptions;
}

/** Doctor and patient, both of them real. */
export class RunningConsultation {
  private constructor(
    readonly box: Box,
    readonly id: string,
    readonly doctor: SimulatedDoctor,
    readonly phone: TestPhone,
  ) {}

  /** Resolves when both see each other. */
  static async begin(box: Box, browser: Browser, options: BeginOptions = {}): Promise<RunningConsultation> {
    const { url = `${box.clinicUrl}/`, phoneHost } = options;
    const doctor = await SimulatedDoctor.open(browser, url, options.doctor);
    await doctor.signIn();
    const id = await doctor.start();
    const view = await waitFor('a code', async () => {
      const now = await box.view(id);
      return now.pairing === null || !now.doctor.publishing ? null : now;
    });
    const code = new URL(view.pairing?.url ?? '');
    if (phoneHost !== undefined) code.hostname = phoneHost;
    const phone = new TestPhone({
      ...(phoneHost === undefined ? {} : { wifi: neighbourOf(phoneHost) }),
      ...options.phone,
    });
    const running = new RunningConsultation(box, id, doctor, phone);
    await phone.join(code.href);
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

  /** Waits until the picture on the page moves: nearly two seconds of it, shown by one connection. */
  async pictureMoves(): Promise<void> {
    const video = this.doctor.id('remote-video');
    const at = () =>
      video.evaluate((element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames);
    let from = await at();
    await waitFor('the picture on the page moves', async () => {
      const now = await at();
      // A new connection counts anew, from nothing.
      if (now < from) from = now;
      return now > from + 25;
    });
  }

  /** Waits until the picture on the phone moves: two seconds of it. */
  async patientsPictureMoves(): Promise<void> {
    await this.phone.pictureMoves();
  }

  async stop(): Promise<void> {
    this.phone.stop();
    await this.doctor.close();
  }
}

/** A phone in the same /24. */
export function neighbourOf(address: string): { address: string; netmask: string } {
  return { address: address.replace(/\d+$/, '77'), netmask: '255.255.255.0' };
}
