/** The one driver for both engines: a supervised process, its configuration file and its Control API. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coalesced } from '../coalesced.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import { redactSecrets } from '../log/logger.ts';
import type { Command, ProcessRunner } from '../processes/runner.ts';
import { type ProcessStatus, SupervisedProcess } from '../processes/supervised-process.ts';
import type { Settings } from '../settings/schema.ts';
import type { ChosenEngine } from './choose-engine.ts';
import { candidateHosts, mediaYaml } from './configuration.ts';
import type { MediaPath, MediaPeer, MediaServer } from './contract.ts';
import { ControlApi } from './control-api.ts';
import { ffmpegInput, ffmpegOutput } from './ffmpeg-urls.ts';

/** What the driver needs. */
export interface MediaProcessOptions {
  settings: Settings;
  chosen: ChosenEngine;
  /** LAN addresses at the start. */
  hosts: string[];
  authorisationUrl: string;
  runner: ProcessRunner;
  logger: Logger;
}

/** Silence of the Control API for this long means a hung process, ms. */
const staleAfter = 8000;

/** Last lines that are logged when it ends unasked: they hold the reason, e.g. a busy port. */
const lastLines = 5;

/** A media server of either kind, kept running. */
export class MediaProcess implements MediaServer {
  readonly engine;
  readonly why;
  readonly version;
  readonly #api: ControlApi;
  readonly #process: SupervisedProcess;
  readonly #file: string;
  readonly #restartListeners = new Set<() => void>();
  /** What it should have. */
  #hosts: string[];
  /** What the running process has: read from the file at its start, or patched since. */
  #appliedHosts: string[] = [];
  #ready = false;
  #wasReady = false;

  constructor(private readonly options: MediaProcessOptions) {
    const { chosen, settings, logger, runner } = options;
    this.engine = chosen.engine;
    this.why = chosen.why;
    this.version = chosen.version;
    this.#hosts = options.hosts;
    this.#api = new ControlApi(settings.media.controlPort);
    const dir = join(settings.data.dir, 'run');
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#file = join(dir, 'media.yml');
    this.#process = new SupervisedProcess({
      name: 'media server',
      command: () => this.#command(),
      runner,
      logger,
      staleAfter,
      // Both pictures must be back within five seconds of its end.
      backoff: { first: 200, limit: 5000, resetAfter: 10_000 },
      redact: redactSecrets,
      onExit: (code) => {
        this.#ready = false;
        const { wanted, lastLines: lines } = this.#process.status();
        if (wanted === 'stopped') return;
        logger.warn(
          { engine: this.engine, code, lastLines: lines.slice(-lastLines) },
          'the media server ended',
        );
      },
    });
  }

  get ready(): boolean {
    return this.#ready;
  }

  start(): void {
    this.#process.start();
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    this.#ready = false;
  }

  status(): ProcessStatus {
    return this.#process.status();
  }

  async paths(): Promise<MediaPath[]> {
    const paths = await this.#api.paths();
    this.#process.touch();
    if (!this.#ready) {
      this.#ready = true;
      if (this.#wasReady) for (const listener of this.#restartListeners) listener();
      this.#wasReady = true;
      // The addresses may have changed between its start and this first answer.
      void this.#applyHosts();
    }
    return paths;
  }

  kick(peer: MediaPeer): Promise<void> {
    return this.#api.kick(peer);
  }

  async setAdditionalHosts(hosts: string[]): Promise<void> {
    if (Bun.deepEquals(hosts, this.#hosts)) return;
    this.#hosts = hosts;
    // The file too: what the API changed lives in the process alone and would be lost with it.
    this.#writeFile();
    await this.#applyHosts();
  }

  /** One patch at a time, and none for what it has already: a patch drops every WebRTC session. Never throws. */
  readonly #applyHosts = coalesced(async () => {
    const hosts = candidateHosts(this.#hosts);
    if (!this.#ready || Bun.deepEquals(hosts, this.#appliedHosts)) return;
    try {
      await this.#api.patchGlobal({ webrtcAdditionalHosts: hosts });
      this.#appliedHosts = hosts;
    } catch (error) {
      // It reads the file when it starts anew: that is the way to a true state.
      this.options.logger.error({ reason: messageOf(error) }, 'hot reload failed: the media server restarts');
      this.#process.restart();
    }
  });

  input(path: string, key: string): string[] {
    return ffmpegInput(this.engine, this.options.settings.media, path, key);
  }

  output(path: string, key: string): string[] {
    return ffmpegOutput(this.engine, this.options.settings.media, path, key);
  }

  onRestart(listener: () => void): void {
    this.#restartListeners.add(listener);
  }

  #command(): Command {
    this.#writeFile();
    this.#appliedHosts = candidateHosts(this.#hosts);
    const { program, args } = this.options.chosen;
    const { settings } = this.options;
    return {
      program,
      args: [...args, this.#file],
      env: { CONSULTBOX_FFMPEG: settings.transcoding.program },
    };
  }

  #writeFile(): void {
    const { settings, authorisationUrl } = this.options;
    writeFileSync(this.#file, mediaYaml({ settings: settings.media, hosts: this.#hosts, authorisationUrl }));
    chmodSync(this.#file, 0o600);
  }
}
