/** One RTMP client: a phone that pushes or plays, or our own FFmpeg. */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import Rtmp from 'node-media-server/src/protocol/rtmp.js';
import { isLoopback, plainAddress } from '../authorisation.ts';
import type { EngineContext } from '../context.ts';
import { messageOf } from '../log.ts';
import { FLV_AUDIO, FLV_DATA, FLV_VIDEO, FlvStream, type FlvTag } from '../paths/flv-stream.ts';
import { isPathName, splitQuery } from '../paths/name.ts';
import { peerOf, type Session } from '../sessions.ts';
import { UnreadGuard } from '../unread.ts';
import { GuardedRtmp, RtmpError } from './guarded-rtmp.ts';

/** What an answer gets to leave before the socket is destroyed, ms. */
const farewell = 1000;
/** Answers to somebody who may not read yet have some KB. */
const unreadAnswers = 64 * 1024;

/** In the registry of sessions from its first byte to its close. */
export class RtmpConnection implements Session {
  readonly id = randomUUID();
  readonly kind = 'rtmpconns';
  readonly created = new Date();
  readonly remoteAddr: string;
  path = '';
  state: Session['state'] = 'idle';
  bytesReceived = 0;
  bytesSent = 0;
  private readonly ip: string;
  private readonly rtmp: GuardedRtmp;
  private readonly peer = peerOf(this);
  private readonly handshakeTimer: ReturnType<typeof setTimeout>;
  private reader: UnreadGuard;
  private stream: FlvStream | null = null;
  private leave: (() => void) | null = null;
  private asked = false;
  private closed = false;

  constructor(
    private readonly socket: Socket,
    private readonly context: EngineContext,
  ) {
    const { limits } = context;
    this.reader = new UnreadGuard(socket, { ...limits, unread: Math.min(limits.unread, unreadAnswers) });
    this.ip = plainAddress(socket.remoteAddress);
    this.remoteAddr = `${this.ip}:${socket.remotePort}`;
    this.rtmp = new GuardedRtmp({
      output: (data) => this.write(data),
      publish: (name) => void this.publish(name).catch((error) => this.close(messageOf(error))),
      play: (name) => void this.play(name).catch((error) => this.close(messageOf(error))),
      media: (type, timestamp, payload) => this.media(type, timestamp, payload),
      deleteStream: () => this.close('ended by the client'),
    });
    this.handshakeTimer = setTimeout(() => {
      if (this.state === 'idle') this.close('did not say what it wants');
    }, limits.handshake);
    socket.setNoDelay(true);
    socket.setTimeout(limits.idle, () => this.close('idle'));
    // Never a string: no encoding is set.
    socket.on('data', (data) => this.received(data as Buffer));
    socket.on('error', (error) => this.close(error.message));
    socket.on('close', () => this.close('closed by the client'));
    context.sessions.add(this);
  }

  close(reason: string): void {
    this.end(reason, 'politely');
  }

  /** @param how politely: what was written may leave first; at once: the client does not read, or means no good */
  private end(reason: string, how: 'politely' | 'at once'): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.handshakeTimer);
    this.context.log('INF', `[RTMP] [conn ${this.remoteAddr}] closed: ${reason}`);
    this.context.sessions.remove(this);
    this.leave?.();
    this.context.paths.find(this.path)?.readers.delete(this.id);
    if (this.state === 'publish') this.context.paths.unpublish(this.path, this.id);
    if (how === 'at once') {
      // A reset: what is left in the kernel goes too, nobody will fetch it.
      this.socket.resetAndDestroy();
      return;
    }
    this.socket.end();
    const timer = setTimeout(() => this.socket.destroy(), farewell);
    this.socket.once('close', () => clearTimeout(timer));
  }

  private received(data: Buffer): void {
    if (this.closed) return;
    this.bytesReceived += data.length;
    try {
      this.rtmp.push(data);
    } catch (error) {
      this.end(`malformed input: ${messageOf(error)}`, 'at once');
    }
  }

  private async authorise(name: string, action: 'publish' | 'read'): Promise<string | null> {
    // The second command of a connection would open a second stream in it, which nobody does.
    if (this.asked) throw new Error('a second stream in one connection');
    this.asked = true;
    const { name: path, query, token } = splitQuery(name);
    if (!isPathName(path)) throw new Error('not a path name');
    const allowed = await this.context.authorisation.authorise({
      ...{ ip: this.ip, token, action, path, protocol: 'rtmp', id: this.id, query },
    });
    if (this.closed) return null;
    if (allowed) return path;
    const code = action === 'publish' ? 'NetStream.Publish.BadName' : 'NetStream.Play.Failed';
    this.rtmp.sendStatusMessage(this.rtmp.streamId, 'error', code, 'authentication failed');
    this.close('authentication failed');
    return null;
  }

  private async publish(name: string): Promise<void> {
    const path = await this.authorise(name, 'publish');
    if (path === null) return;
    this.path = path;
    this.state = 'publish';
    this.stream = new FlvStream(() =>
      this.context.log('INF', `[RTMP] [conn ${this.remoteAddr}] is publishing to path '${path}'`),
    );
    this.rtmp.allowMedia();
    this.context.paths.publish(path, this.peer, this.stream);
    this.rtmp.respondPublish();
  }

  private async play(name: string): Promise<void> {
    const path = await this.authorise(name, 'read');
    if (path === null) return;
    const stream = await this.context.paths.whenReady(path, this.context.limits.patience, () => this.closed);
    if (this.closed) return;
    if (stream?.kind !== 'flv') {
      const message = `no one is publishing to path '${path}'`;
      this.rtmp.sendStatusMessage(this.rtmp.streamId, 'error', 'NetStream.Play.StreamNotFound', message);
      this.close(message);
      return;
    }
    this.path = path;
    this.state = 'read';
    this.reader = new UnreadGuard(this.socket, this.context.limits);
    this.context.paths.read(path, this.peer);
    this.rtmp.respondPlay();
    // A reader says nothing while it reads.
    this.socket.setTimeout(0);
    this.leave = stream.addReader((tag) => this.send(tag), isLoopback(this.ip));
    this.askForKeyframe(path);
    this.context.log('INF', `[RTMP] [conn ${this.remoteAddr}] is reading from path '${path}'`);
  }

  /** The phone's player begins at a keyframe, which the doctor's browser can be asked for. */
  private askForKeyframe(path: string): void {
    const origin = this.context.paths.find(path.replace(/_aac$/, ''))?.stream;
    if (origin?.kind === 'rtp') origin.requestKeyframe();
  }

  private media(type: number, timestamp: number, payload: Buffer): void {
    const { stream } = this;
    if (!this.asked) throw new RtmpError('media before a publish');
    if (stream === null) return;
    stream.bytesReceived += payload.length;
    if (type === FLV_AUDIO || type === FLV_VIDEO) stream.push({ type, timestamp, payload });
    else if (type === FLV_DATA) stream.setMetadata({ type, timestamp, payload });
  }

  private send(tag: FlvTag): void {
    tag.encoded ??= Rtmp.createMessage({
      codec_type: tag.type,
      size: tag.payload.length,
      dts: tag.timestamp,
      data: tag.payload,
    });
    this.write(tag.encoded);
  }

  private write(data: Buffer): void {
    if (this.closed) return;
    this.bytesSent += data.length;
    const problem = this.reader.write(data);
    if (problem !== null) this.end(problem, 'at once');
  }
}
