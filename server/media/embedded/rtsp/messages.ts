/** RTSP over one TCP connection: requests, and RTP packets interleaved with them (RFC 2326, 10.12). */

/** One request; names of headers in lower case. */
export interface RtspRequest {
  method: string;
  url: string;
  headers: Map<string, string>;
  body: string;
}

/** What comes out of the byte stream. */
export type RtspInput = { request: RtspRequest } | { channel: number; packet: Buffer };

const maxHead = 16 * 1024;
const maxBody = 64 * 1024;

/** Cuts a byte stream into requests and packets. @throws Error when it is neither */
export class RtspParser {
  private buffer: Buffer = Buffer.alloc(0);

  *push(data: Buffer): Generator<RtspInput> {
    this.buffer = this.buffer.length === 0 ? data : Buffer.concat([this.buffer, data]);
    for (;;) {
      const input = this.next();
      if (input === null) return;
      yield input;
    }
  }

  private next(): RtspInput | null {
    const { buffer } = this;
    if (buffer.length < 4) return null;
    if (buffer[0] === 0x24) {
      const end = 4 + buffer.readUInt16BE(2);
      if (buffer.length < end) return null;
      this.buffer = buffer.subarray(end);
      // A copy: readers keep the packet longer than the connection keeps its buffer.
      return { channel: buffer.readUInt8(1), packet: Buffer.from(buffer.subarray(4, end)) };
    }
    const headEnd = buffer.indexOf('\r\n\r\n');
    if (headEnd < 0) {
      if (buffer.length > maxHead) throw new Error('the head of a request is too long');
      return null;
    }
    const [first = '', ...lines] = buffer.subarray(0, headEnd).toString('utf8').split('\r\n');
    const match = /^([A-Z_]{3,20}) (\S+) RTSP\/1\.0$/.exec(first);
    if (match === null || headEnd > maxHead) throw new Error('not an RTSP request');
    const headers = new Map(
      lines.map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()] as const;
      }),
    );
    const length = Number(headers.get('content-length') ?? 0);
    if (!Number.isInteger(length) || length < 0 || length > maxBody)
      throw new Error('a body of a wrong size');
    const end = headEnd + 4 + length;
    if (buffer.length < end) return null;
    const body = buffer.subarray(headEnd + 4, end).toString('utf8');
    this.buffer = buffer.subarray(end);
    return { request: { method: match[1] ?? '', url: match[2] ?? '', headers, body } };
  }
}

/** One interleaved packet. */
export function interleaved(channel: number, packet: Buffer): Buffer {
  const head = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]);
  return Buffer.concat([head, packet]);
}
