/** The box in a virtual machine, as the clinic's LAN sees it: through its ports, its screen and its buttons. */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { connect } from 'node:tls';
import { PNG } from 'pngjs';
import { levelColours } from '../../appliance/console/layout.ts';
import { type HostPorts, Machine, type MachineOptions } from '../../appliance/vm/machine.ts';
import type { ConsultationView } from '../../server/consultations/view.ts';
import type { StatusView } from '../../server/status/status.ts';
import { owner } from '../tools/box.ts';
import { freePorts } from '../tools/ports.ts';
import { readQr } from '../tools/qr.ts';
import { waitFor } from '../tools/wait.ts';

/** Of a boot on an emulated processor that others use too, ms. */
export const bootLimit = 900_000;
/** Of an answer of a busy emulated processor, ms. */
const answerLimit = 20_000;
/** Lines of the serial log in the message of a boot that failed. */
const tail = 40;

/** The box's address in QEMU's user network. */
export const guestAddress = '10.0.2.15';

/** Ports of this machine for all of the appliance's. */
export async function forwardedPorts(): Promise<HostPorts> {
  const [https = 0, http = 0, phone = 0, rtmp = 0, ice = 0] = await freePorts(5);
  return { https, http, phone, rtmp, ice };
}

/** The box in its virtual machine, as people meet it. */
export class Appliance {
  /** A program's token of the owner; empty before the first start was completed. */
  token = '';

  private constructor(readonly machine: Machine) {}

  /** Switches it on. */
  static async start(options: MachineOptions): Promise<Appliance> {
    return new Appliance(await Machine.start(options));
  }

  get clinicUrl(): string {
    return `https://127.0.0.1:${this.machine.options.ports.https}`;
  }

  get phoneUrl(): string {
    return `http://127.0.0.1:${this.machine.options.ports.phone}`;
  }

  /** Waits for 200 of `/livez` and of `/readyz`. @throws Error with the end of the serial log */
  ready(): Promise<void> {
    return this.#wellAt('/livez', '/readyz');
  }

  /** Waits until it runs and lacks its first start alone. */
  async waitsForSetup(): Promise<void> {
    await this.#wellAt('/livez');
    await this.until('nothing but the first start is missing', async () => {
      const answer = await fetch(`${this.phoneUrl}/readyz`, { signal: AbortSignal.timeout(answerLimit) });
      return ((await answer.json()) as { codes?: string[] }).codes?.join() === 'setup';
    });
  }

  /** The first start, by the code on its screen, as its owner does it. */
  async setUp(code: string): Promise<void> {
    const clinic = { name: '康宁社区诊所', language: 'zh', timeZone: 'Asia/Shanghai' };
    const made = await this.#post('/api/setup', { code, clinic, person: owner });
    if (made.status !== 204) throw new Error(`set-up answered ${made.status}: ${await made.text()}`);
    const [cookie = ''] = made.headers.getSetCookie();
    const headers = { cookie: cookie.split(';')[0] ?? '', origin: this.clinicUrl };
    const answer = await this.#post('/api/session/programs', { name: 'tests', days: 1 }, headers);
    this.token = ((await answer.json()) as { token: string }).token;
  }

