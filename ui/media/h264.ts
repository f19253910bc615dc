/**
 * The patient's phone plays H.264 only, and the box copies video without re-encoding: the browser
 * must send H.264, although most prefer VP8.
 */

/** Whether an SDP carries H.264 in any video section. */
export function offersH264(sdp: string): boolean {
  return /^a=rtpmap:\d+ H264\//im.test(sdp);
}

/**
 * Lets only H.264 (with its retransmission and error correction) be negotiated on a transceiver.
 * @returns false where the browser cannot do it this way; then use {@link h264First} on the offer
 */
export function preferH264(transceiver: RTCRtpTransceiver, capabilities: RTCRtpCapabilities | null): boolean {
  if (typeof transceiver.setCodecPreferences !== 'function' || capabilities === null) return false;
  const named = (name: string) =>
    capabilities.codecs.filter((codec) => codec.mimeType.toLowerCase() === `video/${name}`);
  const h264 = named('h264');
  if (h264.length === 0) return false;
  // Packetization mode 1 first: mode 0 allows no fragmentation, and keyframes would not fit.
  const mode1 = h264.filter((codec) => /packetization-mode=1/.test(codec.sdpFmtpLine ?? ''));
  const rest = h264.filter((codec) => !mode1.includes(codec));
  try {
    transceiver.setCodecPreferences([
      ...mode1,
      ...rest,
      ...named('rtx'),
      ...named('red'),
      ...named('ulpfec'),
    ]);
    return true;
  } catch (error) {
    // Some versions take only what they can also receive; the order of the SDP is left to us then.
    console.warn('codec preferences refused', error);
    return false;
  }
}

/**
 * Reorders the payload types of every video section: H.264 with packetization mode 1 first, then other
 * H.264, each with its retransmission. For browsers without `setCodecPreferences` (Firefox before 128);
 * to be used on the offer and on the answer, because a sender takes the first codec of the answer.
 */
export function h264First(sdp: string): string {
  return splitSections(sdp)
    .map((section) => (section.startsWith('m=video') ? reorderSection(section) : section))
    .join('');
}

function splitSections(sdp: string): string[] {
  return sdp.split(/(?=^m=)/m);
}

function reorderSection(section: string): string {
  const ranks = new Map<string, number>();
  for (const [, payload = ''] of section.matchAll(/^a=rtpmap:(\d+) H264\//gim)) ranks.set(payload, 1);
  for (const [, payload = ''] of section.matchAll(/^a=fmtp:(\d+) .*packetization-mode=1/gim)) {
    if (ranks.has(payload)) ranks.set(payload, 0);
  }
  // An rtx payload belongs to the one that its apt parameter names.
  for (const [, payload = '', apt = ''] of section.matchAll(/^a=fmtp:(\d+) .*\bapt=(\d+)/gim)) {
    const rank = ranks.get(apt);
    if (rank !== undefined) ranks.set(payload, rank);
  }
  const rankOf = (payload: string) => ranks.get(payload) ?? 2;
  return section.replace(/^(m=video \S+ \S+)((?: \d+)+)/m, (_line, head: string, payloads: string) => {
    const ordered = payloads
      .trim()
      .split(' ')
      .sort((one, other) => rankOf(one) - rankOf(other));
    return `${head} ${ordered.join(' ')}`;
  });
}
