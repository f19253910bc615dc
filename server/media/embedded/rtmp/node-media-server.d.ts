/** The part of node-media-server's RTMP protocol class that is used; the package has no types. */
declare module 'node-media-server/src/protocol/amf.js' {
  /** @throws Error for most malformed input; an unknown type gives an object without a command */
  export function decodeAmf0Cmd(data: Buffer): { cmd?: unknown };
}

declare module 'node-media-server/src/protocol/rtmp.js' {
  export default class Rtmp {
    static createMessage(packet: { codec_type: number; size: number; dts: number; data: Buffer }): Buffer;
    parserPacket: {
      header: { fmt: number; cid: number; length: number; type: number; stream_id: number };
      clock: number;
      payload: Buffer;
      capacity: number;
    };
    inPackets: Map<number, { capacity: number }>;
    handshakeState: number;
    inChunkSize: number;
    ackSize?: number;
    streamApp: unknown;
    streamName: string;
    streamId: number;
    onOutputCallback: (buffer: Buffer) => void;
    parserData(data: Buffer): string | null;
    packetAlloc(): void;
    controlHandler(): void;
    invokeHandler(): void;
    dataHandler(): void;
    onPublish(message: { streamName?: unknown }): void;
    onPlay(message: { streamName?: unknown }): void;
    onDeleteStream(message: unknown): void;
    respondPublish(): void;
    respondPlay(): void;
    sendACK(size: number): void;
    sendStatusMessage(streamId: number, level: string, code: string, description: string): void;
  }
}
