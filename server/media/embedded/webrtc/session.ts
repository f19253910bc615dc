/** One WHIP publisher or WHEP reader. */
import { randomInt, randomUUID } from 'node:crypto';
import {
  Audio,
  PeerConnection,
  RtcpNackResponder,
  RtcpReceivingSession,
  type Track,
  Video,
} from 'node-datachannel';
import type { EngineContext } from '../context.ts';
import { messageOf } from '../log.ts';
import { RtpStream, type TrackKind } from '../paths/rtp-stream.ts';
import { peerOf, type Session } from '../sessions.ts';
import { type OfferedTrack, parseOffer, withCandidates, withoutTransportCc } from './offer.ts';

/** A publisher that sends nothing for this long has vanished, ms; ICE itself would notice after 30 s. */
const silenceLimit = 8000;
/** Until connected, ms. */
const connectLimit = 10_000;
const gatherLimit = 2000;
/** What the doctor's browser may send, bit/s. */
const bitrate = 2_500_000;
const bitrateInterval = 5000;

function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

export class WebRtcSession implements Session {
  readonly id = randomUUID();
  readonly kind = 'webrtcsessions';
  readonly created = new Date();
  /** In the session's URL: whoever knows it may end the session. */
  readonly secret = randomUUID();
  state: Session['state'] = 'idle';
  bytesReceived = 0;
  bytesSent = 0;
  private readonly peer = peerOf(this);
  private readonly connection: PeerConnection;
  private readonly tracks = new Map<TrackKind, Track>();
  private readonly timers: ReturnType<typeof setInterval>[] = [];
  private leave: (() => void) | null = null;
  private stream: RtpStream | null = null;
  private lastPacket = Date.now();
  private closed = false;

  /**
   * @param offer the browser's SDP
   * @throws OfferError, or the library's error for an SDP that it cannot read
   */
  constructor(
    private readonly context: EngineContext,
    readonly role: 'publish' | 'read',
    readonly path: string,
    readonly remoteAddr: string,
    private readonly offer: string,
    private readonly onClose: (session: WebRtcSession) => void,
  ) {
    const offered = parseOffer(offer);
    const { port } = context.configuration.ice;
    this.connection = new PeerConnection(this.id, {
      iceServers: [],
      enableIceUdpMux: true,
      portRangeBegin: port,
      portRangeEnd: port,
      disableAutoNegotiation: true,
    });
    context.sessions.add(this);
    try {
      this.connection.onStateChange((state) => this.stateChanged(state));
      for (const track of offered) this.add(track);
      if (role === 'publish') this.preparePublishing(offered);
    } catch (error) {
      this.close(messageOf(error));
      throw error;
    }
  }

  /** @returns the answer, with our addresses. @throws Error when the library makes none */
  async answer(): Promise<string> {
    const gathered = new Promise<void>((resolve) => {
      this.connection.onGatheringStateChange((state) => {
        if (state === 'complete') resolve();
      });
      // Our candidates are put in by hand: what the library finds is of no use, so nobody waits long for it.
      setTimeout(resolve, gatherLimit);
    });
    try {
      this.connection.setRemoteDescription(withoutTransportCc(this.offer), 'offer');
      this.connection.setLocalDescription('answer');
      await gathered;
      const description = this.connection.localDescription();
      if (description === null) throw new Error('no answer');
      this.timers.push(
        setTimeout(() => {
          if (this.state === 'idle') this.close('deadline exceeded while waiting for the connection');
        }, connectLimit),
      );
      const { additionalHosts, ice } = this.context.configuration;
      return withCandidates(description.sdp, additionalHosts, ice.port);
    } catch (error) {
      this.close(messageOf(error));
      throw error;
    }
  }

  close(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    this.context.log('INF', `[WebRTC] [session ${this.id}] closed: ${reason}`);
    for (const timer of this.timers) clearInterval(timer);
    this.context.sessions.remove(this);
    this.leave?.();
    this.context.paths.find(this.path)?.readers.delete(this.id);
    if (this.stream !== null) this.context.paths.unpublish(this.path, this.id);
    this.connection.close();
    this.onClose(this);
  }

