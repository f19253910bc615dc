import { afterEach, expect, jest, test } from 'bun:test';
import { RtpStream, type RtpTrack, type TrackKind } from './rtp-stream.ts';

afterEach(() => {
  jest.useRealTimers();
});

const video: RtpTrack = { kind: 'video', codec: 'H264', payloadType: 96, rtpmap: 'H264/90000', fmtp: null };
const audio: RtpTrack = { kind: 'audio', codec: 'Opus', payloadType: 97, rtpmap: 'opus/48000/2', fmtp: null };
const sps = [0x67, 0x42, 0xc0, 0x1e];
const pps = [0x68, 0xce];

function rtp(payload: number[], timestamp = 0): Buffer {
  const packet = Buffer.concat([Buffer.alloc(12), Buffer.from(payload)]);
  packet[0] = 0x80;
  packet.writeUInt32BE(timestamp, 4);
  return packet;
}

function report(): Buffer {
  const packet = Buffer.alloc(28);
  packet.set([0x80, 200]);
  return packet;
}

function read(stream: RtpStream): { kind: TrackKind; packet: Buffer; rtcp: boolean }[] {
  const got: { kind: TrackKind; packet: Buffer; rtcp: boolean }[] = [];
  stream.addReader({
    rtp: (kind, packet) => got.push({ kind, packet, rtcp: false }),
    rtcp: (kind, packet) => got.push({ kind, packet, rtcp: true }),
  });
  return got;
}

test('ready when every track was seen and the picture’s parameters are known', () => {
  let ready = 0;
  const stream = new RtpStream([video, audio], () => ++ready, null);
  stream.push('video', rtp([0x65, 1]));
  stream.push('video', rtp(sps));
  stream.push('video', rtp(pps));
  expect(ready).toBe(0);
  stream.push('audio', rtp([1]));
  expect(ready).toBe(1);
  expect(stream.fmtpOf(video)).toContain('sprop-parameter-sets=Z0LAHg==,aM4=');
  stream.end();
});

test('ready with what there is when a track does not come', () => {
  jest.useFakeTimers();
  let ready = 0;
  const stream = new RtpStream([video, audio], () => ++ready, null);
  stream.push('audio', rtp([1]));
  jest.advanceTimersByTime(2000);
  expect(ready).toBe(1);
});

test('a publisher that can be asked is asked for a keyframe until its parameters are known, and for each reader', () => {
  jest.useFakeTimers();
  let asked = 0;
  const stream = new RtpStream(
    [video],
    () => undefined,
    () => ++asked,
  );
  stream.push('video', rtp([0x61, 1]));
  jest.advanceTimersByTime(600);
  expect(asked).toBe(3);
  stream.push('video', rtp(sps));
  stream.push('video', rtp(pps));
  jest.advanceTimersByTime(5000);
  expect(asked).toBe(3);
  // And no old picture: a new one comes.
  expect(read(stream)).toEqual([]);
  expect(asked).toBe(4);
});

test('of one that cannot be asked a late reader gets the picture since its keyframe, and the reports', () => {
  const stream = new RtpStream([video, audio], () => undefined, null);
  for (const payload of [sps, pps, [0x65, 1]]) stream.push('video', rtp(payload, 3000));
  stream.push('video', rtp([0x61, 1], 6000));
  stream.push('audio', rtp([1]));
  stream.pushRtcp('audio', report());
  const got = read(stream);
  expect(got.filter(({ rtcp }) => rtcp)).toHaveLength(1);
  const pictures = got.filter(({ rtcp }) => !rtcp);
  expect(pictures.map(({ kind }) => kind)).toEqual(['video', 'video', 'video', 'video']);
  expect(pictures.map(({ packet }) => packet.readUInt32BE(4))).toEqual([5910, 5910, 5910, 6000]);
  stream.end();
});

test.each([
  ['an empty packet', Buffer.alloc(0)],
  ['a header alone', Buffer.alloc(12, 0x80)],
  ['another version', Buffer.alloc(40)],
])('video that is %s goes no further', (_, packet) => {
  const stream = new RtpStream([video], () => undefined, null);
  const got = read(stream);
  stream.push('video', packet);
  expect(got).toEqual([]);
});

test.each([
  ['a short report', report().subarray(0, 20)],
  ['a receiver’s report', Buffer.concat([Buffer.from([0x80, 201]), Buffer.alloc(30)])],
  ['nothing', Buffer.alloc(0)],
])('RTCP that is %s goes no further', (_, packet) => {
  const stream = new RtpStream([audio], () => undefined, null);
  const got = read(stream);
  stream.pushRtcp('audio', packet);
  expect(got).toEqual([]);
});
