/** Every guard of the TCP listeners, with limits that a test can wait for. */
import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { waitFor } from '../../../tests/tools/wait.ts';
import type { RunningEngine } from './engine.ts';
import type { Limits } from './limits.ts';
import { RtpStream } from './paths/rtp-stream.ts';
import { EngineBed, key } from './testing/engine.ts';
import { audioHeader, chunk, handshake, keyframe, RtmpClient, videoHeader } from './testing/rtmp-client.ts';

setDefaultTimeout(120_000);
const lines: string[] = [];
let bed: EngineBed;
let engine: RunningEngine;
let clients: RtmpClient[] = [];

async function start(limits: Partial<Limits>): Promise<void> {
  lines.length = 0;
  bed = await EngineBed.make();
  engine = await bed.start(limits, lines);
}

afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await engine.stop();
  await bed.remove();
});

async function opened(client: Promise<RtmpClient>): Promise<RtmpClient> {
  clients.push(await client);
  return await client;
}

async function publisher(path: string): Promise<RtmpClient> {
  const client = await opened(RtmpClient.publish(bed.port.rtmp, path, key));
  client.media(9, videoHeader);
  client.media(8, audioHeader);
  await bed.ready(path);
  return client;
}

const logged = (text: string) =>
  waitFor(`the log says ${text}`, () => lines.some((line) => line.includes(text)));

test('who connects and says nothing is ended, over RTMP and over RTSP', async () => {
  await start({ handshake: 200 });
  const silent = [
    await opened(RtmpClient.open(bed.port.rtmp)),
    await opened(RtmpClient.open(bed.port.rtmp, handshake)),
    await opened(RtmpClient.open(bed.port.rtsp)),
  ];
  await Promise.all(silent.map((client) => client.untilEnded()));
  await logged('did not say what it wants');
});

test('a publisher that sends nothing any more is ended, and its path with it', async () => {
  await start({ idle: 300 });
  const client = await publisher('a/patient');
  await client.untilEnded();
  await logged('closed: idle');
  expect(await bed.paths()).toEqual([]);
});

test('no more connections of one address than the limit; a place is free when one is really closed', async () => {
  await start({ connectionsOfLoopback: 3 });
  const first = [];
  for (let count = 0; count < 3; count += 1)
    first.push(await opened(RtmpClient.open(bed.port.rtmp, handshake)));
  const fourth = await opened(RtmpClient.open(bed.port.rtmp, handshake));
  await fourth.untilEnded();
  expect(first.some((client) => client.endedByServer)).toBe(false);
  first[0]?.close();
  await waitFor('a place is free', async () => {
    const client = await opened(RtmpClient.open(bed.port.rtmp, handshake));
    await waitFor('an answer', () => client.endedByServer || client.socket.bytesRead > 3000);
    return !client.endedByServer;
  });
});

/** Sends pictures until the reader is gone. */
async function drown(source: RtmpClient): Promise<void> {
  await waitFor(
    'the reader is gone',
    async () => {
      source.media(9, keyframe(500_000));
      return (await bed.sessions('rtmpconns')).every((session) => session.state !== 'read');
    },
    { interval: 5 },
  );
}

test('a reader that leaves too much unread is destroyed, its place is free, and the publisher goes on', async () => {
  await start({ unread: 1024 * 1024, connectionsOfLoopback: 2 });
  const source = await publisher('a/patient');
  const slow = await opened(RtmpClient.play(bed.port.rtmp, 'a/patient', key));
  slow.stopReading();
  await drown(source);
  await logged('reads too slowly');
  // It still reads nothing: only a socket that is really closed leaves its place to another.
  await waitFor('another may read', () => opened(RtmpClient.play(bed.port.rtmp, 'a/patient', key)));
  expect((await bed.path('a/patient'))?.readers).toHaveLength(1);
  expect(source.endedByServer).toBe(false);
});

