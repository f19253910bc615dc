/** The picture since its last keyframe, for readers that come in between: some publishers cannot be asked for one. */
import { beginsKeyframe } from '../rtp/h264.ts';

/** A phone's 5 s between keyframes at 2 Mbit/s are 1.3 MB and 1100 packets. */
const maxPackets = 8192;
const maxBytes = 8 * 1024 * 1024;
/** Between two cached pictures, in ticks of the 90 kHz clock: 1 ms. */
const step = 90;

function timestampOf(packet: Buffer): number {
  return packet.readUInt32BE(4);
}

/** RTP packets with H.264, in the order in which they came. */
export class PictureCache {
  private packets: Buffer[] = [];
  private bytes = 0;
  private keyframe = -1;

  /** @param payload of the same packet */
  push(packet: Buffer, payload: Buffer): void {
    // A keyframe has several packets that could begin one, all with its timestamp.
    if (beginsKeyframe(payload) && timestampOf(packet) !== this.keyframe) {
      this.drop();
      this.keyframe = timestampOf(packet);
    }
    if (this.keyframe < 0) return;
    this.packets.push(packet);
    this.bytes += packet.length;
    // Without its keyframe the rest is of no use: a reader then waits for the next one.
    if (this.packets.length > maxPackets || this.bytes > maxBytes) this.drop();
  }

  /**
   * Copies for a reader that begins now. Their timestamps are drawn together to just before the newest: a browser
   * would otherwise show the old pictures at the speed at which they were taken, and stay that much behind.
   */
  replay(): Buffer[] {
    const last = this.packets.at(-1);
    if (last === undefined) return [];
    const pictures = [...new Set(this.packets.map(timestampOf))];
    const newest = timestampOf(last);
    const drawn = new Map(
      pictures.map((timestamp, index) => [
        timestamp,
        (newest - (pictures.length - 1 - index) * step + 0x1_0000_0000) % 0x1_0000_0000,
      ]),
    );
    return this.packets.map((packet) => {
      const copy = Buffer.from(packet);
      copy.writeUInt32BE(drawn.get(timestampOf(packet)) ?? newest, 4);
      return copy;
    });
  }

  private drop(): void {
    this.packets = [];
    this.bytes = 0;
    this.keyframe = -1;
  }
}
