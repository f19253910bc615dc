import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../tests/tools/wait.ts';
import { StreamKeys } from '../access/stream-keys.ts';
import { silentLogger } from '../log/logger.ts';
import type { MediaPath } from '../media/contract.ts';
import { ffmpegInput, ffmpegOutput } from '../media/ffmpeg-urls.ts';
import type { Command, ProcessRunner } from '../processes/runner.ts';
import { loadSettings } from '../settings/load.ts';
import { BFrameDetector } from './b-frames.ts';
import { readCapabilities } from './capabilities.ts';
import { ffprobeOf } from './ffprobe.ts';
import { pipelineArguments, pipelines } from './pipelines.ts';
import { ProgressParser } from './progress.ts';

const settings = loadSettings({});
const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

function argumentsOf(direction: 'doctor_to_phone' | 'patient_to_page', withoutBFrames = false): string {
  const pipeline = pipelines[direction];
  return pipelineArguments({
    pipeline,
    settings: settings.transcoding,
    input: ffmpegInput('mediamtx', settings.media, `id/${pipeline.from}`, 'KEY'),
    output: ffmpegOutput('mediamtx', settings.media, `id/${pipeline.to}`, 'KEY'),
    withoutBFrames,
  }).join(' ');
}

test('doctor to phone: the video is copied, Opus becomes AAC 44.1 kHz', () => {
  const line = argumentsOf('doctor_to_phone');
  expect(line).toContain(
    '-rtsp_transport tcp -analyzeduration 500000 -fpsprobesize 0 -i rtsp://127.0.0.1:8554/id/doctor?token=KEY',
  );
  expect(line).toContain('-c:v copy');
  expect(line).toContain('-c:a aac -b:a 128k -ar 44100 -ac 1');
  expect(line).toContain('-max_interleave_delta 1 -flush_packets 1 -f rtsp -rtsp_transport tcp');
});

test('patient to page: AAC becomes Opus; only B-frames make the video anew', () => {
  expect(argumentsOf('patient_to_page')).toContain('-c:v copy -c:a libopus -b:a 64k -ar 48000');
  const anew = argumentsOf('patient_to_page', true);
  expect(anew).toContain('-c:v libx264 -preset veryfast -tune zerolatency');
  expect(anew).not.toContain('-c:v copy');
});

test('the embedded engine is read and written by RTMP where a path came by RTMP', () => {
  const input = ffmpegInput('embedded', settings.media, 'id/patient', 'KEY').join(' ');
  expect(input).toEndWith('-i rtmp://127.0.0.1:1935/id/patient?token=KEY');
  expect(ffmpegOutput('embedded', settings.media, 'id/doctor_aac', 'KEY').join(' ')).toContain('-f flv');
  expect(ffmpegOutput('embedded', settings.media, 'id/patient_opus', 'KEY').join(' ')).toContain('-f rtsp');
});

test('progress is read report by report; what FFmpeg does not know is null', () => {
  const parser = new ProgressParser();
  const lines = ['frame=30', 'fps=29.97', 'bitrate= 812.5kbits/s', 'out_time_us=1000500', 'speed=1.01x'];
  expect(lines.map((line) => parser.push(line))).toEqual([null, null, null, null, null]);
  expect(parser.push('progress=continue')).toEqual({
    frames: 30,
    fps: 29.97,
    bitrate: 812.5,
    outTime: 1001,
    dropped: null,
    speed: 1.01,
  });
  expect(parser.push('bitrate=N/A')).toBeNull();
  expect(parser.push('progress=end')).toMatchObject({ bitrate: null, frames: null });
});

test('abilities are asked of the program: the real one has all, a poor one is told apart', async () => {
  const real = await readCapabilities('ffmpeg');
  expect(real.version).not.toBeNull();
  expect(real.missing).toEqual([]);
  const poor = await readCapabilities('ffmpeg', async (argv) =>
    argv.includes('-version')
      ? 'ffmpeg version 9.9 Copyright'
      : ' A....D aac  AAC\n DE rtsp x\n DE flv y\ntcp\nrtmp\n',
  );
  expect(poor.missing.join()).toContain('no libopus among its encoders, needed for the patient’s sound');
  for (const [name, list] of [
    ['libx264', 'encoders'],
    ['h264', 'decoders'],
    ['aresample', 'filters'],
    ['h264_mp4toannexb', 'bsfs'],
  ]) {
    expect(poor.missing.join()).toContain(`no ${name} among its ${list}`);
  }
  const none = await readCapabilities('/no/such/ffmpeg');
  expect(none.version).toBeNull();
  expect(none.missing[0]).toContain('apt install ffmpeg');
});