test('a reader that reads nothing any more is destroyed, however little it leaves unread', async () => {
  await start({ unread: Number.POSITIVE_INFINITY, stalled: 300 });
  const source = await publisher('a/patient');
  const stalled = await opened(RtmpClient.play(bed.port.rtmp, 'a/patient', key));
  stalled.stopReading();
  await drown(source);
  await logged('reads nothing any more');
});

test('who plays before the publisher is there waits for it; who plays nothing is told so', async () => {
  await start({ patience: 30_000 });
  const reader = opened(RtmpClient.play(bed.port.rtmp, 'a/patient', key));
  await waitFor('it was asked for', () => bed.asked.some((request) => request.path === 'a/patient'));
  await publisher('a/patient');
  await reader;
  expect((await bed.path('a/patient'))?.readers).toHaveLength(1);
});

test('without a publisher a player is refused after the patience', async () => {
  await start({ patience: 100 });
  expect(RtmpClient.play(bed.port.rtmp, 'a/patient', key)).rejects.toThrow('refused');
  await logged("no one is publishing to path 'a/patient'");
});

test('a phone that begins to play makes the engine ask the doctor’s browser for a keyframe', async () => {
  await start({});
  let asked = 0;
  const doctor = new RtpStream(
    [],
    () => undefined,
    () => {
      asked += 1;
    },
  );
  const browser = { id: 'browser', type: 'webRTCSession', close: () => undefined };
  engine.context.paths.publish('a/doctor', browser, doctor);
  await publisher('a/doctor_aac');
  expect(asked).toBe(0);
  await opened(RtmpClient.play(bed.port.rtmp, 'a/doctor_aac', key));
  expect(asked).toBe(1);
});

test('a second publisher takes the path; the first and its readers are ended', async () => {
  await start({});
  const first = await publisher('a/patient');
  const reader = await opened(RtmpClient.play(bed.port.rtmp, 'a/patient', key));
  const before = (await bed.path('a/patient'))?.source?.id;
  await publisher('a/patient');
  await first.untilEnded();
  await reader.untilEnded();
  const after = await bed.path('a/patient');
  expect(after?.source?.id).not.toBe(before);
  expect(after?.readers).toEqual([]);
});

test('a second stream in one connection ends it', async () => {
  await start({});
  const client = await publisher('a/patient');
  const again = Buffer.concat([
    Buffer.from([2, 0, 7]),
    Buffer.from('publish'),
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 2, 0, 1]),
    Buffer.from('b'),
  ]);
  client.send(chunk(20, again, { stream: 1 }));
  await client.untilEnded();
});

test.each<[string, 'rtmp' | 'rtsp', Buffer[]]>([
  ['media before a publish', 'rtmp', [handshake, chunk(9, Buffer.from([0x17, 0, 0, 0, 0]))]],
  ['a command without a name', 'rtmp', [handshake, chunk(20, Buffer.from([0x7f, 1, 2, 3]))]],
  ['does not wait for answers', 'rtsp', [Buffer.from('OPTIONS rtsp://h/a RTSP/1.0\r\n\r\n'.repeat(100))]],
])('%s: ended for that reason, long before the limit of the handshake', async (reason, protocol, bytes) => {
  await start({ handshake: 600_000 });
  const client = await opened(RtmpClient.open(bed.port[protocol], ...bytes));
  await client.untilEnded();
  await logged(reason);
});

test('ICE over TCP is not there, and the start says so once where it is asked for', async () => {
  await start({});
  expect(lines.filter((line) => line.includes('ICE over TCP'))).toEqual([]);
  const asks = await EngineBed.make(['webrtcLocalTCPAddress: :8189']);
  const said: string[] = [];
  const other = await asks.start({}, said);
  await other.stop();
  await asks.remove();
  expect(said.filter((line) => line.startsWith('WAR') && line.includes('ICE over TCP'))).toHaveLength(1);
});
