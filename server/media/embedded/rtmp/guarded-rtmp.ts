/** node-media-server's RTMP protocol with limits: its own server dies of a malformed `connect`. */
import { decodeAmf0Cmd } from 'node-media-server/src/protocol/amf.js';
import Rtmp from 'node-media-server/src/protocol/rtmp.js';

/** Bytes of one message, and of the buffers of all chunk streams of a connection together. */
interface Sizes {
  message: number;
  held: number;
}

/** Commands have some hundred bytes. Anybody on the LAN may send them. */
const sizesOfCommands: Sizes = { message: 64 * 1024, held: 128 * 1024 };
/** A keyframe of a phone has at most some hundred KB. */
const sizesOfMedia: Sizes = { message: 4 * 1024 * 1024, held: 8 * 1024 * 1024 };
/** Of the library: C2 was received. */
const handshakeDone = 3;
/** A command in AMF3's envelope: one byte before it. */
const flexMessage = 17;
/** Clients use five or six. */
const maxChunkStreams = 32;

/** Input that no RTMP client would send. It ends its connection and nothing else. */
export class RtmpError extends Error {}

/** What a connection does with what its client says. */
export interface RtmpHandlers {
  output(data: Buffer): void;
  /** @param name app and stream as the client wrote them, with their query */
  publish(name: string): void;
  play(name: string): void;
  media(type: number, timestamp: number, payload: Buffer): void;
  deleteStream(): void;
}

/** The protocol's state of one connection. Whatever `push` throws must end the connection. */
export class GuardedRtmp extends Rtmp {
  private sizes = sizesOfCommands;
  private started = false;
  private received = 0;
  private acknowledged = 0;

  constructor(private readonly handlers: RtmpHandlers) {
    super();
    this.onOutputCallback = (data) => handlers.output(data);
  }

  /** @throws RtmpError, or whatever a malformed message makes the parser throw */
  push(data: Buffer): void {
    if (!this.started && data[0] !== 3) throw new RtmpError('not RTMP');
    this.started = true;
    this.received += data.length;
    const problem = this.parserData(data);
    if (problem !== null) throw new RtmpError(problem);
    if (this.sizes === sizesOfCommands && this.handshakeState === handshakeDone) {
      // A client's commands are many small writes: its kernel holds each one back until ours acknowledges the one
      // before, which ours does after 40 ms, or at once with the next thing that we send.
      this.sendACK(this.received % 0x1_0000_0000);
    }
    if (this.ackSize && this.received - this.acknowledged >= this.ackSize) {
      this.acknowledged = this.received;
      this.sendACK(this.received % 0x1_0000_0000);
    }
  }

  /** The client may publish: from here on its messages may be as large as pictures are. */
  allowMedia(): void {
    this.sizes = sizesOfMedia;
  }

  override packetAlloc(): void {
    const { header, capacity } = this.parserPacket;
    if (header.length > this.sizes.message) throw new RtmpError('a message is too large');
    if (this.inPackets.size > maxChunkStreams) throw new RtmpError('too many chunk streams');
    if (header.length > capacity) {
      let held = header.length;
      for (const packet of this.inPackets.values()) held += packet.capacity;
      if (held - capacity > this.sizes.held) throw new RtmpError('too many unfinished messages');
    }
    super.packetAlloc();
  }

  override controlHandler(): void {
    super.controlHandler();
    if (!(this.inChunkSize >= 1 && this.inChunkSize <= 0xffffff)) throw new RtmpError('a wrong chunk size');
  }

  override invokeHandler(): void {
    const { header, payload } = this.parserPacket;
    const command = payload.subarray(header.type === flexMessage ? 1 : 0, header.length);
    if (typeof decodeAmf0Cmd(command).cmd !== 'string') throw new RtmpError('a command without a name');
    super.invokeHandler();
  }

  override dataHandler(): void {
    const { header, clock, payload } = this.parserPacket;
    // A copy: the parser writes the next message of this chunk stream into the same buffer.
    this.handlers.media(header.type, clock, Buffer.from(payload.subarray(0, header.length)));
  }

  override onPublish(message: { streamName?: unknown }): void {
    this.handlers.publish(this.nameOf(message));
  }

  override onPlay(message: { streamName?: unknown }): void {
    this.handlers.play(this.nameOf(message));
  }

  override onDeleteStream(): void {
    this.handlers.deleteStream();
  }

  private nameOf({ streamName }: { streamName?: unknown }): string {
    if (typeof this.streamApp !== 'string' || typeof streamName !== 'string') {
      throw new RtmpError('a stream without a name');
    }
    this.streamId = this.parserPacket.header.stream_id;
    // The answer repeats the name, which must not hold the key.
    this.streamName = streamName.split('?')[0] ?? '';
    const [app = '', appQuery] = this.streamApp.split('?');
    this.streamApp = app;
    const query = appQuery === undefined || streamName.includes('?') ? '' : `?${appQuery}`;
    return `${app.replace(/\/$/, '')}/${streamName}${query}`;
  }
}
