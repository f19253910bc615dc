import { expect, test } from 'bun:test';
import { beginsKeyframe, nalUnits, ParameterSets, rtpPayload } from './h264.ts';

const header = (first = 0x80) => Buffer.from([first, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]);
const packet = (first: number, ...rest: number[]) => Buffer.concat([header(first), Buffer.from(rest)]);

test.each<[string, Buffer, number[] | null]>([
  ['a plain packet', packet(0x80, 0x65, 1), [0x65, 1]],
  ['contributing sources', packet(0x82, 9, 9, 9, 9, 9, 9, 9, 9, 0x65), [0x65]],
  ['an extension', packet(0x90, 0xbe, 0xde, 0, 1, 7, 7, 7, 7, 0x65), [0x65]],
  ['padding', packet(0xa0, 0x65, 1, 0, 0, 3), [0x65, 1]],
  ['nothing', Buffer.alloc(0), null],
  ['a header alone', header(), null],
  ['half a header', header().subarray(0, 8), null],
  ['another version', packet(0x40, 0x65), null],
  ['fewer sources than it says', packet(0x8f, 1, 2, 3), null],
  ['half an extension’s head', packet(0x90, 0xbe, 0xde), null],
  ['an extension longer than the packet', packet(0x90, 0xbe, 0xde, 0xff, 0xff, 1), null],
  ['padding longer than the packet', packet(0xa0, 0x65, 200), null],
  ['padding of everything', packet(0xa0, 0x65, 2), null],
])('the payload of %s', (_, bytes, payload) => {
  expect(rtpPayload(bytes)).toEqual(payload === null ? null : Buffer.from(payload));
});

test.each<[string, number[], [number, number[]][]]>([
  ['one unit', [0x65, 1, 2], [[5, [0x65, 1, 2]]]],
  [
    'an aggregate',
    [24, 0, 2, 0x67, 1, 0, 1, 0x68],
    [
      [7, [0x67, 1]],
      [8, [0x68]],
    ],
  ],
  ['the first fragment', [0x7c, 0x85, 1], [[5, [0x7c, 0x85, 1]]]],
  ['a later fragment', [0x7c, 0x05, 1], []],
  ['the last fragment', [0x7c, 0x45, 1], []],
  ['a fragment without its header', [0x7c], []],
  ['nothing', [], []],
  ['an aggregate of nothing', [24], []],
  ['an aggregate cut in a size', [24, 0], []],
  ['an aggregate whose unit is longer than it', [24, 0, 2, 0x67, 1, 0xff, 0xff, 0x68], [[7, [0x67, 1]]]],
  ['an aggregate with an empty unit', [24, 0, 0, 0, 1, 0x67], []],
])('the units of %s', (_, payload, units) => {
  expect(nalUnits(Buffer.from(payload))).toEqual(
    units.map(([type, unit]) => ({ type, unit: Buffer.from(unit) })),
  );
});

test.each<[string, number[], boolean]>([
  ['a picture that needs none before it', [0x65, 1], true],
  ['its first fragment', [0x7c, 0x85, 1], true],
  ['its second fragment', [0x7c, 0x05, 1], false],
  ['parameters', [24, 0, 2, 0x67, 1], true],
  ['another picture', [0x61, 1], false],
  ['nothing', [], false],
])('a keyframe begins with %s: %p %p', (_, payload, begins) => {
  expect(beginsKeyframe(Buffer.from(payload))).toBe(begins);
});

test('parameter sets are complete when both were seen whole', () => {
  const sets = new ParameterSets();
  const take = (...payload: number[]) => sets.take(Buffer.from(payload));
  take(0x67, 0x42);
  take(0x7c, 0x87, 0x42, 0xc0, 0x1e);
  take(0x68, 0xce);
  expect(sets.complete).toBe(false);
  expect(sets.fmtp()).toBeNull();
  take(0x67, 0x42, 0xc0, 0x1e, 9);
  expect(sets.complete).toBe(true);
  expect(sets.fmtp()).toBe(
    'packetization-mode=1; sprop-parameter-sets=Z0LAHgk=,aM4=; profile-level-id=42c01e',
  );
});
