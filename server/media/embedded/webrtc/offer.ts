/** What a browser offers, and what goes back: the parts of SDP that a WHIP or WHEP server touches. */
import type { TrackKind } from '../paths/rtp-stream.ts';
import { codecName } from '../rtsp/sdp.ts';

/** One m-line of an offer with the codec that was chosen of it. */
export interface OfferedTrack {
  kind: TrackKind;
  mid: string;
  payloadType: number;
  /** `H264`, `Opus`, `VP8`, … */
  codec: string;
  rtpmap: string;
  fmtp: string | null;
}

/** An offer that no browser would send. */
export class OfferError extends Error {}

/** Lower is better. H.264 as every phone decodes it first; VP8 only so that the page can be told. */
function rank(kind: TrackKind, codec: string, fmtp: string): number {
  if (kind === 'audio') return codec === 'Opus' ? 0 : 99;
  if (codec === 'VP8') return 50;
  if (codec !== 'H264') return 99;
  if (!fmtp.includes('packetization-mode=1')) return 40;
  const order = ['42e01f', '42001f', '4d001f', '64001f'];
  const at = order.findIndex((profile) => fmtp.toLowerCase().includes(`profile-level-id=${profile}`));
  return at < 0 ? 30 : at;
}

/**
 * The best codec of each offered track; at most one video and one audio.
 * @throws OfferError
 */
export function parseOffer(sdp: string): OfferedTrack[] {
  if (!sdp.startsWith('v=0') || !/^a=ice-ufrag:\S+/m.test(sdp) || !/^a=fingerprint:\S+ \S+/m.test(sdp)) {
    throw new OfferError('the body is not a WebRTC offer');
  }
  const tracks: OfferedTrack[] = [];
  for (const section of sdp.split(/^m=/m).slice(1)) {
    const kind = /^(video|audio) /.exec(section)?.[1] as TrackKind | undefined;
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    if (kind === undefined || mid === undefined || tracks.some((track) => track.kind === kind)) continue;
    const candidates = [...section.matchAll(/^a=rtpmap:(\d+) (\S+?)\r?$/gm)].map(
      ([, type = '', rtpmap = '']) => ({
        payloadType: Number(type),
        rtpmap,
        codec: codecName(rtpmap),
        fmtp: new RegExp(`^a=fmtp:${type} (.+?)\\r?$`, 'm').exec(section)?.[1] ?? '',
      }),
    );
    const best = candidates
      .map((candidate) => ({ ...candidate, rank: rank(kind, candidate.codec, candidate.fmtp) }))
      .filter((candidate) => candidate.rank < 99 && candidate.payloadType < 128)
      .sort((a, b) => a.rank - b.rank)[0];
    if (best === undefined) continue;
    const { payloadType, rtpmap, codec, fmtp } = best;
    tracks.push({ kind, mid, payloadType, rtpmap, codec, fmtp: fmtp === '' ? null : fmtp });
  }
  if (tracks.length === 0) throw new OfferError('the offer has neither H.264 nor Opus');
  return tracks;
}

/**
 * Without transport-cc, which would be agreed to but never answered: Chromium's bitrate would decay. Without names
 * as candidates: nobody on a LAN resolves a browser's `….local`; its packets tell where it is.
 */
export function withoutTransportCc(sdp: string): string {
  return sdp
    .split(/\r?\n/)
    .filter((line) => !/transport-cc|transport-wide-cc|^a=candidate:.*\.local /.test(line))
    .join('\r\n');
}

/** The answer with our addresses in place of what the library found on this machine. */
export function withCandidates(answer: string, hosts: string[], port: number): string {
  const candidates = hosts.map((host, index) => {
    const priority = 2_130_706_431 - index * 256;
    return `a=candidate:${index + 1} 1 UDP ${priority} ${host} ${port} typ host`;
  });
  const own = /^a=(candidate:|end-of-candidates)/;
  const [session = '', ...sections] = answer.split(/^(?=m=)/m);
  return [session, ...sections]
    .map((section, index) => {
      const lines = section.split(/\r?\n/).filter((line) => line !== '' && !own.test(line));
      return index === 0 ? lines : [...lines, ...candidates, 'a=end-of-candidates'];
    })
    .map((lines) => `${lines.join('\r\n')}\r\n`)
    .join('');
}
