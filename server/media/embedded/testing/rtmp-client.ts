/** An RTMP client for tests that does what no real one does: stops reading, sends what it likes, never finishes. */
import { connect, type Socket } from 'node:net';
import { waitFor } from '../../../../tests/tools/wait.ts';

/** C0, C1 and C2. */
export const handshake = Buffer.concat([Buffer.from([3]), Buffer.alloc(1536, 1), Buffer.alloc(1536, 2)]);

const numberOne = Buffer.from([0, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]);
const nothing = Buffer.from([5]);

/** An AMF0 string. */
export function amfText(value: string): Buffer {
  return Buffer.concat([Buffer.from([2, 0, value.length]), Buffer.from(value)]);
}

/** A `connect` command with this URL. */
export function connectCommand(tcUrl: string, app = 'x'): Buffer {
  const property = (name: string, value: Buffer) =>
    Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), value]);
  const object = [Buffer.from([3]), property('app', amfText(app)), property('tcUrl', amfText(tcUrl))];
  return Buffer.concat([amfText('connect'), numberOne, ...object, Buffer.from([0, 0, 9])]);
}

/** A command with its number and nothing more. */
export function command(name: string, ...values: Buffer[]): Buffer {
  return Buffer.concat([amfText(name), numberOne, ...values]);
}

/** What a message's header says. */
export interface ChunkHeader {
  /** Chunk stream, 2 to 63. */
  chunkStream?: number;
  /** As the header claims; the payload may be shorter. */
  length?: number;
  /** The message stream. */
  stream?: number;
}

/** A message in one chunk with a header of type 0. The default chunk size is 128 bytes. */
export function chunk(type: number, payload: Buffer, header: ChunkHeader = {}): Buffer {
  const { chunkStream = 3, length = payload.length, stream = 0 } = header;
  const head = Buffer.alloc(12);
  head[0] = chunkStream;
  head.writeUIntBE(length, 4, 3);
  head[7] = type;
  head.writeUInt32LE(stream, 8);
  return Buffer.concat([head, payload]);
}

/** From here on the client's chunks may have this many bytes. */
export function chunkSize(bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return chunk(1, payload, { chunkStream: 2 });
}

/** An H.264 sequence header: a 640x480 baseline stream's. */
export const videoHeader = Buffer.from([
  ...[0x17, 0, 0, 0, 0, 1, 0x42, 0xc0, 0x1e, 0xff, 0xe1, 0, 4, 0x67, 0x42, 0xc0, 0x1e],
  ...[1, 0, 2, 0x68, 0xce],
]);
/** AAC-LC, 44.1 kHz, stereo. */
export const audioHeader = Buffer.from([0xaf, 0, 0x12, 0x10]);

/** A keyframe's tag of this size. */
export function keyframe(bytes: number): Buffer {
  const tag = Buffer.alloc(bytes, 0x55);
  tag.set([0x17, 1, 0, 0, 0]);
  return tag;
}

/** One connection. */
export class RtmpClient {
  private received = '';
  private ended = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (data) => {
      // The answers come first; pictures follow.
      if (this.received.length < 65_536) this.received += data.toString('latin1');
    });
    // A reset is one of the ways in which a server ends a connection.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.ended = true;
    });
  }

  /** Connects and sends these bytes. It never ends the connection itself. */
  static open(port: number, ...chunks: Buffer[]): Promise<RtmpClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        const client = new RtmpClient(socket);
        client.send(...chunks);
        resolve(client);
      });
    });
  }

  /** Publishes this path; resolves when the server allowed it. */
  static async publish(port: number, path: string, key: string): Promise<RtmpClient> {
    const client = await RtmpClient.begin(port, path, key, 'publish');
    client.send(chunkSize(0xffffff));
    return client;
  }

  /** Plays this path; resolves when the server allowed it. */
  static play(port: number, path: string, key: string): Promise<RtmpClient> {
    return RtmpClient.begin(port, path, key, 'play');
  }

  private static async begin(port: number, path: string, key: string, verb: string): Promise<RtmpClient> {
    const [app = '', name = ''] = path.split('/');
    const what = command(verb, nothing, amfText(`${name}?token=${key}`));
    const client = await RtmpClient.open(
      port,
      handshake,
      chunkSize(4096),
      chunk(20, connectCommand(`rtmp://127.0.0.1:${port}/${app}`, app)),
      chunk(20, command('createStream', nothing)),
      chunk(20, what, { stream: 1 }),
    );
    const allowed = verb === 'publish' ? 'NetStream.Publish.Start' : 'NetStream.Play.Start';
    await waitFor(allowed, () => {
      if (client.endedByServer) return true;
      return client.received.includes(allowed);
    });
    if (!client.received.includes(allowed)) throw new Error('refused');
    return client;
  }

  send(...chunks: Buffer[]): void {
    for (const each of chunks) this.socket.write(each);
  }

  /** Sends one message of media. */
  media(type: number, payload: Buffer): void {
    this.send(chunk(type, payload, { chunkStream: type === 9 ? 6 : 4, stream: 1 }));
  }

  /** Reads nothing from here on. */
  stopReading(): void {
    this.socket.pause();
  }

  /** Whether the server ended the connection. */
  get endedByServer(): boolean {
    return this.ended || this.socket.readableEnded;
  }

  /** Resolves when the server ends the connection. @throws Error when it does not */
  untilEnded(): Promise<boolean> {
    return waitFor('the server ends the connection', () => this.endedByServer);
  }

  close(): void {
    this.socket.destroy();
  }
}