  private add(offered: OfferedTrack): void {
    const { kind, mid, payloadType, codec, fmtp } = offered;
    const direction = this.role === 'publish' ? 'RecvOnly' : 'SendOnly';
    const media = kind === 'video' ? new Video(mid, direction) : new Audio(mid, direction);
    if (media instanceof Video) {
      if (codec === 'VP8') media.addVP8Codec(payloadType);
      else media.addH264Codec(payloadType, fmtp ?? undefined);
    } else media.addOpusCodec(payloadType, fmtp ?? undefined);
    const ssrc = randomInt(1, 0x7fff_ffff);
    if (this.role === 'read') media.addSSRC(ssrc, 'consultbox', 'consultbox', kind);
    const track = this.connection.addTrack(media);
    this.tracks.set(kind, track);
    if (this.role === 'publish') {
      track.setMediaHandler(new RtcpReceivingSession());
      track.onMessage((packet) => this.received(kind, packet));
      return;
    }
    track.setMediaHandler(new RtcpNackResponder());
    track.onOpen(() => this.startReading(kind, offered, ssrc));
  }

  private preparePublishing(offered: OfferedTrack[]): void {
    this.stream = new RtpStream(
      offered.map(({ kind, codec, payloadType, rtpmap }) => ({
        kind,
        codec,
        payloadType,
        rtpmap,
        fmtp: null,
      })),
      () => this.context.log('INF', `[WebRTC] [session ${this.id}] is publishing to path '${this.path}'`),
      () => void this.openTrack('video')?.requestKeyframe(),
    );
  }

  private openTrack(kind: TrackKind): Track | undefined {
    const track = this.tracks.get(kind);
    return !this.closed && track?.isOpen() ? track : undefined;
  }

  private received(kind: TrackKind, packet: Buffer): void {
    if (this.closed) return;
    this.lastPacket = Date.now();
    this.bytesReceived += packet.length;
    if (isRtcp(packet)) this.stream?.pushRtcp(kind, packet);
    else this.stream?.push(kind, packet);
  }

  private readonly readers = new Map<TrackKind, { offered: OfferedTrack; ssrc: number; track: Track }>();

  private startReading(kind: TrackKind, offered: OfferedTrack, ssrc: number): void {
    const track = this.tracks.get(kind);
    if (track !== undefined) this.readers.set(kind, { offered, ssrc, track });
  }

  private send(kind: TrackKind, packet: Buffer, rtcp: boolean): void {
    const reader = this.readers.get(kind);
    if (this.closed || reader === undefined || !reader.track.isOpen()) return;
    // A copy: other readers have other numbers.
    const own = Buffer.from(packet);
    if (!rtcp) own.writeUInt8((own.readUInt8(1) & 0x80) | reader.offered.payloadType, 1);
    own.writeUInt32BE(reader.ssrc, rtcp ? 4 : 8);
    this.bytesSent += own.length;
    try {
      reader.track.sendMessageBinary(rtcp ? own.subarray(0, 28) : own);
    } catch (error) {
      // The connection ended between two packets; its state change follows.
      this.context.log('DEB', `[WebRTC] [session ${this.id}] ${messageOf(error)}`);
    }
  }

  private stateChanged(state: string): void {
    if (this.closed) return;
    if (state === 'connected' && this.state === 'idle') this.connected();
    if (state === 'failed' || state === 'closed' || state === 'disconnected') this.close(`peer ${state}`);
  }

  private connected(): void {
    const { paths, log } = this.context;
    if (this.role === 'publish' && this.stream !== null) {
      this.state = 'publish';
      this.lastPacket = Date.now();
      paths.publish(this.path, this.peer, this.stream);
      const limit = () => void this.openTrack('video')?.requestBitrate(bitrate);
      limit();
      this.timers.push(
        setInterval(limit, bitrateInterval),
        setInterval(() => {
          if (Date.now() - this.lastPacket > silenceLimit) this.close('no packets any more');
        }, 1000),
      );
      return;
    }
    const stream = paths.find(this.path)?.stream;
    if (stream?.kind !== 'rtp') {
      this.close(`no one is publishing to path '${this.path}'`);
      return;
    }
    this.state = 'read';
    paths.read(this.path, this.peer);
    this.leave = stream.addReader({
      rtp: (kind, packet) => this.send(kind, packet, false),
      rtcp: (kind, packet) => this.send(kind, packet, true),
    });
    log('INF', `[WebRTC] [session ${this.id}] is reading from path '${this.path}'`);
  }
}
