/** A real supervisor in its own process, with its own data directory and ports. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConsultationView } from '../../server/consultations/view.ts';
import type { EngineName } from '../../server/media/contract.ts';
import type { ConsoleView } from '../../server/status/console.ts';
import type { StatusView } from '../../server/status/status.ts';
import { mediaMtx } from './mediamtx.ts';
import { freePorts } from './ports.ts';
import { waitFor } from './wait.ts';

const root = join(import.meta.dir, '../..');

/** The box’s ports by the names of their settings. */
export type BoxPorts = Record<(typeof portNames)[number], number>;

/** As the settings name them. */
const portNames = [
  ...(['http', 'https', 'internal', 'rtmp', 'ice'] as const),
  ...(['control', 'metrics', 'rtsp', 'hls', 'webrtc'] as const),
];

/** A path as the Control API lists it. */
export interface MediaPathView {
  name: string;
  ready: boolean;
  source: { type: string; id: string } | null;
  readers: { type: string; id: string }[];
}

/** How a box is started. */
export interface BoxOptions {
  engine: EngineName;
  /** Settings as environment variables, e.g. `{ CONSULTBOX_MEDIA_HLS: 'seed' }`. */
  settings?: Record<string, string>;
  /** How tests reach it. */
  host?: string;
  /** false: the box is left as it is at its first start. */
  setUp?: boolean;
}

/** Who works at a box of the tests: one person with every role. */
export const owner = {
  login: 'liming',
  password: 'a sentence for tests',
  name: '李明',
  roles: ['doctor', 'receptionist', 'technician'],
  title: '主任医师',
  department: '心内科',
};

/** Everything that tests do with a box from outside. */
export class Box {
  #child: Bun.Subprocess | null = null;
  /** A program's token of the owner. */
  token = '';
  readonly host: string;

  private constructor(
    readonly options: BoxOptions,
    readonly dataDir: string,
    readonly ports: BoxPorts,
    private readonly env: Record<string, string>,
  ) {
    this.host = options.host ?? '127.0.0.1';
  }

  /** Starts a box and waits until a consultation can be held. */
  static async start(options: BoxOptions): Promise<Box> {
    const dataDir = mkdtempSync(join(tmpdir(), 'consultbox-test-'));
    const numbers = await freePorts(portNames.length);
    const ports = Object.fromEntries(portNames.map((name, index) => [name, numbers[index] ?? 0])) as BoxPorts;
    const env: Record<string, string> = {
      CONSULTBOX_DATA_DIR: dataDir,
      CONSULTBOX_LOG_FORMAT: 'json',
      CONSULTBOX_LOG_LEVEL: 'debug',
      CONSULTBOX_NETWORK_ADDRESS: '127.0.0.1',
      CONSULTBOX_MEDIA_ENGINE: options.engine,
      ...(mediaMtx.found ? { CONSULTBOX_MEDIA_PROGRAM: mediaMtx.program } : {}),
    };
    for (const name of portNames) {
      const section = ['http', 'https', 'internal'].includes(name) ? '' : 'MEDIA_';
      env[`CONSULTBOX_${section}${name.toUpperCase()}_PORT`] = String(ports[name]);
    }
    const box = new Box(options, dataDir, ports, { ...env, ...options.settings });
    box.run();
    try {
      if (options.setUp !== false) await box.setUp();
      await (options.setUp === false ? box.answers() : box.ready());
    } catch (error) {
      const log = box.log();
      await box.stop();
      throw new Error(`${String(error)}\n${log.slice(-4000)}`);
    }
    return box;
  }

