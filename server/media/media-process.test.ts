import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { parse } from 'yaml';
import { waitFor } from '../../tests/tools/wait.ts';
import { silentLogger } from '../log/logger.ts';
import type { ProcessOutput, ProcessRunner } from '../processes/runner.ts';
import { loadSettings } from '../settings/load.ts';
import { MediaProcess } from './media-process.ts';

/** A media server whose Control API is real and notes what it is sent; its process ends when the test says so. */
class FakeEngine {
  readonly patches: unknown[] = [];
  readonly ends: ((code: number | null) => void)[] = [];
  outputs: ProcessOutput[] = [];
  patchStatus = 200;
  /** Patches are answered once this resolves. */
  patchGate: Promise<void> = Promise.resolve();
  readonly server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      if (request.method !== 'PATCH') return Response.json({ items: [] });
      this.patches.push(await request.json());
      await this.patchGate;
      return Response.json({}, { status: this.patchStatus });
    },
  });

  readonly runner: ProcessRunner = (_, output) => {
    this.outputs.push(output);
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.ends.push(resolve);
    return { pid: this.ends.length, exited: promise, kill: () => resolve(null) };
  };
}

const one = '192.168.1.20';
const two = '10.0.0.5';
let dir: string;
let engine: FakeEngine;
let media: MediaProcess;
let logged: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'consultbox-media-process-'));
  engine = new FakeEngine();
  logged = '';
  media = create();
});
afterEach(async () => {
  await media.stop();
  await engine.server.stop(true);
  rmSync(dir, { recursive: true, force: true });
});

function create(logger = silentLogger()): MediaProcess {
  return new MediaProcess({
    settings: loadSettings({
      CONSULTBOX_DATA_DIR: dir,
      CONSULTBOX_MEDIA_CONTROL_PORT: String(engine.server.port),
    }),
    chosen: { engine: 'mediamtx', why: 'test', version: 'v0', program: 'x', args: [] },
    hosts: [one],
    authorisationUrl: 'http://127.0.0.1:1/',
    runner: engine.runner,
    logger,
  });
}

const patch = (...hosts: string[]) => ({ webrtcAdditionalHosts: [...hosts, '127.0.0.1'] });
const inFile = () => parse(readFileSync(join(dir, 'run/media.yml'), 'utf8')) as Record<string, unknown>;

async function startAndAnswer(): Promise<void> {
  media.start();
  await media.paths();
}

test('only a changed value is patched, and nothing but it', async () => {
  await startAndAnswer();
  await media.setAdditionalHosts([one]);
  expect(engine.patches).toEqual([]);
  await media.setAdditionalHosts([two, one]);
  expect(engine.patches).toEqual([patch(two, one)]);
  await media.setAdditionalHosts([two, one]);
  expect(engine.patches).toHaveLength(1);
  expect(inFile()).toMatchObject(patch(two, one));
});

test('hosts that change between its start and its first answer are patched then, once', async () => {
  media.start();
  await media.setAdditionalHosts([two]);
  expect(engine.patches).toEqual([]);
  await media.paths();
  await waitFor('the patch', () => engine.patches.length > 0);
  await media.paths();
  await media.setAdditionalHosts([two]);
  expect(engine.patches).toEqual([patch(two)]);
});

test('hosts that change and change back before its first answer need no patch', async () => {
  media.start();
  await media.setAdditionalHosts([two]);
  await media.setAdditionalHosts([one]);
  await media.paths();
  // A change after that is the first patch.
  await media.setAdditionalHosts([two]);
  expect(engine.patches).toEqual([patch(two)]);
});

test('a process that starts anew has read the file: no patch', async () => {
  await startAndAnswer();
  engine.ends[0]?.(1);
  await waitFor('it is down', () => !media.ready);
  await media.setAdditionalHosts([two]);
  await waitFor('it runs again', () => engine.ends.length === 2);
  await media.paths();
  await media.setAdditionalHosts([one]);
  expect(engine.patches).toEqual([patch(one)]);
});

test('changes during a patch: the latest is patched afterwards, what lay between is left out', async () => {
  await startAndAnswer();
  const gate = Promise.withResolvers<void>();
  engine.patchGate = gate.promise;
  const first = media.setAdditionalHosts([two]);
  await waitFor('the first patch', () => engine.patches.length === 1);
  const later = [media.setAdditionalHosts([]), media.setAdditionalHosts([one, two])];
  gate.resolve();
  await Promise.all([first, ...later]);
  expect(engine.patches).toEqual([patch(two), patch(one, two)]);
});

test('a patch that is refused restarts it with the file', async () => {
  await startAndAnswer();
  engine.patchStatus = 400;
  await media.setAdditionalHosts([two]);
  await waitFor('it runs again', () => engine.ends.length === 2);
  expect(inFile()).toMatchObject(patch(two));
});

test('why it ended stands in the log, at a level that everybody sees, without keys', async () => {
  const write = (line: string) => {
    logged += line;
  };
  media = create(pino({ level: 'warn' }, { write }));
  await startAndAnswer();
  engine.outputs[0]?.onStdout('ERR listen udp :8189: bind: address already in use');
  engine.outputs[0]?.onStderr('reading rtmp://127.0.0.1/id/patient?token=SECRET');
  engine.ends[0]?.(1);
  await waitFor('it is down', () => !media.ready);
  expect(logged).toContain('address already in use');
  expect(logged).not.toContain('SECRET');
});
