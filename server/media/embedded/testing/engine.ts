/** An engine for tests: in a process of its own as in a clinic, or in this one with shorter limits. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../../../tests/tools/ports.ts';
import { waitFor } from '../../../../tests/tools/wait.ts';
import { readConfiguration } from '../configuration.ts';
import { type RunningEngine, startEngine } from '../engine.ts';
import type { Limits } from '../limits.ts';

/** The authorisation callback allows what has this key. */
export const key = 'right';

/** A path as the Control API lists it. */
export interface ListedPath {
  name: string;
  ready: boolean;
  tracks: string[];
  source: { type: string; id: string } | null;
  readers: { type: string; id: string }[];
}

/** Directory, ports and callback of one engine, whoever runs it. */
export class EngineBed {
  readonly directory = mkdtempSync(join(tmpdir(), 'consultbox-engine-'));
  /** What the callback was asked. */
  readonly asked: { action: string; path: string; protocol: string; token: string }[] = [];
  private readonly callback = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      if (request.method === 'GET') return new Response('<!doctype html><body>', { headers: html });
      const body = (await request.json()) as EngineBed['asked'][number];
      this.asked.push(body);
      return new Response(null, { status: body.token === key ? 204 : 401 });
    },
  });

  private constructor(
    readonly port: Record<'control' | 'rtsp' | 'hls' | 'webrtc' | 'rtmp' | 'ice' | 'metrics', number>,
    more: string[],
  ) {
    const lines = [
      `authHTTPAddress: http://127.0.0.1:${this.callback.port}/`,
      `apiAddress: 127.0.0.1:${port.control}`,
      `metricsAddress: 127.0.0.1:${port.metrics}`,
      `rtspAddress: 127.0.0.1:${port.rtsp}`,
      `hlsAddress: 127.0.0.1:${port.hls}`,
      `webrtcAddress: 127.0.0.1:${port.webrtc}`,
      `rtmpAddress: 127.0.0.1:${port.rtmp}`,
      `webrtcLocalUDPAddress: :${port.ice}`,
      'webrtcAdditionalHosts: [127.0.0.1]',
      'hlsVariant: mpegts',
      ...more,
    ];
    writeFileSync(this.file, lines.join('\n'));
  }

  /** @param more lines of its configuration */
  static async make(more: string[] = []): Promise<EngineBed> {
    const [control = 0, rtsp = 0, hls = 0, webrtc = 0, rtmp = 0, ice = 0, metrics = 0] = await freePorts(7);
    return new EngineBed({ control, rtsp, hls, webrtc, rtmp, ice, metrics }, more);
  }

  /** The configuration. */
  get file(): string {
    return join(this.directory, 'engine.yml');
  }

  get logFile(): string {
    return join(this.directory, 'engine.log');
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Where a browser's page may use the camera. */
  get origin(): string {
    return `http://127.0.0.1:${this.callback.port}/`;
  }

  /** As the supervisor starts it. */
  run(): Bun.Subprocess {
    return Bun.spawn([process.execPath, join(import.meta.dir, '../main.ts'), this.file], {
      stdout: Bun.file(this.logFile),
      stderr: 'inherit',
    });
  }

  /** The same, when it answers. @throws Error with its log when it ends instead */
  async spawn(): Promise<Bun.Subprocess> {
    const child = this.run();
    await waitFor(
      'the engine answers',
      async () => child.exitCode !== null || (await fetch(`${this.api}/info`)).ok,
    );
    if (child.exitCode !== null) throw new Error(`it ended: ${this.log()}`);
    return child;
  }

  /** In this process. @param lines what it logs is added */
  start(limits: Partial<Limits>, lines: string[] = []): Promise<RunningEngine> {
    return startEngine({
      configuration: readConfiguration(this.file),
      ffmpeg: 'ffmpeg',
      hlsDirectory: join(this.directory, 'hls'),
      limits,
      log: (level, message) => lines.push(`${level} ${message}`),
    });
  }

  get api(): string {
    return `http://127.0.0.1:${this.port.control}/v3`;
  }

  rtmp(path: string, token = key): string {
    return `rtmp://127.0.0.1:${this.port.rtmp}/${path}?token=${token}`;
  }

  rtsp(path: string, token = key): string {
    return `rtsp://127.0.0.1:${this.port.rtsp}/${path}?token=${token}`;
  }

  webrtc(path: string, protocol: 'whip' | 'whep'): string {
    return `http://127.0.0.1:${this.port.webrtc}/${path}/${protocol}`;
  }

  async paths(): Promise<ListedPath[]> {
    return ((await (await fetch(`${this.api}/paths/list`)).json()) as { items: ListedPath[] }).items;
  }

  async path(name: string): Promise<ListedPath | undefined> {
    return (await this.paths()).find((path) => path.name === name);
  }

  /** Waits until a path can be read. */
  ready(name: string): Promise<ListedPath> {
    return waitFor(`${name} is ready`, async () => {
      const path = await this.path(name);
      return path?.ready ? path : null;
    });
  }

  async sessions(kind: string): Promise<{ id: string; state: string; path: string; remoteAddr: string }[]> {
    return ((await (await fetch(`${this.api}/${kind}/list`)).json()) as { items: [] }).items;
  }

  async remove(): Promise<void> {
    await this.callback.stop(true);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const html = { 'Content-Type': 'text/html' };
