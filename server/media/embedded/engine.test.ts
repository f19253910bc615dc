/** The engine as a process of its own, against input that no client would send: only the connection ends. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { createSocket } from 'node:dgram';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pushArguments } from '../../../tests/tools/patient.ts';
import { waitFor } from '../../../tests/tools/wait.ts';
import { EngineBed, key } from './testing/engine.ts';
import {
  amfText,
  chunk,
  chunkSize,
  command,
  connectCommand,
  handshake,
  keyframe,
  RtmpClient,
  videoHeader,
} from './testing/rtmp-client.ts';
import { connectionsOf, memoryOf } from './testing/sockets.ts';

setDefaultTimeout(120_000);
const megabyte = 1024 * 1024;
let bed: EngineBed;
let engine: Bun.Subprocess;

beforeAll(async () => {
  bed = await EngineBed.make();
  engine = await bed.spawn();
});

afterAll(async () => {
  engine.kill('SIGTERM');
  await engine.exited;
  await bed.remove();
});

const api = () => bed.api;

async function stillServes(): Promise<void> {
  expect(engine.exitCode).toBeNull();
  expect((await fetch(`${api()}/paths/list`)).ok).toBe(true);
}

const afterHandshake = (...chunks: Buffer[]) => [handshake, ...chunks];
const url = (path: string) => connectCommand(`rtmp://127.0.0.1/${path}`, path);

const malformedRtmp: [string, Buffer[]][] = [
  ['an HTTP request', [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
  ['a wrong version', [Buffer.from([6, 1, 2, 3])]],
  ['half a handshake', [handshake.subarray(0, 700)]],
  ['noise after the handshake', afterHandshake(Buffer.alloc(5000, 0xab))],
  ['connect without an object', afterHandshake(chunk(20, command('connect')))],
  ['connect with a wrong URL', afterHandshake(chunk(20, connectCommand('not a url')))],
  ['a truncated AMF string', afterHandshake(chunk(20, Buffer.from([2, 0xff, 0xff, 65])))],
  [
    'a truncated AMF number',
    afterHandshake(chunk(20, Buffer.concat([amfText('connect'), Buffer.from([0, 1])]))),
  ],
  ['an unknown AMF type', afterHandshake(chunk(20, Buffer.from([0x7f, 1, 2, 3])))],
  ['a name that every object has', afterHandshake(chunk(20, command('constructor')))],
  [
    'an array of four billion',
    afterHandshake(chunk(20, command('connect', Buffer.from([10, 255, 255, 255, 255])))),
  ],
  [
    'objects in objects without end',
    afterHandshake(
      chunkSize(65_536),
      chunk(20, command('connect', Buffer.alloc(50_000, Buffer.from([3, 0, 1, 97])))),
    ),
  ],
  ['an empty command', afterHandshake(chunk(20, Buffer.alloc(0)))],
  ['a chunk size of zero', afterHandshake(chunk(1, Buffer.alloc(4)), chunk(20, amfText('connect')))],
  ['a chunk size message of one byte', afterHandshake(chunk(1, Buffer.alloc(1)))],
  ['a message of 16 MB', afterHandshake(chunk(9, Buffer.alloc(64), { length: 0xffffff }))],
  ['hundreds of chunk streams', afterHandshake(...Array.from({ length: 300 }, (_, at) => manyStreams(at)))],
  ['publish before connect', afterHandshake(chunk(20, command('publish')))],
  [
    'publish of a name that is none',
    afterHandshake(chunk(20, url('a')), chunk(20, command('publish', Buffer.from([5]), amfText('../b')))),
  ],
  [
    'publish of a number',
    afterHandshake(chunk(20, url('a')), chunk(20, command('publish', Buffer.from([5]), Buffer.alloc(9)))),
  ],
  ['video before publish', afterHandshake(chunk(9, Buffer.from([0x17, 0, 0, 0, 0])))],
  ['an AMF3 command of no bytes', afterHandshake(chunk(17, Buffer.alloc(0)))],
];

/** A chunk stream with a two-byte header whose message never ends. */
function manyStreams(index: number): Buffer {
  const head = Buffer.alloc(13);
  head[1] = index % 256;
  head.writeUIntBE(1_000, 5, 3);
  head[8] = 9;
  return Buffer.concat([head, Buffer.alloc(128)]);
}

