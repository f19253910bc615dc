import { afterEach, expect, jest, test } from 'bun:test';
import { audioHeader, keyframe, videoHeader } from '../testing/rtmp-client.ts';
import { FLV_AUDIO, FLV_DATA, FLV_VIDEO, FlvStream, type FlvTag, UnsupportedCodec } from './flv-stream.ts';

afterEach(() => {
  jest.useRealTimers();
});

const video = (payload: Buffer | number[], timestamp = 0): FlvTag => ({
  ...{ type: FLV_VIDEO, timestamp, payload: Buffer.from(payload) },
});
const audio = (payload: Buffer | number[]): FlvTag => ({
  ...{ type: FLV_AUDIO, timestamp: 0, payload: Buffer.from(payload) },
});
const picture = [0x27, 1, 0, 0, 0, 9];
const sound = [0xaf, 1, 9];

function streamOf(...tags: FlvTag[]): { stream: FlvStream; ready: () => number } {
  let ready = 0;
  const stream = new FlvStream(() => {
    ready += 1;
  });
  for (const tag of tags) stream.push(tag);
  return { stream, ready: () => ready };
}

function read(stream: FlvStream, wholeCache: boolean): FlvTag[] {
  const got: FlvTag[] = [];
  stream.addReader((tag) => got.push(tag), wholeCache);
  return got;
}

test('ready with both headers, once; codecs by both names', () => {
  const { stream, ready } = streamOf(video(videoHeader), audio(audioHeader), video(videoHeader));
  expect(ready()).toBe(1);
  expect(stream.codecs).toEqual(['H264', 'MPEG-4 Audio']);
  expect(stream.rfc6381()).toEqual(['avc1.42c01e', 'mp4a.40.2']);
});

test.each([
  ['a picture alone', video(videoHeader), ['H264']],
  ['sound alone', audio(audioHeader), ['MPEG-4 Audio']],
])('%s is ready when the other track did not come', (_, tag, codecs) => {
  jest.useFakeTimers();
  const { stream, ready } = streamOf(tag);
  expect(ready()).toBe(0);
  jest.advanceTimersByTime(500);
  expect(ready()).toBe(1);
  expect(stream.codecs).toEqual(codecs);
});

test('a stream that ended does not become ready any more', () => {
  jest.useFakeTimers();
  const { stream, ready } = streamOf(video(videoHeader));
  stream.end();
  jest.advanceTimersByTime(5000);
  expect(ready()).toBe(0);
});

test.each([
  ['hvc1', 'H265'],
  ['av01', 'AV1'],
  ['vp09', 'VP9'],
  ['xxxx', 'unknown'],
])('enhanced RTMP’s %s is named and not passed on', (fourcc, name) => {
  const { stream } = streamOf(video(Buffer.concat([Buffer.from([0x90]), Buffer.from(fourcc)])));
  expect(stream.ready).toBe(true);
  expect(stream.codecs).toEqual([name]);
  expect(read(stream, true)).toEqual([]);
});

test.each([
  ['Sorenson video', video([0x22, 1, 0, 0, 0])],
  ['VP6', video([0x24, 1, 0, 0, 0])],
  ['MP3', audio([0x2f, 1])],
  ['Speex', audio([0xb2, 1])],
])('%s is refused', (_, tag) => {
  expect(() => streamOf(tag)).toThrow(UnsupportedCodec);
});

test.each([
  ['an empty picture', video([])],
  ['a picture of one byte', video([0x17])],
  ['a header without its parameters', video([0x17, 0, 0, 0, 0])],
  ['a header that is cut', video(videoHeader.subarray(0, 10))],
  ['the end of a sequence', video([0x17, 2, 0, 0, 0])],
  ['a command', video([0x57, 0, 0, 0, 0, 0])],
  ['an unknown kind of packet', video([0x17, 77, 0, 0, 0])],
  ['empty sound', audio([])],
  ['sound of one byte', audio([0xaf])],
])('%s is passed over', (_, tag) => {
  const { stream, ready } = streamOf(video(videoHeader), audio(audioHeader));
  const got = read(stream, true);
  got.length = 0;
  stream.push(tag);
  expect(got).toEqual([]);
  expect(ready()).toBe(1);
});

test('sound whose header has no configuration is named without it', () => {
  expect(streamOf(audio([0xaf, 0])).stream.rfc6381()).toEqual([]);
});

test('a late FFmpeg gets headers, metadata and everything since the keyframe', () => {
  const tags = [
    video(videoHeader),
    audio(audioHeader),
    video(picture),
    video(keyframe(9)),
    video(picture),
    audio(sound),
  ];
  const { stream } = streamOf(...tags);
  const metadata: FlvTag = { type: FLV_DATA, timestamp: 0, payload: Buffer.from([2]) };
  stream.setMetadata(metadata);
  expect(read(stream, true)).toEqual([metadata, ...tags.slice(0, 2), ...tags.slice(3)]);
});

test('a late phone does not get an old picture: it begins at the next keyframe', () => {
  jest.useFakeTimers();
  const { stream } = streamOf(video(videoHeader), audio(audioHeader), video(keyframe(9)), video(picture));
  jest.setSystemTime(Date.now() + 5000);
  const got = read(stream, false);
  stream.push(video(picture));
  stream.push(audio(sound));
  expect(got.map((tag) => tag.payload)).toEqual([videoHeader, audioHeader]);
  const next = video(keyframe(12));
  stream.push(next);
  expect(got.at(-1)).toBe(next);
});

test('a cache that grows without a keyframe is given up', () => {
  const { stream } = streamOf(video(videoHeader), video(keyframe(5 * 1024 * 1024)), video(keyframe(9)));
  const large = Buffer.alloc(4 * 1024 * 1024, 1);
  large.set(picture);
  for (let count = 0; count < 3; count += 1) stream.push(video(large));
  expect(read(stream, true).map((tag) => tag.payload)).toEqual([videoHeader]);
});