  /** Starts the process; again after `kill`. */
  run(): void {
    const log = Bun.file(this.#logFile);
    this.#child = Bun.spawn([process.execPath, join(root, 'server/main.ts')], {
      cwd: root,
      env: { ...withoutSettings(process.env), ...this.env },
      stdin: 'ignore',
      stdout: log,
      stderr: Bun.file(`${this.#logFile}.stderr`),
    });
  }

  get #logFile(): string {
    return join(this.dataDir, 'test.log');
  }

  get pid(): number {
    if (this.#child === null) throw new Error('the box does not run');
    return this.#child.pid;
  }

  get clinicUrl(): string {
    return `https://${this.host}:${this.ports.https}`;
  }

  get phoneUrl(): string {
    return `http://${this.host}:${this.ports.http}`;
  }

  /** Its log, for messages of failing tests. */
  log(): string {
    const read = (file: string) => {
      try {
        return readFileSync(file, 'utf8');
      } catch (error) {
        return `(${String(error)})`;
      }
    };
    return read(this.#logFile) + read(`${this.#logFile}.stderr`);
  }

  /** Waits until its listeners answer. @throws Error at once when the process has ended */
  async answers(): Promise<void> {
    await waitFor('the box answers', async () => {
      if (this.#child?.exitCode !== null) throw new Error(`the box ended with ${this.#child?.exitCode}`);
      return (await this.clinic('/api/setup')).ok;
    });
  }

  /** What stands on the box's own screen. */
  async console(): Promise<ConsoleView> {
    return (await (await fetch(`http://127.0.0.1:${this.ports.internal}/console`)).json()) as ConsoleView;
  }

  /** The first start, as its owner does it; then a token, so that tests need no cookie. */
  async setUp(): Promise<void> {
    await this.answers();
    const { setupCode } = await this.console();
    const clinic = { name: '', language: 'zh', timeZone: 'Asia/Shanghai' };
    const made = await this.post('/api/setup', { code: setupCode, clinic, person: owner });
    if (made.status !== 204) throw new Error(`set-up answered ${made.status}: ${await made.text()}`);
    const [cookie = ''] = made.headers.getSetCookie();
    this.token = await this.programToken(cookie.split(';')[0] ?? '');
  }

  /** @param cookie of somebody who is signed in */
  async programToken(cookie: string): Promise<string> {
    const answer = await this.clinic('/api/session/programs', {
      ...jsonRequest({ name: 'tests', days: 1 }),
      headers: { cookie, origin: this.clinicUrl, 'Content-Type': 'application/json', authorization: 'none' },
    });
    return ((await answer.json()) as { token: string }).token;
  }

  /** Waits until a consultation can be held. @throws Error at once when the process has ended */
  async ready(): Promise<void> {
    const state = await waitFor('the box is ready', async () => {
      if (this.#child?.exitCode !== null) return 'ended';
      return (await fetch(`${this.phoneUrl}/readyz`)).ok ? 'ready' : null;
    });
    if (state === 'ended') throw new Error(`the box ended with ${this.#child?.exitCode}`);
  }

  /** A request to the clinic's API with the owner's token. */
  clinic(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization') && this.token !== '') {
      headers.set('authorization', `Bearer ${this.token}`);
    }
    return fetch(this.clinicUrl + path, { ...init, headers, tls: { rejectUnauthorized: false } });
  }

  /** POSTs JSON to the clinic's API. */
  post(path: string, body?: unknown): Promise<Response> {
    return this.clinic(path, jsonRequest(body));
  }

  /** POSTs JSON to the phone's listener. */
  phone(path: string, body?: unknown): Promise<Response> {
    return fetch(this.phoneUrl + path, jsonRequest(body));
  }

  async create(patientLabel?: string): Promise<ConsultationView> {
    const response = await this.post(
      '/api/consultations',
      patientLabel === undefined ? {} : { patientLabel },
    );
    if (response.status !== 201) throw new Error(`create answered ${response.status}`);
    return (await response.json()) as ConsultationView;
  }

  async view(id: string): Promise<ConsultationView> {
    return (await (await this.clinic(`/api/consultations/${id}`)).json()) as ConsultationView;
  }

  /** What the media server itself says of its paths: who publishes and who reads. */
  async mediaPaths(): Promise<MediaPathView[]> {
    const answer = await fetch(`http://127.0.0.1:${this.ports.control}/v3/paths/list`);
    return ((await answer.json()) as { items: MediaPathView[] }).items;
  }

  async status(): Promise<StatusView> {
    return (await (await this.clinic('/api/status')).json()) as StatusView;
  }

  /** SIGKILL, as a crash does. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#child?.exited;
  }

  /** An orderly end; the data directory goes with it. */
  async stop(): Promise<void> {
    this.#child?.kill('SIGTERM');
    await this.#child?.exited;
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function jsonRequest(body: unknown): RequestInit {
  return {
    method: 'POST',
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  };
}

function withoutSettings(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('CONSULTBOX_'),
    ),
  );
}
