/** What must be known of H.264 inside RTP packets (RFC 6184). */

const SPS = 7;
const PPS = 8;
const IDR = 5;
const STAP_A = 24;
const FU_A = 28;

/** The payload of an RTP packet, without header, extension and padding; null when it is malformed. */
export function rtpPayload(packet: Buffer): Buffer | null {
  if (packet.length < 12 || (packet.readUInt8(0) & 0xc0) !== 0x80) return null;
  const first = packet.readUInt8(0);
  let start = 12 + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (packet.length < start + 4) return null;
    start += 4 + 4 * packet.readUInt16BE(start + 2);
  }
  const padding = (first & 0x20) !== 0 ? (packet.at(-1) ?? 0) : 0;
  const end = packet.length - padding;
  return start < end ? packet.subarray(start, end) : null;
}

/** Whether a payload holds or begins what a decoder can start with. */
export function beginsKeyframe(payload: Buffer): boolean {
  return nalUnits(payload).some(({ type }) => type === SPS || type === IDR);
}

/** The NAL units that a payload holds whole, or begins. */
export function nalUnits(payload: Buffer): { type: number; unit: Buffer }[] {
  const first = payload[0];
  if (first === undefined) return [];
  const type = first & 0x1f;
  if (type === FU_A) {
    const header = payload[1];
    return header !== undefined && (header & 0x80) !== 0 ? [{ type: header & 0x1f, unit: payload }] : [];
  }
  if (type !== STAP_A) return [{ type, unit: payload }];
  const units: { type: number; unit: Buffer }[] = [];
  for (let at = 1; at + 2 < payload.length; ) {
    const size = payload.readUInt16BE(at);
    const unit = payload.subarray(at + 2, at + 2 + size);
    if (size === 0 || unit.length < size) break;
    units.push({ type: unit.readUInt8(0) & 0x1f, unit });
    at += 2 + size;
  }
  return units;
}

/** Parameter sets as they go into an SDP. */
export class ParameterSets {
  private sps: Buffer | null = null;
  private pps: Buffer | null = null;

  /** Keeps what the packet holds of them. */
  take(payload: Buffer): void {
    for (const { type, unit } of nalUnits(payload)) {
      // Only whole ones: no encoder makes any that would have to be cut.
      if (unit === payload && ((payload[0] ?? 0) & 0x1f) === FU_A) continue;
      if (type === SPS && unit.length >= 4) this.sps = Buffer.from(unit);
      if (type === PPS) this.pps = Buffer.from(unit);
    }
  }

  /** Both are known. */
  get complete(): boolean {
    return this.sps !== null && this.pps !== null;
  }

  /** `sprop-parameter-sets` and `profile-level-id`; null until both are known. */
  fmtp(): string | null {
    if (this.sps === null || this.pps === null) return null;
    const profile = this.sps.subarray(1, 4).toString('hex');
    const sets = `${this.sps.toString('base64')},${this.pps.toString('base64')}`;
    return `packetization-mode=1; sprop-parameter-sets=${sets}; profile-level-id=${profile}`;
  }
}