const malformedRtsp: [string, string][] = [
  ['not RTSP', 'HELLO\r\n\r\n'],
  ['a wrong length', 'ANNOUNCE rtsp://127.0.0.1/a/b RTSP/1.0\r\nCSeq: 1\r\nContent-Length: -5\r\n\r\n'],
  ['a length of a gigabyte', 'ANNOUNCE rtsp://127.0.0.1/a/b RTSP/1.0\r\nContent-Length: 1073741824\r\n\r\n'],
  ['a URL that is none', 'DESCRIBE nonsense RTSP/1.0\r\nCSeq: 1\r\n\r\n'],
  ['a wrong key', 'DESCRIBE rtsp://127.0.0.1/a/b?token=wrong RTSP/1.0\r\nCSeq: 1\r\n\r\n'],
  ['SETUP of nothing', 'SETUP rtsp://127.0.0.1/a/b/trackID=0 RTSP/1.0\r\nCSeq: 1\r\n\r\n'],
  ['RECORD of nothing', 'RECORD rtsp://127.0.0.1/a/b RTSP/1.0\r\nCSeq: 1\r\n\r\n'],
  [
    'an SDP without tracks',
    `ANNOUNCE rtsp://127.0.0.1/a/b?token=${key} RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nv=0\r\n`,
  ],
  ['a head without an end', 'OPTIONS '.repeat(4000)],
  [
    'requests without waiting for answers',
    `DESCRIBE rtsp://127.0.0.1/a/b?token=${key} RTSP/1.0\r\n\r\n`.repeat(100),
  ],
];

/** Opened together and never ended by this side: some wait for the limit of the handshake. */
const waiting = new Map<string, Promise<boolean>>();

beforeAll(() => {
  const begin = (name: string, port: number, bytes: Buffer[]) =>
    waiting.set(
      name,
      RtmpClient.open(port, ...bytes).then((client) => client.untilEnded()),
    );
  for (const [name, bytes] of malformedRtmp) begin(`RTMP: ${name}`, bed.port.rtmp, bytes);
  for (const [name, text] of malformedRtsp) begin(`RTSP: ${name}`, bed.port.rtsp, [Buffer.from(text)]);
});

test.each([
  ...malformedRtmp.map(([name]) => `RTMP: ${name}`),
  ...malformedRtsp.map(([name]) => `RTSP: ${name}`),
])('%s: the server ends the connection and goes on', async (name) => {
  expect(await waiting.get(name)).toBe(true);
  await stillServes();
});

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

