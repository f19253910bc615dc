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
  transceiver.setCodecPreferences([...mode1, ...rest, ...named('rtx'), ...named('red'), ...named('ulpfec')]);
  return true;
}

/**
 * Reorders the payload types of every video section: H.264 and its retransmissions first.
 * For browsers without `setCodecPreferences` (Firefox before 128).
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
  const h264 = new Set<string>();
  for (const [, payload = ''] of section.matchAll(/^a=rtpmap:(\d+) H264\//gim)) h264.add(payload);
  // An rtx payload belongs to the one that its apt parameter names.
  const preferred = new Set(h264);
  for (const [, payload = '', apt = ''] of section.matchAll(/^a=fmtp:(\d+) .*\bapt=(\d+)/gim)) {
    if (h264.has(apt)) preferred.add(payload);
  }
  return section.replace(/^(m=video \S+ \S+)((?: \d+)+)/m, (_line, head: string, payloads: string) => {
    const all = payloads.trim().split(' ');
    const first = all.filter((payload) => preferred.has(payload));
    const rest = all.filter((payload) => !preferred.has(payload));
    return `${head} ${[...first, ...rest].join(' ')}`;
  });
}
