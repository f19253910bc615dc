/** The engine as a process of its own, against input that no client would send: only the connection ends. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushArguments } from '../../../tests/tools/patient.ts';
import { freePorts } from '../../../tests/tools/ports.ts';
import { waitFor } from '../../../tests/tools/wait.ts';

const work = mkdtempSync(join(tmpdir(), 'consultbox-engine-'));
let engine: Bun.Subprocess;
let port: Record<'control' | 'rtsp' | 'hls' | 'webrtc' | 'rtmp' | 'ice', number>;
/** The callback allows what has this key. */
const key = 'right';
const callback = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: async (request) => {
    const { token } = (await request.json()) as { token: string };
    return new Response(null, { status: token === key ? 204 : 401 });
  },
});

beforeAll(async () => {
  const [control = 0, rtsp = 0, hls = 0, webrtc = 0, rtmp = 0, ice = 0] = await freePorts(6);
  port = { control, rtsp, hls, webrtc, rtmp, ice };
  const file = join(work, 'engine.yml');
  writeFileSync(
    file,
    [
      `authHTTPAddress: http://127.0.0.1:${callback.port}/`,
      `apiAddress: 127.0.0.1:${control}`,
      `rtspAddress: 127.0.0.1:${rtsp}`,
      `hlsAddress: 127.0.0.1:${hls}`,
      `webrtcAddress: 127.0.0.1:${webrtc}`,
      `rtmpAddress: 127.0.0.1:${rtmp}`,
      `webrtcLocalUDPAddress: :${ice}`,
      'webrtcAdditionalHosts: [127.0.0.1]',
      'hlsVariant: mpegts',
    ].join('\n'),
  );
  engine = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts'), file], {
    stdout: 'ignore',
    stderr: 'ignore',
  });
  await waitFor('the engine answers', async () => (await fetch(`${api()}/info`)).ok);
});

afterAll(async () => {
  engine.kill('SIGTERM');
  await engine.exited;
  await callback.stop(true);
  rmSync(work, { recursive: true, force: true });
});

const api = () => `http://127.0.0.1:${port.control}/v3`;

/** Sends bytes and resolves when the other side closes the connection, or after it had time to. */
function send(to: number, chunks: Buffer[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: to }, () => {
      for (const chunk of chunks) socket.write(chunk);
      socket.end();
    });
    socket.resume();
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
    socket.setTimeout(2000, () => socket.destroy());
  });
}

const handshake = Buffer.concat([Buffer.from([3]), Buffer.alloc(1536, 1), Buffer.alloc(1536, 2)]);

/** One chunk with a message header of type 0. */
function chunk(type: number, payload: Buffer, { stream = 3, length = payload.length } = {}): Buffer {
  const head = Buffer.alloc(12);
  head[0] = stream;
  head.writeUIntBE(length, 4, 3);
  head[7] = type;
  return Buffer.concat([head, payload]);
}

const text = (value: string) => Buffer.concat([Buffer.from([2, 0, value.length]), Buffer.from(value)]);
const numberOne = Buffer.from([0, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]);
const afterHandshake = (...chunks: Buffer[]) => [handshake, ...chunks];

const malformedRtmp: [string, () => Buffer[]][] = [
  ['an HTTP request', () => [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
  ['a wrong version', () => [Buffer.from([6, 1, 2, 3])]],
  ['half a handshake', () => [handshake.subarray(0, 700)]],
  ['noise after the handshake', () => afterHandshake(Buffer.alloc(5000, 0xab))],
  ['connect without an object', () => afterHandshake(chunk(20, Buffer.concat([text('connect'), numberOne])))],
  ['connect with a wrong URL', () => afterHandshake(chunk(20, connectWith('not a url')))],
  ['a truncated AMF string', () => afterHandshake(chunk(20, Buffer.from([2, 0xff, 0xff, 65])))],
  ['an unknown AMF type', () => afterHandshake(chunk(20, Buffer.from([0x7f, 1, 2, 3])))],
  ['an empty command', () => afterHandshake(chunk(20, Buffer.alloc(0)))],
  ['a chunk size of zero', () => afterHandshake(chunk(1, Buffer.alloc(4)), chunk(20, text('connect')))],
  ['a chunk size message of one byte', () => afterHandshake(chunk(1, Buffer.alloc(1)))],
  ['a message of 16 MB', () => afterHandshake(chunk(9, Buffer.alloc(64), { length: 0xffffff }))],
  [
    'hundreds of chunk streams',
    () => afterHandshake(...Array.from({ length: 300 }, (_, index) => manyStreams(index))),
  ],
  ['publish before connect', () => afterHandshake(chunk(20, Buffer.concat([text('publish'), numberOne])))],
  ['video before publish', () => afterHandshake(chunk(9, Buffer.from([0x17, 0, 0, 0, 0])))],
  ['an AMF3 command of no bytes', () => afterHandshake(chunk(17, Buffer.alloc(0)))],
];

function connectWith(tcUrl: string): Buffer {
  const property = (name: string, value: Buffer) =>
    Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), value]);
  const object = Buffer.concat([
    Buffer.from([3]),
    property('app', text('x')),
    property('tcUrl', text(tcUrl)),
    Buffer.from([0, 0, 9]),
  ]);
  return Buffer.concat([text('connect'), numberOne, object]);
}

/** A chunk stream with a two-byte header whose message never ends. */
function manyStreams(index: number): Buffer {
  const head = Buffer.alloc(13);
  head[1] = index % 256;
  head.writeUIntBE(1_000_000, 5, 3);
  head[8] = 9;
  return Buffer.concat([head, Buffer.alloc(128)]);
}