const offer = (sdp: string, token = key, protocol: 'whip' | 'whep' = 'whip') =>
  fetch(bed.webrtc('a/b', protocol), {
    method: 'POST',
    body: sdp,
    headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` },
  });

test.each(malformedOffers)('WHIP: %s is refused and leaves no session', async (_, sdp) => {
  expect((await offer(sdp)).status).toBeGreaterThanOrEqual(400);
  expect(await bed.sessions('webrtcsessions')).toEqual([]);
  await stillServes();
});

test('WHIP: an offer of a megabyte is refused', async () => {
  expect((await offer('v=0\r\n'.repeat(200_000))).status).toBe(413);
  await stillServes();
});

/** What a publisher may send wrong, and whether that ends its connection. */
const afterPublish: [string, boolean, Buffer[]][] = [
  ['video that is not H.264', true, [chunk(9, Buffer.from([0x12, 1, 0, 0, 0]), { stream: 1 })]],
  ['sound that is not AAC', true, [chunk(8, Buffer.from([0x2f, 1, 0]), { stream: 1 })]],
  ['a message of 5 MB', true, [chunk(9, Buffer.alloc(64), { length: 5 * megabyte, stream: 1 })]],
  [
    'many messages of 3 MB that never end',
    true,
    [
      chunkSize(128),
      ...Array.from({ length: 20 }, (_, at) =>
        chunk(9, Buffer.alloc(128), { chunkStream: 10 + at, length: 3 * megabyte }),
      ),
    ],
  ],
  ['a command of noise', true, [chunk(20, Buffer.from([0x7f, 1, 2, 3]))]],
  ['empty tags', false, [chunk(9, Buffer.alloc(0)), chunk(8, Buffer.alloc(0)), chunk(18, Buffer.alloc(0))]],
  ['truncated tags', false, [chunk(9, Buffer.from([0x17, 0, 0, 0, 0])), chunk(8, Buffer.from([0xaf]))]],
  ['metadata of noise', false, [chunk(18, Buffer.alloc(300, 0xcd).subarray(0, 120))]],
  ['an unknown message', false, [chunk(99, Buffer.alloc(40))]],
];

test.each(afterPublish)('RTMP, after publish: %s', async (_, ends, bytes) => {
  const client = await RtmpClient.publish(bed.port.rtmp, 'm/patient', key);
  client.send(...bytes);
  if (ends) await client.untilEnded();
  else {
    client.media(9, videoHeader);
    client.media(9, keyframe(1000));
    await bed.ready('m/patient');
  }
  client.close();
  await waitFor('the path is gone', async () => (await bed.path('m/patient')) === undefined);
  await stillServes();
});

test('unfinished messages of connections that nobody allowed anything cannot fill the memory', async () => {
  const before = memoryOf(engine.pid);
  const body = Buffer.alloc(1.9 * megabyte, 0x33);
  const unfinished = [8, 9, 10, 11, 12].map((chunkStream) =>
    chunk(20, body, { chunkStream, length: 2 * megabyte }),
  );
  const clients = await Promise.all(
    Array.from({ length: 20 }, () =>
      RtmpClient.open(bed.port.rtmp, handshake, chunkSize(0xffffff), ...unfinished),
    ),
  );
  await Promise.all(clients.map((client) => client.untilEnded()));
  // 190 MB were on their way.
  expect(memoryOf(engine.pid) - before).toBeLessThan(80 * megabyte);
  await waitFor('no socket is left', () => connectionsOf(engine.pid, bed.port.rtmp) === 0);
  await stillServes();
});

test('a reader that does not read is destroyed in the kernel too, and memory stays bounded', async () => {
  const source = await RtmpClient.publish(bed.port.rtmp, 's/patient', key);
  source.media(9, videoHeader);
  await bed.ready('s/patient');
  const slow = await RtmpClient.play(bed.port.rtmp, 's/patient', key);
  slow.stopReading();
  const before = memoryOf(engine.pid);
  await waitFor(
    'the reader’s socket is gone',
    () => {
      source.media(9, keyframe(500_000));
      return connectionsOf(engine.pid, bed.port.rtmp) === 1;
    },
    { interval: 10 },
  );
  expect(memoryOf(engine.pid) - before).toBeLessThan(100 * megabyte);
  expect((await bed.path('s/patient'))?.readers).toEqual([]);
  source.close();
  slow.close();
  await waitFor('the path is gone', async () => (await bed.path('s/patient')) === undefined);
});

function push(path: string, ...args: string[]): Bun.Subprocess {
  return Bun.spawn(['ffmpeg', '-nostdin', '-loglevel', 'quiet', ...args, '-f', 'flv', bed.rtmp(path)]);
}

async function probe(path: string, entries: string): Promise<string[]> {
  const child = Bun.spawn(
    ['ffprobe', '-v', 'error', '-show_entries', entries, '-of', 'csv=p=0', bed.rtmp(path)],
    { timeout: 60_000 },
  );
  return (await new Response(child.stdout).text()).trim().split('\n').toSorted();
}

const publishers: [string, string[], string[], string[]][] = [
  ['sound and picture', pushArguments(), ['H264', 'MPEG-4 Audio'], ['aac,0', 'h264,0']],
  [
    'B-frames',
    pushArguments({ encoder: ['-tune', 'film', '-bf', '2'] }),
    ['H264', 'MPEG-4 Audio'],
    ['aac,0', 'h264,2'],
  ],
  ['sound alone', pushArguments({ only: 'audio' }), ['MPEG-4 Audio'], ['aac,0']],
  ['a picture alone', pushArguments({ only: 'video' }), ['H264'], ['h264,0']],
];

test.each(publishers)('a publisher with %s is listed and passed on', async (_, args, tracks, seen) => {
  const publisher = push('a/patient', ...args);
  expect((await bed.ready('a/patient')).tracks).toEqual(tracks);
  const streams = await probe('a/patient', 'stream=codec_name,has_b_frames');
  expect(streams.map((line) => (line.includes(',') ? line : `${line},0`))).toEqual(seen);
  publisher.kill('SIGKILL');
  await publisher.exited;
  await waitFor('the path is gone', async () => (await bed.path('a/patient')) === undefined);
});

test('without the right key nothing is published, read or kept open', async () => {
  const refused = Bun.spawn([
    ...['ffmpeg', '-nostdin', '-loglevel', 'quiet', ...pushArguments()],
    ...['-f', 'flv', bed.rtmp('a/patient', 'wrong')],
  ]);
  expect(await refused.exited).not.toBe(0);
  for (const protocol of ['whip', 'whep'] as const)
    expect((await offer('v=0', 'wrong', protocol)).status).toBe(401);
  expect((await fetch(`http://127.0.0.1:${bed.port.hls}/a/patient/index.m3u8`)).status).toBe(401);
});

