import { expect, test } from 'bun:test';
import { RtpStream } from '../paths/rtp-stream.ts';
import { codecName, describe, parseAnnounce } from './sdp.ts';

const head = 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';
const video =
  'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:streamid=0\r\n';
const audio = 'm=audio 0 RTP/AVP 97\r\na=rtpmap:97 opus/48000/2\r\na=control:streamid=1\r\n';

test('what FFmpeg announces', () => {
  expect(parseAnnounce(head + video + audio)).toEqual([
    {
      ...{ kind: 'video', codec: 'H264', payloadType: 96, rtpmap: 'H264/90000' },
      ...{ fmtp: 'packetization-mode=1', control: 'streamid=0' },
    },
    {
      ...{ kind: 'audio', codec: 'Opus', payloadType: 97, rtpmap: 'opus/48000/2' },
      ...{ fmtp: null, control: 'streamid=1' },
    },
  ]);
});

test.each([
  ['two of a kind: the first', head + video + video.replaceAll('96', '98'), ['H264']],
  ['a track without a codec', head + audio.replace(/a=rtpmap.*\r\n/, '') + video, ['H264']],
  ['other kinds of tracks', `${head}m=application 0 RTP/AVP 99\r\n${audio}`, ['Opus']],
  ['bare line feeds', (head + video).replaceAll('\r', ''), ['H264']],
])('%s', (_, sdp, codecs) => {
  expect(parseAnnounce(sdp).map((track) => track.codec)).toEqual(codecs);
});

test.each([
  ['nothing', ''],
  ['no track', head],
  ['a truncated track', `${head}m=video`],
  ['another transport', head + video.replace('RTP/AVP', 'RTP/SAVPF')],
  ['no payload type', `${head}m=video 0 RTP/AVP x\r\na=rtpmap:x H264/90000\r\n`],
])('%s is refused', (_, sdp) => {
  expect(() => parseAnnounce(sdp)).toThrow('no track');
});

test('a description is announced as it was described', () => {
  const tracks = parseAnnounce(head + video + audio);
  const stream = new RtpStream(tracks, () => undefined, null);
  const again = parseAnnounce(describe(stream));
  const withoutControl = (all: typeof tracks) => all.map(({ control: _, ...track }) => track);
  expect(withoutControl(again)).toEqual(withoutControl(tracks));
  expect(again.map((track) => track.control)).toEqual(['trackID=0', 'trackID=1']);
});

test('codecs as the Control API names them', () => {
  expect(['opus/48000/2', 'h264/90000', 'X-OTHER/1', ''].map(codecName)).toEqual([
    'Opus',
    'H264',
    'X-OTHER',
    '',
  ]);
});
