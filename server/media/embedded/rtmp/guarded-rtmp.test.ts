import { expect, test } from 'bun:test';
import { chunk, chunkSize, command, handshake } from '../testing/rtmp-client.ts';
import { GuardedRtmp, RtmpError } from './guarded-rtmp.ts';

function make() {
  const sent: Buffer[] = [];
  const media: { type: number; length: number }[] = [];
  const rtmp = new GuardedRtmp({
    output: (data) => sent.push(data),
    publish: () => undefined,
    play: () => undefined,
    media: (type, _, payload) => media.push({ type, length: payload.length }),
    deleteStream: () => undefined,
  });
  rtmp.push(handshake);
  sent.length = 0;
  return { rtmp, sent, media };
}

test('every input is acknowledged at once until media flows: a client’s small writes wait for it', () => {
  const { rtmp, sent } = make();
  const acknowledgements = () => sent.filter((data) => data[7] === 3).length;
  rtmp.push(chunk(20, command('releaseStream')));
  rtmp.push(chunk(20, command('FCPublish')));
  expect(acknowledgements()).toBe(2);
  rtmp.allowMedia();
  rtmp.push(chunk(9, Buffer.alloc(20)));
  expect(acknowledgements()).toBe(2);
});

test.each([
  ['a message of 65 KB', [chunk(20, Buffer.alloc(128), { length: 65 * 1024 })]],
  [
    'three unfinished messages of 60 KB',
    [8, 9, 10].map((chunkStream) => chunk(20, Buffer.alloc(128), { chunkStream, length: 60 * 1024 })),
  ],
  [
    '33 chunk streams',
    Array.from({ length: 33 }, (_, at) =>
      chunk(20, Buffer.alloc(128), { chunkStream: 10 + at, length: 200 }),
    ),
  ],
])('before a publish is allowed %s are too much', (_, chunks) => {
  const { rtmp } = make();
  expect(() => {
    for (const each of chunks) rtmp.push(each);
  }).toThrow(RtmpError);
});

test('afterwards messages may be as large as keyframes are', () => {
  const { rtmp, media } = make();
  rtmp.allowMedia();
  rtmp.push(chunkSize(0xffffff));
  rtmp.push(chunk(9, Buffer.alloc(3 * 1024 * 1024), { chunkStream: 6 }));
  expect(media).toEqual([{ type: 9, length: 3 * 1024 * 1024 }]);
});

test('a message that grows while it is under way brings no more than its buffer holds', () => {
  const { rtmp, media } = make();
  rtmp.push(chunk(9, Buffer.alloc(128, 1), { chunkStream: 6, length: 300 }));
  // The same chunk stream begins anew in the middle, sixteen megabytes long this time.
  rtmp.push(chunk(9, Buffer.alloc(128, 2), { chunkStream: 6, length: 0xffffff }));
  for (let count = 0; count < 100; count += 1)
    rtmp.push(Buffer.concat([Buffer.from([0xc6]), Buffer.alloc(128)]));
  expect(media).toEqual([]);
  expect(rtmp.parserPacket.payload.length).toBeLessThan(2000);
});
