import { expect, test } from 'bun:test';
import { interleaved, type RtspInput, RtspParser } from './messages.ts';

function parse(...pieces: (string | Buffer)[]): RtspInput[] {
  const parser = new RtspParser();
  return pieces.flatMap((piece) => [...parser.push(Buffer.from(piece))]);
}

const announce = 'ANNOUNCE rtsp://h/a/b RTSP/1.0\r\nCSeq: 2\r\ncontent-LENGTH: 5\r\n\r\nv=0\r\n';
const expected = {
  request: {
    method: 'ANNOUNCE',
    url: 'rtsp://h/a/b',
    headers: new Map([
      ['cseq', '2'],
      ['content-length', '5'],
    ]),
    body: 'v=0\r\n',
  },
};
const packet = Buffer.from([0x80, 96, 0, 1, 2, 3]);

test('a request, whole and in pieces of every size', () => {
  expect(parse(announce)).toEqual([expected]);
  for (let size = 1; size < announce.length; size += 1) {
    const pieces = announce.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    expect(parse(...pieces)).toEqual([expected]);
  }
});

test('packets between requests, and a packet in pieces', () => {
  const bytes = Buffer.concat([interleaved(2, packet), Buffer.from(announce), interleaved(3, packet)]);
  const inputs = [{ channel: 2, packet }, expected, { channel: 3, packet }];
  expect(parse(bytes)).toEqual(inputs);
  expect(parse(...[...bytes].map((byte) => Buffer.from([byte])))).toEqual(inputs);
});

test('an empty packet is one; a packet is a copy that the next input does not change', () => {
  expect(parse(interleaved(0, Buffer.alloc(0)))).toEqual([{ channel: 0, packet: Buffer.alloc(0) }]);
  const bytes = interleaved(0, packet);
  const [input] = parse(bytes);
  bytes.fill(0);
  expect(input).toEqual({ channel: 0, packet });
});

test.each([
  ['nothing', ''],
  ['three bytes', 'OPT'],
  ['half a head', announce.slice(0, 30)],
  ['a body that is missing a byte', announce.slice(0, -1)],
  ['half a packet', interleaved(0, packet).subarray(0, 7)],
  ['a packet’s length alone', interleaved(0, packet).subarray(0, 4)],
])('%s is waited for', (_, bytes) => {
  expect(parse(bytes)).toEqual([]);
});

test.each([
  ['another protocol', 'GET / HTTP/1.1\r\n\r\n'],
  ['another version', 'OPTIONS rtsp://h/a RTSP/2.0\r\n\r\n'],
  ['no URL', 'OPTIONS RTSP/1.0\r\n\r\n'],
  ['lower case', 'options rtsp://h/a RTSP/1.0\r\n\r\n'],
  ['a negative length', 'SETUP rtsp://h/a RTSP/1.0\r\nContent-Length: -1\r\n\r\n'],
  ['a length that is no number', 'SETUP rtsp://h/a RTSP/1.0\r\nContent-Length: 1e99\r\n\r\n'],
  ['a fractional length', 'SETUP rtsp://h/a RTSP/1.0\r\nContent-Length: 1.5\r\n\r\n'],
  ['a body above the limit', 'SETUP rtsp://h/a RTSP/1.0\r\nContent-Length: 65537\r\n\r\n'],
  ['a head above the limit', `OPTIONS rtsp://h/a RTSP/1.0\r\nx: ${'y'.repeat(17_000)}\r\n\r\n`],
  ['a head without an end', 'OPTIONS '.repeat(4000)],
  ['noise', Buffer.alloc(20_000, 0xee)],
])('%s is refused', (_, bytes) => {
  expect(() => parse(bytes)).toThrow();
});
