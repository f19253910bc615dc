/** A real supervisor in its own process, with its own data directory and ports. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConsultationView } from '../../server/consultations/view.ts';
import type { EngineName } from '../../server/media/contract.ts';
import type { StatusView } from '../../server/status/status.ts';
import { freePorts } from './ports.ts';
import { waitFor } from './wait.ts';

const root = join(import.meta.dir, '../..');

export interface BoxPorts {
  http: number;
  https: number;
  internal: number;
  rtmp: number;
  ice: number;
  control: number;
}

export interface BoxOptions {
  engine: EngineName;
  /** Settings as environment variables, e.g. `{ CONSULTBOX_MEDIA_HLS: 'seed' }`. */
  settings?: Record<string, string>;
  /** Put before the command, e.g. `ip netns exec …`. */
  prefix?: string[];
  /** How tests reach it. */
  host?: string;
}

/** Everything that tests do with a box from outside. */
export class Box {
  #child: Bun.Subprocess | null = null;
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
    const names = ['http', 'https', 'internal', 'rtmp', 'ice', 'control', 'metrics', 'rtsp', 'hls', 'webrtc'];
    const numbers = await freePorts(names.length);
    const port = Object.fromEntries(names.map((name, index) => [name, numbers[index] ?? 0])) as Record<
      string,
      number
    >;
    const env: Record<string, string> = {
      CONSULTBOX_DATA_DIR: dataDir,
      CONSULTBOX_LOG_FORMAT: 'json',
      CONSULTBOX_LOG_LEVEL: 'debug',
      CONSULTBOX_NETWORK_ADDRESS: '127.0.0.1',
      CONSULTBOX_MEDIA_ENGINE: options.engine,
      CONSULTBOX_ACCESS_CODE: 'TEST-CODE-1234',
      CONSULTBOX_HTTP_PORT: String(port.http),
      CONSULTBOX_HTTPS_PORT: String(port.https),
      CONSULTBOX_INTERNAL_PORT: String(port.internal),
    };
    for (const name of ['rtmp', 'ice', 'control', 'metrics', 'rtsp', 'hls', 'webrtc']) {
      env[`CONSULTBOX_MEDIA_${name.toUpperCase()}_PORT`] = String(port[name]);
    }
    const box = new Box(options, dataDir, port as unknown as BoxPorts, { ...env, ...options.settings });
    box.run();
    try {
      await box.ready();
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
    this.#child = Bun.spawn(
      [...(this.options.prefix ?? []), process.execPath, join(root, 'server/main.ts')],
      {
        cwd: root,
        env: { ...withoutSettings(process.env), ...this.env },
        stdin: 'ignore',
        stdout: log,
        stderr: Bun.file(`${this.#logFile}.stderr`),
      },
    );
  }

  get #logFile(): string {
    return join(this.dataDir, 'test.log');
  }

  get pid(): number {
    if (this.#child === null) throw new Error('the box does not run');
    return this.#child.pid;
  }

  get accessCode(): string {
    return this.env.CONSULTBOX_ACCESS_CODE ?? '';
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

  async ready(): Promise<void> {
    await waitFor('the box is ready', async () => {
      if (this.#child?.exitCode !== null) throw new Error('it ended');
      return (await fetch(`${this.phoneUrl}/readyz`)).ok;
    });
  }

  /** A request to the clinic's API with the access code. */
  clinic(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${this.accessCode}`);
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
