/** Session descriptions between FFmpeg and us. */
import type { RtpStream, RtpTrack, TrackKind } from '../paths/rtp-stream.ts';

const codecNames: Record<string, string | undefined> = {
  h264: 'H264',
  opus: 'Opus',
  vp8: 'VP8',
  vp9: 'VP9',
  av1: 'AV1',
  h265: 'H265',
};

/** The Control API's name of an rtpmap's encoding. */
export function codecName(rtpmap: string): string {
  const encoding = rtpmap.split('/')[0] ?? '';
  return codecNames[encoding.toLowerCase()] ?? encoding;
}

/** A track of an announced description, with the control address that SETUP names. */
export interface AnnouncedTrack extends RtpTrack {
  control: string;
}

/** The first video and the first audio track. @throws Error when there is none */
export function parseAnnounce(sdp: string): AnnouncedTrack[] {
  const tracks: AnnouncedTrack[] = [];
  for (const section of sdp.split(/^m=/m).slice(1)) {
    const match = /^(video|audio) \d+ RTP\/AVP (\d+)/.exec(section);
    const kind = match?.[1] as TrackKind | undefined;
    if (kind === undefined || tracks.some((track) => track.kind === kind)) continue;
    const payloadType = Number(match?.[2]);
    const attribute = (name: string) =>
      new RegExp(`^a=${name}:${payloadType} (.+?)\\r?$`, 'm').exec(section)?.[1] ?? null;
    const rtpmap = attribute('rtpmap');
    if (rtpmap === null) continue;
    const control = /^a=control:(.+?)\r?$/m.exec(section)?.[1] ?? '';
    tracks.push({ kind, payloadType, rtpmap, codec: codecName(rtpmap), fmtp: attribute('fmtp'), control });
  }
  if (tracks.length === 0) throw new Error('no track that can be passed on');
  return tracks;
}

/** The description of a stream for its readers; track n is `trackID=n`. */
export function describe(stream: RtpStream): string {
  const lines = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 0.0.0.0', 't=0 0'];
  stream.tracks.forEach((track, index) => {
    const fmtp = stream.fmtpOf(track);
    lines.push(`m=${track.kind} 0 RTP/AVP ${track.payloadType}`);
    lines.push(`a=rtpmap:${track.payloadType} ${track.rtpmap}`);
    if (fmtp !== null) lines.push(`a=fmtp:${track.payloadType} ${fmtp}`);
    lines.push(`a=control:trackID=${index}`);
  });
  return `${lines.join('\r\n')}\r\n`;
}
