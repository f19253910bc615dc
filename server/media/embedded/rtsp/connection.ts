/** One RTSP client: our own FFmpeg, reading what a browser publishes or publishing what a page reads. */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { plainAddress } from '../authorisation.ts';
import type { EngineContext } from '../context.ts';
import { messageOf } from '../log.ts';
import { isPathName, splitQuery } from '../paths/name.ts';
import { RtpStream } from '../paths/rtp-stream.ts';
import { peerOf, type Session } from '../sessions.ts';
import { UnreadGuard } from '../unread.ts';
import { interleaved, RtspParser, type RtspRequest } from './messages.ts';
import { type AnnouncedTrack, describe, parseAnnounce } from './sdp.ts';

/** Requests that wait for the answer to the one before; a client waits itself. */
const maxWaiting = 16;

class RtspError extends Error {
  constructor(
    readonly status: string,
    message: string,
  ) {
    super(message);
  }
}

/** In the registry of sessions from its first byte to its close. */
export class RtspConnection implements Session {
  readonly id = randomUUID();
  readonly kind = 'rtspsessions';
  readonly created = new Date();
  readonly remoteAddr: string;
  path = '';
  state: Session['state'] = 'idle';
  bytesReceived = 0;
  bytesSent = 0;
  private readonly parser = new RtspParser();
  private readonly peer = peerOf(this);
  private announced: AnnouncedTrack[] = [];
  /** RTP channel → number of the track. */
  private readonly channels = new Map<number, number>();
  private readonly reader: UnreadGuard;
  private readonly handshakeTimer: ReturnType<typeof setTimeout>;
  private waiting = 0;
  private stream: RtpStream | null = null;
  private leave: (() => void) | null = null;
  private queue: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly socket: Socket,
    private readonly context: EngineContext,
  ) {
    const { limits } = context;
    this.reader = new UnreadGuard(socket, limits);
    this.handshakeTimer = setTimeout(() => {
      if (this.state === 'idle') this.close('did not say what it wants');
    }, limits.handshake);
    this.remoteAddr = `${plainAddress(socket.remoteAddress)}:${socket.remotePort}`;
    socket.setNoDelay(true);
    socket.setTimeout(limits.idle, () => this.close('idle'));
    // Never a string: no encoding is set.
    socket.on('data', (data) => this.received(data as Buffer));
    socket.on('error', (error) => this.close(error.message));
    socket.on('close', () => this.close('closed by the client'));
    context.sessions.add(this);
  }

  close(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.handshakeTimer);
    this.context.log('INF', `[RTSP] [session ${this.id}] closed: ${reason}`);
    this.context.sessions.remove(this);
    this.leave?.();
    this.context.paths.find(this.path)?.readers.delete(this.id);
    if (this.state === 'publish') this.context.paths.unpublish(this.path, this.id);
    // At once: this machine's own FFmpeg has read its answer, or does not read at all.
    this.socket.destroy();
  }

  private received(data: Buffer): void {
    if (this.closed) return;
    this.bytesReceived += data.length;
    try {
      for (const input of this.parser.push(data)) {
        if ('packet' in input) this.packet(input.channel, input.packet);
        else this.enqueue(input.request);
      }
    } catch (error) {
      this.close(messageOf(error));
    }
  }

  /** One after the other: an answer may have to wait for an authorisation. */
  private enqueue(request: RtspRequest): void {
    this.waiting += 1;
    if (this.waiting > maxWaiting) throw new Error('does not wait for answers');
    this.queue = this.queue
      .then(() => this.answer(request))
      .finally(() => {
        this.waiting -= 1;
      });
  }

  private packet(channel: number, packet: Buffer): void {
    const track = this.announced[this.channels.get(channel & 0xfe) ?? -1];
    if (this.state !== 'publish' || track === undefined) return;
    if ((channel & 1) === 0) this.stream?.push(track.kind, packet);
    else this.stream?.pushRtcp(track.kind, packet);
  }

  private async answer(request: RtspRequest): Promise<void> {
    if (this.closed) return;
    try {
      await this.handle(request);
    } catch (error) {
      const status = error instanceof RtspError ? error.status : '400 Bad Request';
      this.respond(request, status);
      this.close(messageOf(error));
    }
  }

  private async handle(request: RtspRequest): Promise<void> {
    switch (request.method) {
      case 'OPTIONS':
        return this.respond(request, '200 OK', {
          Public: 'DESCRIBE, ANNOUNCE, SETUP, PLAY, RECORD, GET_PARAMETER, TEARDOWN',
        });
      case 'GET_PARAMETER':
        return this.respond(request, '200 OK');
      case 'ANNOUNCE':
        await this.authorise(request.url, 'publish');
        this.announced = parseAnnounce(request.body);
        return this.respond(request, '200 OK');
      case 'DESCRIBE': {
        await this.authorise(request.url, 'read');
        const stream = await this.readable();
        const base = request.url.split('?')[0] ?? request.url;
        return this.respond(
          request,
          '200 OK',
          { 'Content-Base': `${base}/`, 'Content-Type': 'application/sdp' },
          describe(stream),
        );
      }
      case 'SETUP':
        return this.setup(request);
      case 'RECORD':
        return this.record(request);
      case 'PLAY':
        return this.play(request);
      case 'TEARDOWN':
        this.respond(request, '200 OK');
        return this.close('torn down');
      default:
        throw new RtspError('405 Method Not Allowed', `method ${request.method}`);
    }
  }

  private async authorise(url: string, action: 'publish' | 'read'): Promise<void> {
    if (!URL.canParse(url)) throw new RtspError('400 Bad Request', 'not a URL');
    const { pathname, search } = new URL(url);
    const { name, query, token } = splitQuery(pathname + search);
    if (!isPathName(name)) throw new RtspError('400 Bad Request', 'not a path name');
    const ip = plainAddress(this.socket.remoteAddress);
    const allowed = await this.context.authorisation.authorise({
      ...{ ip, token, action, path: name, protocol: 'rtsp', id: this.id, query },
    });
    if (!allowed) throw new RtspError('401 Unauthorized', 'not authorised');
    this.path = name;
  }

  /** The stream to be read, a little later if it is just coming. */
  private async readable(): Promise<RtpStream> {
    const { paths, limits } = this.context;
    const stream = await paths.whenReady(this.path, limits.patience, () => this.closed);
    if (stream?.kind === 'rtp') return stream;
    throw new RtspError('404 Not Found', `no one is publishing to path '${this.path}'`);
  }

  private setup(request: RtspRequest): void {
    if (this.path === '') throw new RtspError('455 Method Not Valid in This State', 'SETUP first');
    const transport = request.headers.get('transport') ?? '';
    const channel = Number(/interleaved=(\d+)-\d+/.exec(transport)?.[1] ?? this.channels.size * 2);
    const track = Number(/(?:trackID|streamid)=(\d+)$/.exec(request.url)?.[1] ?? -1);
    if (!transport.includes('TCP') || track < 0 || track > 8 || channel > 254) {
      throw new RtspError('461 Unsupported Transport', 'only RTP over this TCP connection');
    }
    // FFmpeg numbers its tracks in the order of its announcement; ours keep the first of each kind.
    const index = this.announced.findIndex((each) => each.control.endsWith(`=${track}`));
    this.channels.set(channel & 0xfe, this.announced.length > 0 ? index : track);
    this.respond(request, '200 OK', {
      Transport: `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`,
    });
  }

  private record(request: RtspRequest): void {
    if (this.announced.length === 0)
      throw new RtspError('455 Method Not Valid in This State', 'ANNOUNCE first');
    const { context, path } = this;
    this.stream = new RtpStream(
      this.announced,
      () => context.log('INF', `[RTSP] [session ${this.id}] is publishing to path '${path}'`),
      null,
    );
    this.state = 'publish';
    context.paths.publish(path, this.peer, this.stream);
    this.respond(request, '200 OK');
  }

  private async play(request: RtspRequest): Promise<void> {
    const stream = await this.readable();
    if (this.closed) return;
    this.state = 'read';
    this.context.paths.read(this.path, this.peer);
    this.respond(request, '200 OK', { Range: 'npt=0-' });
    const channelOf = new Map(
      [...this.channels].map(([channel, track]) => [stream.tracks[track]?.kind, channel]),
    );
    const send = (kind: 'video' | 'audio', packet: Buffer, offset: number) => {
      const channel = channelOf.get(kind);
      if (channel !== undefined) this.write(interleaved(channel + offset, packet));
    };
    this.leave = stream.addReader({
      rtp: (kind, packet) => send(kind, packet, 0),
      rtcp: (kind, packet) => send(kind, packet, 1),
    });
    this.socket.setTimeout(0);
    this.context.log('INF', `[RTSP] [session ${this.id}] is reading from path '${this.path}'`);
  }

  private respond(
    request: RtspRequest,
    status: string,
    headers: Record<string, string> = {},
    body = '',
  ): void {
    const lines = [
      `RTSP/1.0 ${status}`,
      `CSeq: ${request.headers.get('cseq') ?? '0'}`,
      `Session: ${this.id.replaceAll('-', '')};timeout=60`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    ];
    this.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`));
  }

  private write(data: Buffer): void {
    if (this.closed) return;
    this.bytesSent += data.length;
    const problem = this.reader.write(data);
    if (problem !== null) this.close(problem);
  }
}
