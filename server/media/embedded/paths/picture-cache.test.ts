import { expect, test } from 'bun:test';
import { PictureCache } from './picture-cache.ts';

const idr = [0x65, 1];
const other = [0x61, 1];
let sequence = 0;

function push(cache: PictureCache, timestamp: number, payload: number[]): Buffer {
  const packet = Buffer.alloc(12 + payload.length);
  packet[0] = 0x80;
  sequence += 1;
  packet.writeUInt16BE(sequence, 2);
  packet.writeUInt32BE(timestamp, 4);
  packet.set(payload, 12);
  cache.push(packet, packet.subarray(12));
  return packet;
}

const timestamps = (packets: Buffer[]) => packets.map((packet) => packet.readUInt32BE(4));
const sequences = (packets: Buffer[]) => packets.map((packet) => packet.readUInt16BE(2));

test('nothing before the first keyframe, everything since the last one', () => {
  const cache = new PictureCache();
  push(cache, 1000, other);
  expect(cache.replay()).toEqual([]);
  push(cache, 4000, idr);
  push(cache, 7000, other);
  const kept = [push(cache, 10_000, idr), push(cache, 13_000, other)];
  expect(sequences(cache.replay())).toEqual(sequences(kept));
});

test('parameters and several parts of one keyframe stay together', () => {
  const cache = new PictureCache();
  for (const payload of [[0x67, 1, 2, 3], [0x68, 1], idr, [0x7c, 0x85, 1]]) push(cache, 5000, payload);
  expect(cache.replay()).toHaveLength(4);
});

test('old pictures are drawn together to just before the newest, in order, and the originals stay', () => {
  const cache = new PictureCache();
  const first = push(cache, 90_000, idr);
  push(cache, 180_000, other);
  push(cache, 180_000, other);
  push(cache, 270_000, other);
  expect(timestamps(cache.replay())).toEqual([269_820, 269_910, 269_910, 270_000]);
  expect(first.readUInt32BE(4)).toBe(90_000);
});

test('the clock may wrap around in between', () => {
  const cache = new PictureCache();
  push(cache, 0xffff_ff00, idr);
  push(cache, 30, other);
  expect(timestamps(cache.replay())).toEqual([0xffff_ffc4, 30]);
});

test('a cache that grows without a keyframe is given up until the next one', () => {
  const cache = new PictureCache();
  push(cache, 0, idr);
  const large = [...other, ...new Array<number>(1400).fill(0)];
  for (let at = 1; at <= 8192; at += 1) push(cache, at * 3000, large);
  expect(cache.replay()).toEqual([]);
  push(cache, 1, idr);
  expect(cache.replay()).toHaveLength(1);
});