  #post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
    return this.clinic(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  async #wellAt(...paths: string[]): Promise<void> {
    const [begin, used] = [performance.now(), this.machine.processorSeconds()];
    for (const path of paths) {
      await this.until(`${path} answers 200`, () => this.#ok(path));
      const seconds = (performance.now() - begin) / 1000;
      const spent = this.machine.processorSeconds() - used;
      console.log(
        `    ${path} after ${Math.round(seconds)} s; QEMU used the processor for ${Math.round(spent)} s`,
      );
    }
  }

  /** Waits for something that comes of a boot. @throws Error with the end of the serial log */
  async until<T>(what: string, ask: () => Promise<T | null | false> | T | null | false): Promise<T> {
    const options = { limit: bootLimit, interval: 500 };
    try {
      return await waitFor(what, ask, options);
    } catch (error) {
      const lines = this.machine.serialText().trim().split('\n').slice(-tail);
      throw new Error(`${String(error)}\n${lines.join('\n')}`);
    }
  }

  /**
   * Waits until the screen shows a QR code that can be read, and how the box is.
   * @param file keeps the picture
   * @param level of its health
   * @returns the code's text
   */
  async readScreen(file: string, level: keyof typeof levelColours): Promise<string> {
    mkdirSync(dirname(file), { recursive: true });
    return await this.until(`a QR code on the screen, and ${level} health`, async () => {
      await this.machine.screenshot(file);
      const png = readFileSync(file);
      return showsHealth(png, level) ? readQr(png) : null;
    });
  }

  /** A request to the clinic's API with the owner's token. */
  clinic(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.clinicUrl + path, {
      ...init,
      headers: { ...(this.token === '' ? {} : { Authorization: `Bearer ${this.token}` }), ...init.headers },
      tls: { rejectUnauthorized: false },
      signal: AbortSignal.timeout(answerLimit),
    });
  }

  async create(patientLabel: string): Promise<ConsultationView> {
    return await this.#json('/api/consultations', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ patientLabel }),
    });
  }

  view(id: string): Promise<ConsultationView> {
    return this.#json(`/api/consultations/${id}`);
  }

  /** Ids of all consultations. */
  async consultations(): Promise<string[]> {
    const { consultations } = await this.#json<{ consultations: ConsultationView[] }>('/api/consultations');
    return consultations.map(({ id }) => id);
  }

  status(): Promise<StatusView> {
    return this.#json('/api/status');
  }

  /** SHA-256 of the certificate that the clinic's listener shows. */
  fingerprint(): Promise<string> {
    return new Promise((resolve, reject) => {
      const port = this.machine.options.ports.https;
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.end();
      });
      socket.once('error', reject);
    });
  }

  /** An address that the box gave out, as it is reached from here. */
  reached(url: string): string {
    const { ports } = this.machine.options;
    const forwarded: Record<string, number> = { 'http:': ports.phone, 'rtmp:': ports.rtmp };
    const { protocol, hostname } = new URL(url);
    const port = forwarded[protocol];
    // The box gives a phone the address that the phone used, and that is 127.0.0.1 here.
    const own = [guestAddress, '127.0.0.1'].includes(hostname);
    if (port === undefined || !own) throw new Error(`${url} is no address of the box`);
    return url.replace(/^(\w+:\/\/)[^/]+/, `$1127.0.0.1:${port}`);
  }

  /** Whether the supervisor answers now, whatever. */
  async answers(): Promise<boolean> {
    try {
      await fetch(`${this.phoneUrl}/livez`, { signal: AbortSignal.timeout(answerLimit) });
      return true;
    } catch {
      // Refused or silent: it does not.
      return false;
    }
  }

  /** The virtual machine has ended. */
  async hasEnded(): Promise<boolean> {
    return (await Promise.race([this.machine.exited, Promise.resolve(null)])) !== null;
  }

  async #ok(path: string): Promise<boolean> {
    return (await fetch(this.phoneUrl + path, { signal: AbortSignal.timeout(answerLimit) })).ok;
  }

  async #json<T>(path: string, init?: RequestInit): Promise<T> {
    const answer = await this.clinic(path, init);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}

/** The bar beside the sentence on the box's health has the colour of its level. */
function showsHealth(png: Buffer, level: keyof typeof levelColours): boolean {
  const { data, width, height } = PNG.sync.read(png);
  const colour = Number(levelColours[level]);
  let pixels = 0;
  for (let offset = 0; offset < width * height * 4; offset += 4) {
    if (data.readUIntBE(offset, 3) === colour) pixels += 1;
  }
  return pixels > height / 2;
}