const malformedRtsp: [string, string][] = [
  ['not RTSP', 'HELLO\r\n\r\n'],
  ['a wrong length', 'ANNOUNCE rtsp://127.0.0.1/a/b RTSP/1.0\r\nCSeq: 1\r\nContent-Length: -5\r\n\r\n'],
  ['a URL that is none', 'DESCRIBE nonsense RTSP/1.0\r\nCSeq: 1\r\n\r\n'],
  ['SETUP of nothing', 'SETUP rtsp://127.0.0.1/a/b/trackID=0 RTSP/1.0\r\nCSeq: 1\r\n\r\n'],
  ['RECORD of nothing', 'RECORD rtsp://127.0.0.1/a/b RTSP/1.0\r\nCSeq: 1\r\n\r\n'],
  [
    'an SDP without tracks',
    `ANNOUNCE rtsp://127.0.0.1/a/b?token=${key} RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nv=0\r\n`,
  ],
  ['a head without an end', 'OPTIONS '.repeat(4000)],
];

const ice = 'a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n';
const fingerprint = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}\r\n`;
const malformedOffers: [string, string][] = [
  ['no SDP', 'hello'],
  ['an empty session', 'v=0\r\n'],
  ['no media', `v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n${ice}${fingerprint}`],
  [
    'a wrong fingerprint',
    `v=0\r\n${ice}a=fingerprint:sha-256 ZZ\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=rtpmap:96 H264/90000\r\n`,
  ],
  [
    'a payload type of 999',
    `v=0\r\n${ice}${fingerprint}m=video 9 UDP/TLS/RTP/SAVPF 999\r\na=mid:0\r\na=rtpmap:999 H264/90000\r\n`,
  ],
  [
    'an SDP of noise',
    `v=0\r\n${ice}${fingerprint}m=video \u0000\u0001\r\na=mid:0\r\n${'a=x\r\n'.repeat(500)}`,
  ],
];

async function stillServes(): Promise<void> {
  expect(engine.exitCode).toBeNull();
  expect((await fetch(`${api()}/paths/list`)).ok).toBe(true);
}

test.each(malformedRtmp)('RTMP: %s', async (_, bytes) => {
  await send(port.rtmp, bytes());
  await stillServes();
});

test.each(malformedRtsp)('RTSP: %s', async (_, request) => {
  await send(port.rtsp, [Buffer.from(request)]);
  await stillServes();
});

test.each(malformedOffers)('WHIP: %s', async (_, sdp) => {
  const answer = await fetch(`http://127.0.0.1:${port.webrtc}/a/b/whip`, {
    method: 'POST',
    body: sdp,
    headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${key}` },
  });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  await stillServes();
});

test('without the right key nothing is published, read or kept open', async () => {
  const url = `rtmp://127.0.0.1:${port.rtmp}/a/patient?token=wrong`;
  const push = Bun.spawn(['ffmpeg', '-nostdin', '-loglevel', 'quiet', ...pushArguments(), '-f', 'flv', url]);
  expect(await push.exited).not.toBe(0);
  for (const path of ['whip', 'whep']) {
    const answer = await fetch(`http://127.0.0.1:${port.webrtc}/a/b/${path}`, {
      method: 'POST',
      body: 'v=0',
    });
    expect(answer.status).toBe(401);
  }
  expect((await fetch(`http://127.0.0.1:${port.hls}/a/patient/index.m3u8`)).status).toBe(401);
});

test('a publisher is listed, played and kicked within a second', async () => {
  const url = `rtmp://127.0.0.1:${port.rtmp}/a/patient?token=${key}`;
  const push = Bun.spawn(['ffmpeg', '-nostdin', '-loglevel', 'quiet', ...pushArguments(), '-f', 'flv', url]);
  const list = async () => {
    const answer = await fetch(`${api()}/paths/list`);
    return (
      (await answer.json()) as { items: { ready: boolean; tracks: string[]; source: { id: string } }[] }
    ).items[0];
  };
  const path = await waitFor('the path is ready', async () => {
    const found = await list();
    return found?.ready ? found : null;
  });
  expect(path.tracks).toEqual(['H264', 'MPEG-4 Audio']);
  const probe = Bun.spawn([
    'ffprobe',
    '-v',
    'error',
    '-show_entries',
    'stream=codec_name',
    '-of',
    'csv=p=0',
    url,
  ]);
  expect((await new Response(probe.stdout).text()).trim().split('\n').toSorted()).toEqual(['aac', 'h264']);
  const kicked = await fetch(`${api()}/rtmpconns/kick/${path.source.id}`, { method: 'POST' });
  expect(kicked.status).toBe(200);
  await push.exited;
  await waitFor('the path is gone', async () => (await list()) === undefined);
});

test('only the addresses of the candidates can be changed while it runs, and only to addresses', async () => {
  const patch = async (body: unknown) =>
    (await fetch(`${api()}/config/global/patch`, { method: 'PATCH', body: JSON.stringify(body) })).status;
  expect(await patch({ webrtcAdditionalHosts: ['10.0.0.9'] })).toBe(200);
  expect(await patch({ webrtcAdditionalHosts: ['not an address'] })).toBe(400);
  expect(await patch({ webrtcAdditionalHosts: 'x' })).toBe(400);
  expect(await patch({ logLevel: 'debug' })).toBe(400);
});
