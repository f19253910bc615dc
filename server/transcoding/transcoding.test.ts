import { expect, test } from 'bun:test';
import { ffmpegInput, ffmpegOutput } from '../media/ffmpeg-urls.ts';
import { loadSettings } from '../settings/load.ts';
import { readCapabilities } from './capabilities.ts';
import { pipelineArguments, pipelines } from './pipelines.ts';
import { ProgressParser } from './progress.ts';

const settings = loadSettings({});

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
  const none = await readCapabilities('/no/such/ffmpeg');
  expect(none.version).toBeNull();
  expect(none.missing[0]).toContain('apt install ffmpeg');
});