/** A folder with programs that print their name. */
function programs(...names: string[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-ffmpeg-'));
  dirs.push(dir);
  for (const name of names) writeFileSync(join(dir, name), '#!/bin/sh\necho "$0"\n', { mode: 0o755 });
  return dir;
}

test('ffprobe is the one of the same build, whatever the program is called', () => {
  const numbered = programs('ffmpeg-5.1', 'ffprobe-5.1', 'ffprobe');
  expect(ffprobeOf(join(numbered, 'ffmpeg-5.1'))).toBe(join(numbered, 'ffprobe-5.1'));
  const plain = programs('ffmpeg-7', 'ffprobe');
  expect(ffprobeOf(join(plain, 'ffmpeg-7'))).toBe(join(plain, 'ffprobe'));
  const linked = programs();
  symlinkSync(join(plain, 'ffmpeg-7'), join(linked, 'my-encoder'));
  expect(ffprobeOf(join(linked, 'my-encoder'))).toBe(join(plain, 'ffprobe'));
  // A folder whose name holds the word is no program.
  const folder = join(programs(), 'ffmpeg');
  mkdirSync(folder);
  for (const name of ['ffmpeg', 'ffprobe']) writeFileSync(join(folder, name), '', { mode: 0o755 });
  expect(ffprobeOf(join(folder, 'ffmpeg'))).toBe(join(folder, 'ffprobe'));
  expect(ffprobeOf('ffmpeg')).toBe(Bun.which('ffprobe'));
  expect(ffprobeOf('/no/such/ffmpeg')).toBeNull();
});

test('FFmpeg without its ffprobe is told at the start, not at the first patient', async () => {
  const { missing } = await readCapabilities('ffmpeg', async ([program = '', ...args]) => {
    if (program.includes('ffprobe')) throw new Error('ended with 127');
    return Bun.spawnSync([program, ...args]).stdout.toString();
  });
  expect(missing).toEqual([
    'ffprobe does not run (ended with 127): install the ffprobe that belongs to ffmpeg',
  ]);
});

/** A detector whose ffprobe says what the test wants, and the path of one publisher. */
function detector(timeout?: number) {
  const probes: { command: Command; say: (line: string) => void; end: () => void; signals: string[] }[] = [];
  const runner: ProcessRunner = (command, { onStdout }) => {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    const signals: string[] = [];
    probes.push({ command, say: onStdout, end: () => resolve(0), signals });
    const kill = (signal: string) => {
      signals.push(signal);
      resolve(null);
    };
    return { pid: 1, exited: promise, kill };
  };
  const keys = new StreamKeys('a secret of tests');
  const subject = new BFrameDetector({
    media: { input: (path, key) => ['-i', `${path}?token=${key}`] },
    keys,
    ffmpeg: 'ffmpeg',
    runner,
    logger: silentLogger(),
    ...(timeout === undefined ? {} : { timeout }),
  });
  const path: MediaPath = {
    ...{ name: 'id/patient', ready: true, codecs: ['H264'], bytesReceived: 1, readers: [] },
    source: { type: 'rtmpConn', id: 'publisher-1' },
  };
  return { subject, probes, keys, path, has: () => subject.has(path, 'id') };
}

test('B-frames: asked once for each publisher, by the runner, with a key that dies with the question', async () => {
  const { probes, keys, has } = detector();
  expect([has(), has()]).toEqual([false, false]);
  expect(probes).toHaveLength(1);
  expect(probes[0]?.command.program).toBe(Bun.which('ffprobe') ?? '');
  const key = probes[0]?.command.args.at(-1)?.split('token=')[1] ?? '';
  expect(keys.transcoderGrant(key)).toMatchObject({ path: 'id/patient', action: 'read' });
  probes[0]?.say('2');
  probes[0]?.end();
  await waitFor('it knows', has);
  expect(keys.transcoderGrant(key)).toBeUndefined();
});

test('B-frames: none are assumed where ffprobe says 0 or hangs, and a publisher that has gone is forgotten', async () => {
  const { subject, probes, path, has } = detector(1);
  has();
  await waitFor('it is killed', () => probes[0]?.signals.includes('SIGKILL'));
  expect(has()).toBe(false);
  expect(probes).toHaveLength(1);
  subject.keepOnly([]);
  has();
  expect(probes).toHaveLength(2);
  probes[1]?.say('0');
  probes[1]?.end();
  subject.keepOnly([path]);
  expect(has()).toBe(false);
  expect(probes).toHaveLength(2);
});
