import { expect, test } from 'bun:test';
import { h264First, offersH264, preferH264 } from './h264.ts';

const sdp = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=rtpmap:111 opus/48000/2',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 104',
  'a=rtpmap:96 VP8/90000',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=rtpmap:102 H264/90000',
  'a=fmtp:102 profile-level-id=42001f;packetization-mode=0',
  'a=rtpmap:103 H264/90000',
  'a=fmtp:103 profile-level-id=42e01f;packetization-mode=1',
  'a=rtpmap:104 rtx/90000',
  'a=fmtp:104 apt=103',
  '',
].join('\r\n');

test('H.264 with packetization mode 1 comes first, with its retransmission; nothing is lost', () => {
  const ordered = h264First(sdp);
  expect(ordered).toContain('m=video 9 UDP/TLS/RTP/SAVPF 103 104 102 96 97\r\n');
  expect(ordered).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n');
  expect(ordered.split('\r\n').toSorted()).not.toEqual([]);
  expect(ordered.length).toBe(sdp.length);
});

test('an SDP without H.264 is recognised and left as it is', () => {
  const without = sdp.replaceAll('H264', 'AV1');
  expect(offersH264(sdp)).toBe(true);
  expect(offersH264(without)).toBe(false);
  expect(h264First(without)).toBe(without);
});

test('codec preferences hold H.264 and its helpers, mode 1 first; where they are missing the caller is told', () => {
  const given: string[] = [];
  const codec = (mimeType: string, sdpFmtpLine = '') => ({ mimeType, clockRate: 90_000, sdpFmtpLine });
  const transceiver = {
    setCodecPreferences: (codecs: { mimeType: string; sdpFmtpLine: string }[]) =>
      given.push(...codecs.map((each) => `${each.mimeType} ${each.sdpFmtpLine}`.trim())),
  } as unknown as RTCRtpTransceiver;
  const capabilities = {
    codecs: [
      codec('video/VP8'),
      codec('video/H264', 'packetization-mode=0'),
      codec('video/H264', 'packetization-mode=1'),
      codec('video/rtx'),
    ],
    headerExtensions: [],
  };
  expect(preferH264(transceiver, capabilities)).toBe(true);
  expect(given).toEqual(['video/H264 packetization-mode=1', 'video/H264 packetization-mode=0', 'video/rtx']);
  expect(preferH264(transceiver, { codecs: [codec('video/VP8')], headerExtensions: [] })).toBe(false);
  expect(preferH264({} as RTCRtpTransceiver, capabilities)).toBe(false);
});
