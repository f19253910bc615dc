/** How the box is: for the status page, the two health questions, and the metrics. */
import { Gauge, Registry } from 'prom-client';
import si from 'systeminformation';
import type { ConsultationService } from '../consultations/service.ts';
import { messageOf } from '../errors.ts';
import type { MediaServer } from '../media/contract.ts';
import type { NetworkView } from '../network/addresses.ts';
import type { ProcessStatus } from '../processes/supervised-process.ts';
import type { OpenStore } from '../store/database.ts';
import type { Capabilities } from '../transcoding/capabilities.ts';
import type { Progress } from '../transcoding/progress.ts';
import type { TranscodingService } from '../transcoding/service.ts';
import { version } from '../version.ts';
import {
  databaseProblem,
  ffmpegProblem,
  mediaServerProblem,
  networkProblem,
  type Problem,
  setupProblem,
} from './problems.ts';

/** What is looked at. */
export interface StatusDependencies {
  database: OpenStore;
  media: MediaServer;
  network: () => NetworkView;
  capabilities: Capabilities;
  consultations: ConsultationService;
  transcoding: TranscodingService;
  setupNeeded: () => boolean;
}

/** An answer to a health question: all is well when `problems` is empty. */
export interface Health {
  ok: boolean;
  problems: Problem[];
}

/** The body of `GET /api/status`. */
export interface StatusView {
  versions: { consultbox: string; bun: string; ffmpeg: string | null; mediaServer: string };
  media: { engine: string; why: string; ready: boolean; process: ProcessStatus };
  network: NetworkView;
  ffmpeg: Capabilities;
  live: Health;
  ready: Health;
  consultations: { open: number; waiting: number; live: number };
  transcoders: (ProcessStatus & { progress: Progress | null })[];
  /** CPU in percent of all cores together, memory in bytes, uptime of the supervisor in seconds. */
  resources: { cpu: number; memoryTotal: number; memoryAvailable: number; uptime: number };
}

/** Answers every question about how the box is. */
export class StatusService {
  readonly #registry = new Registry();
  readonly #gauges: Record<'up' | 'ready' | 'consultations' | 'transcoders' | 'restarts', Gauge<string>>;

  constructor(private readonly dependencies: StatusDependencies) {
    const registers = [this.#registry];
    const gauge = (name: string, help: string, labelNames: string[] = []) =>
      new Gauge({ name: `consultbox_${name}`, help, labelNames, registers });
    this.#gauges = {
      up: gauge('live', '1 when the database and the media server answer'),
      ready: gauge('ready', '1 when a consultation can be held'),
      consultations: gauge('consultations', 'Consultations that have not ended', ['state']),
      transcoders: gauge('transcoders', 'FFmpeg processes that are wanted'),
      restarts: gauge('process_restarts', 'Restarts since the supervisor started', ['process']),
    };
  }

  /** Database and media server answer. */
  live(): Health {
    const problems: Problem[] = [];
    try {
      this.dependencies.database.check();
    } catch (error) {
      problems.push(databaseProblem(messageOf(error)));
    }
    if (!this.dependencies.media.ready) problems.push(mediaServerProblem);
    return { ok: problems.length === 0, problems };
  }

  /** A consultation can be held. */
  ready(): Health {
    const { network, capabilities, setupNeeded } = this.dependencies;
    const problems = [...this.live().problems];
    if (setupNeeded()) problems.push(setupProblem);
    const view = network();
    if (view.chosen === null) problems.push(networkProblem(view));
    problems.push(...capabilities.missing.map(ffmpegProblem));
    return { ok: problems.length === 0, problems };
  }

  /** In one English line: address, engine, and whether a consultation can be held. */
  summary(): string {
    const { media, network } = this.dependencies;
    const [problem] = this.ready().problems;
    const state = problem === undefined ? 'ready' : `not ready: ${problem.en}`;
    return `${network().chosen?.address ?? 'no address'}; ${media.engine} ${media.version}; ${state}`;
  }

  async view(): Promise<StatusView> {
    const { media, network, capabilities, transcoding } = this.dependencies;
    const [load, memory] = await Promise.all([si.currentLoad(), si.mem()]);
    return {
      versions: {
        consultbox: version,
        bun: Bun.version,
        ffmpeg: capabilities.version,
        mediaServer: media.version,
      },
      media: { engine: media.engine, why: media.why, ready: media.ready, process: media.status() },
      network: network(),
      ffmpeg: capabilities,
      live: this.live(),
      ready: this.ready(),
      consultations: this.counts(),
      transcoders: transcoding
        .list()
        .map((transcoder) => ({ ...transcoder.status(), progress: transcoder.progress })),
      resources: {
        cpu: Math.round(load.currentLoad * 10) / 10,
        memoryTotal: memory.total,
        memoryAvailable: memory.available,
        uptime: Math.round(process.uptime()),
      },
    };
  }

  /** Prometheus' text format. */
  metrics(): Promise<string> {
    const { up, ready, consultations, transcoders, restarts } = this.#gauges;
    up.set(this.live().ok ? 1 : 0);
    ready.set(this.ready().ok ? 1 : 0);
    for (const [state, count] of Object.entries(this.counts())) consultations.set({ state }, count);
    transcoders.set(this.dependencies.transcoding.list().length);
    restarts.set({ process: 'media' }, this.dependencies.media.status().restarts);
    return this.#registry.metrics();
  }

  /** Consultations that have not ended. */
  counts(): StatusView['consultations'] {
    const counts = { open: 0, waiting: 0, live: 0 };
    for (const { state } of this.dependencies.consultations.running()) {
      if (state !== 'ended') counts[state] += 1;
    }
    return counts;
  }
}