test('a kicked publisher ends within a second', async () => {
  const publisher = push('a/patient', ...pushArguments());
  const { source } = await bed.ready('a/patient');
  const kicked = await fetch(`${api()}/rtmpconns/kick/${source?.id}`, { method: 'POST' });
  expect(kicked.status).toBe(200);
  await publisher.exited;
  await waitFor('the path is gone', async () => (await bed.path('a/patient')) === undefined);
});

test('only the addresses of the candidates can be changed while it runs, and only to addresses', async () => {
  const patch = async (body: unknown) =>
    (await fetch(`${api()}/config/global/patch`, { method: 'PATCH', body: JSON.stringify(body) })).status;
  expect(await patch({ webrtcAdditionalHosts: ['10.0.0.9'] })).toBe(200);
  expect(await patch({ webrtcAdditionalHosts: ['not an address'] })).toBe(400);
  expect(await patch({ webrtcAdditionalHosts: 'x' })).toBe(400);
  expect(await patch({ logLevel: 'debug' })).toBe(400);
});

test('HLS: the picture stands in the data directory, and nothing of it survives: not a kill, not an end', async () => {
  const own = await EngineBed.make();
  // What an engine left that was killed.
  const hls = join(own.directory, 'hls');
  mkdirSync(join(hls, 'path-old'), { recursive: true });
  writeFileSync(join(hls, 'path-old', 'stream0.ts'), 'a patient');
  const running = await own.spawn();
  expect(readdirSync(hls)).toEqual([]);
  const publisher = Bun.spawn([
    ...['ffmpeg', '-nostdin', '-loglevel', 'quiet', ...pushArguments()],
    ...['-f', 'flv', own.rtmp('h/patient')],
  ]);
  await own.ready('h/patient');
  const get = (name: string) =>
    fetch(`http://127.0.0.1:${own.port.hls}/h/patient/${name}`, {
      headers: { Authorization: `Bearer ${key}` },
    });
  const master = await (await get('index.m3u8')).text();
  expect(master).toMatch(/CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2"/);
  const segment = await waitFor('a segment is named', async () =>
    (await (await get('stream.m3u8')).text()).split('\n').find((line) => line.endsWith('.ts')),
  );
  expect((await (await get(segment)).bytes()).at(0)).toBe(0x47);
  expect(readdirSync(hls)).toHaveLength(1);
  const writer = await waitFor('FFmpeg’s process', () => writerIn(hls));
  running.kill('SIGKILL');
  await running.exited;
  await waitFor('its FFmpeg ends with it', () => !existsSync(`/proc/${writer}`));
  publisher.kill('SIGKILL');
  await publisher.exited;
  const again = await own.spawn();
  expect(readdirSync(hls)).toEqual([]);
  again.kill('SIGTERM');
  await again.exited;
  await own.remove();
});

/** The process whose command line names this directory. */
function writerIn(directory: string): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => commandOf(pid).includes(`${directory}/path-`));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch (error) {
    return String(error);
  }
}

test('a busy UDP port ends the start too', async () => {
  const own = await EngineBed.make();
  const other = createSocket('udp4');
  await new Promise<void>((resolve) => other.bind(own.port.ice, '0.0.0.0', resolve));
  const child = own.run();
  expect(await child.exited).toBe(1);
  expect(own.log()).toMatch(/ ERR .*(EADDRINUSE|in use)/i);
  await new Promise<void>((resolve) => other.close(() => resolve()));
  await own.remove();
});

test.each(['control', 'rtsp', 'hls', 'webrtc', 'rtmp', 'metrics'] as const)(
  'a busy port (%s) ends the start with one line that says so',
  async (name) => {
    const own = await EngineBed.make();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(own.port[name], '127.0.0.1', resolve));
    const child = own.run();
    expect(await child.exited).toBe(1);
    expect(own.log().trim().split('\n')).toHaveLength(1);
    expect(own.log()).toMatch(/ ERR .*(EADDRINUSE|in use)/i);
    await new Promise((resolve) => other.close(resolve));
    await own.remove();
  },
);
