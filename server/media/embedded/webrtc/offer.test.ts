import { expect, test } from 'bun:test';
import { OfferError, parseOffer, withCandidates, withoutTransportCc } from './offer.ts';

const head = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n';
const secrets = 'a=ice-ufrag:abcd\r\na=ice-pwd:efgh\r\na=fingerprint:sha-256 AB:CD\r\n';

function track(kind: string, mid: string | null, codecs: [number, string, string?][]): string {
  const types = codecs.map(([type]) => type).join(' ');
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${types}`,
    ...(mid === null ? [] : [`a=mid:${mid}`]),
    ...codecs.flatMap(([type, rtpmap, fmtp]) => [
      `a=rtpmap:${type} ${rtpmap}`,
      ...(fmtp === undefined ? [] : [`a=fmtp:${type} ${fmtp}`]),
    ]),
    '',
  ].join('\r\n');
}

const opus = track('audio', '1', [
  [111, 'opus/48000/2', 'minptime=10'],
  [0, 'PCMU/8000'],
]);
const h264 = (profile: string, mode = 1) => `packetization-mode=${mode};profile-level-id=${profile}`;
const chosen = (sdp: string) => parseOffer(sdp).map(({ payloadType, codec }) => [payloadType, codec]);

test.each<[string, [number, string, string?][], number, string]>([
  [
    'baseline before high',
    [
      [96, 'H264/90000', h264('64001f')],
      [97, 'H264/90000', h264('42e01f')],
    ],
    97,
    'H264',
  ],
  [
    'upper case',
    [
      [96, 'H264/90000', h264('4D001F')],
      [97, 'H264/90000', h264('42E01F')],
    ],
    97,
    'H264',
  ],
  [
    'whole packets before single units',
    [
      [96, 'H264/90000', h264('42e01f', 0)],
      [97, 'H264/90000', h264('640c1f')],
    ],
    97,
    'H264',
  ],
  [
    'any H.264 before VP8',
    [
      [96, 'VP8/90000'],
      [97, 'H264/90000'],
    ],
    97,
    'H264',
  ],
  [
    'VP8 where there is nothing else',
    [
      [96, 'VP8/90000'],
      [98, 'VP9/90000'],
    ],
    96,
    'VP8',
  ],
  [
    'a payload type that fits into seven bits',
    [
      [200, 'H264/90000', h264('42e01f')],
      [97, 'VP8/90000'],
    ],
    97,
    'VP8',
  ],
])('of the video: %s', (_, codecs, payloadType, codec) => {
  expect(chosen(head + secrets + track('video', '0', codecs) + opus)).toEqual([
    [payloadType, codec],
    [111, 'Opus'],
  ]);
});

test('what a chosen track keeps of its offer', () => {
  expect(parseOffer(head + secrets + opus)).toEqual([
    { kind: 'audio', mid: '1', payloadType: 111, codec: 'Opus', rtpmap: 'opus/48000/2', fmtp: 'minptime=10' },
  ]);
});

test('at most one track of each kind; one without a name is none; bare line feeds are read too', () => {
  const video = track('video', '0', [[96, 'H264/90000', h264('42e01f')]]);
  expect(chosen(head + secrets + video + track('video', '2', [[98, 'H264/90000']]) + opus)).toHaveLength(2);
  expect(chosen(head + secrets + track('video', null, [[96, 'H264/90000']]) + opus)).toEqual([[111, 'Opus']]);
  expect(chosen((head + secrets + video).replaceAll('\r', ''))).toEqual([[96, 'H264']]);
});

test.each([
  ['nothing', ''],
  ['no SDP', 'hello'],
  ['no secrets', head + opus],
  ['a fingerprint without a value', head + secrets.replace(' AB:CD', '') + opus],
  ['no media', head + secrets],
  ['a truncated track', `${head + secrets}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:1\r\na=rtpmap:111`],
  ['codecs that no phone has', head + secrets + track('video', '0', [[96, 'AV1/90000']])],
  ['data alone', `${head + secrets}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n`],
  ['a kind of noise', `${head + secrets}m=\u0000\u0001 9\r\na=mid:0\r\n${'a=x\r\n'.repeat(2000)}`],
  [
    'a payload type that is a pattern',
    `${head + secrets}m=audio 9 X 1\r\na=mid:1\r\na=rtpmap:.* opus/48000/2\r\n`,
  ],
])('%s is refused', (_, sdp) => {
  expect(() => parseOffer(sdp)).toThrow(OfferError);
});

test('an offer of the largest size that is let in is read', () => {
  const codecs = Array.from({ length: 1500 }, (_, at): [number, string, string] => [
    at,
    'H264/90000',
    h264('42e01f'),
  ]);
  expect(chosen((head + secrets + track('video', '0', codecs)).slice(0, 64 * 1024))).toEqual([[0, 'H264']]);
});

test('transport-cc and names of hosts are taken out of an offer', () => {
  const lines = [
    'a=rtcp-fb:96 transport-cc',
    'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'a=candidate:1 1 udp 1 1f2e.local 50000 typ host',
  ];
  const kept = ['a=rtcp-fb:96 nack', 'a=candidate:1 1 udp 1 192.168.1.2 50000 typ host', ''];
  expect(withoutTransportCc([...lines, ...kept].join('\r\n'))).toBe(kept.join('\r\n'));
});

test('an answer gets our addresses in place of the library’s, in every track', () => {
  const answer = `${head}a=candidate:9 1 UDP 1 10.9.9.9 1 typ host\r\nm=audio 9 X 111\r\na=mid:1\r\na=end-of-candidates\r\nm=video 9 X 96\r\na=mid:0\r\n`;
  const own = withCandidates(answer, ['192.168.1.20', 'fd00::2'], 8189);
  expect(own).not.toContain('10.9.9.9');
  const ours = own.split('\r\n').filter((line) => line.startsWith('a=candidate'));
  expect(ours).toHaveLength(4);
  expect(ours[0]).toMatch(/^a=candidate:1 1 UDP \d+ 192\.168\.1\.20 8189 typ host$/);
  expect(ours[1]).toMatch(/ fd00::2 8189 typ host$/);
  expect(own.match(/a=end-of-candidates/g)).toHaveLength(2);
});
