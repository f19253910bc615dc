/** node-media-server's RTMP protocol with limits: its own server dies of a malformed `connect`. */
import Rtmp from 'node-media-server/src/protocol/rtmp.js';

/** A keyframe of a phone has at most some hundred KB. */
const maxMessage = 4 * 1024 * 1024;
/** Clients use five or six. */
const maxChunkStreams = 32;

/** Input that no RTMP client would send. It ends its connection and nothing else. */
export class RtmpError extends Error {}

export interface RtmpHandlers {
  output(data: Buffer): void;
  /** @param name app and stream as the client wrote them, with their query */
  publish(name: string): void;
  play(name: string): void;
  media(type: number, timestamp: number, payload: Buffer): void;
  deleteStream(): void;
}

export class GuardedRtmp extends Rtmp {
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
    if (this.ackSize && this.received - this.acknowledged >= this.ackSize) {
      this.acknowledged = this.received;
      this.sendACK(this.received % 0x1_0000_0000);
    }
  }

  override packetAlloc(): void {
    if (this.parserPacket.header.length > maxMessage) throw new RtmpError('a message is too large');
    if (this.inPackets.size > maxChunkStreams) throw new RtmpError('too many chunk streams');
    super.packetAlloc();
  }

  override controlHandler(): void {
    super.controlHandler();
    if (!(this.inChunkSize >= 1 && this.inChunkSize <= 0xffffff)) throw new RtmpError('a wrong chunk size');
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
