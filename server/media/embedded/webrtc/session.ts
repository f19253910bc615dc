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
import { Pacer } from './pacer.ts';
import { Reports } from './reports.ts';

/** Between two looks for a client that has vanished, ms. */
const watchInterval = 500;
const gatherLimit = 2000;
/** What the doctor's browser may send, bit/s. */
const bitrate = 2_500_000;
const bitrateInterval = 5000;
/** Packets kept for a browser that misses some: a whole picture cache may go out at once. */
const kept = 2048;

/** One track that a reader gets. */
interface Sender {
  payloadType: number;
  ssrc: number;
  track: Track;
}

function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** From the offer to its end, in the registry of sessions all the while. */
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
  private readonly senders = new Map<TrackKind, Sender>();
  private readonly reports: Reports;
  private readonly pacer = new Pacer();
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
    this.reports = new Reports(context.limits);
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
        }, this.context.limits.connect),
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
    this.pacer.stop();
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
    track.setMediaHandler(new RtcpNackResponder(kept));
    track.onMessage((packet) => this.reported(packet));
    track.onOpen(() => this.startReading());
    this.senders.set(kind, { payloadType, ssrc, track });
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

  /** A reader that receives says so, about once a second for a picture. */
  private reported(packet: Buffer): void {
    if (this.closed || !isRtcp(packet)) return;
    this.bytesReceived += packet.length;
    this.reports.reported();
  }

  private watchReader(): void {
    if (this.reports.vanished(Date.now())) this.close('no reports any more');
  }

  private send(kind: TrackKind, packet: Buffer, rtcp: boolean): void {
    const sender = this.senders.get(kind);
    if (this.closed || sender === undefined) return;
    // A copy: other readers have other numbers.
    const own = Buffer.from(rtcp ? packet.subarray(0, 28) : packet);
    if (!rtcp) own.writeUInt8((own.readUInt8(1) & 0x80) | sender.payloadType, 1);
    own.writeUInt32BE(sender.ssrc, rtcp ? 4 : 8);
    this.pacer.send(() => this.transmit(kind, sender.track, own));
  }

  private transmit(kind: TrackKind, track: Track, packet: Buffer): void {
    if (this.closed || !track.isOpen()) return;
    this.bytesSent += packet.length;
    this.reports.sent(kind, Date.now());
    try {
      track.sendMessageBinary(packet);
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
    const { paths, limits } = this.context;
    if (this.role === 'publish' && this.stream !== null) {
      this.state = 'publish';
      this.lastPacket = Date.now();
      paths.publish(this.path, this.peer, this.stream);
      const limit = () => void this.openTrack('video')?.requestBitrate(bitrate);
      limit();
      this.timers.push(
        setInterval(limit, bitrateInterval),
        setInterval(() => {
          if (Date.now() - this.lastPacket > limits.silence) this.close('no packets any more');
        }, watchInterval),
      );
      return;
    }
    this.startReading();
  }

  /** When it is connected and every track is open, whichever comes last: what is sent before is lost. */
  private startReading(): void {
    const { paths, log } = this.context;
    const open = [...this.senders.values()].every(({ track }) => track.isOpen());
    if (this.closed || this.state !== 'idle' || !open || this.connection.state() !== 'connected') return;
    const stream = paths.find(this.path)?.stream;
    if (stream?.kind !== 'rtp') {
      this.close(`no one is publishing to path '${this.path}'`);
      return;
    }
    this.state = 'read';
    paths.read(this.path, this.peer);
    this.timers.push(setInterval(() => this.watchReader(), watchInterval));
    this.leave = stream.addReader({
      rtp: (kind, packet) => this.send(kind, packet, false),
      rtcp: (kind, packet) => this.send(kind, packet, true),
    });
    log('INF', `[WebRTC] [session ${this.id}] is reading from path '${this.path}'`);
  }
}
