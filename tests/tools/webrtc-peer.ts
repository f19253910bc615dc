/**
 * A WebRTC end without a browser: publishes by WHIP and reads by WHEP, many at once and at hardly any cost, where a
 * browser would spend the machine on encoding. What the page itself does is tested in Chromium.
 */
import { randomInt } from 'node:crypto';
import { Audio, PeerConnection, RtcpNackResponder, RtcpReceivingSession, Video } from 'node-datachannel';
import { waitFor } from './wait.ts';

const videoPayload = 96;
const audioPayload = 111;
const h264 = 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f';

type Kind = 'video' | 'audio';
type PacketListener = (kind: Kind, packet: Buffer) => void;

/** One encoder whose RTP packets go to any number of publishers. */
export class RtpSource {
  readonly #listeners = new Set<PacketListener>();
  #child: Bun.Subprocess | null = null;
  #sockets: { port: number; close(): void }[] = [];

  private constructor() {}

  /** A moving test picture (640 × 480, a keyframe each second) and a tone, H.264 and Opus. @param fps pictures a second */
  static async start(fps: number): Promise<RtpSource> {
    const source = new RtpSource();
    const [video, audio] = [await source.#receive('video'), await source.#receive('audio')];
    source.#child = Bun.spawn(
      [
        ...['ffmpeg', '-hide_banner', '-nostdin', '-loglevel', 'error'],
        ...['-re', '-f', 'lavfi', '-i', `testsrc2=size=640x480:rate=${fps}`],
        ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=880:sample_rate=48000,volume=4'],
        ...['-map', '0:v', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency'],
        ...['-profile:v', 'baseline', '-pix_fmt', 'yuv420p', '-b:v', '800k', '-g', String(fps)],
        ...['-x264-params', 'repeat-headers=1', '-payload_type', String(videoPayload)],
        ...['-f', 'rtp', `rtp://127.0.0.1:${video}?pkt_size=1200`],
        ...['-map', '1:a', '-c:a', 'libopus', '-b:a', '48k', '-ac', '2'],
        ...['-payload_type', String(audioPayload), '-f', 'rtp', `rtp://127.0.0.1:${audio}?pkt_size=1200`],
      ],
      { stdin: 'ignore', stdout: 'ignore', stderr: 'inherit' },
    );
    return source;
  }

  /** @returns ends the subscription */
  subscribe(listener: PacketListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#child?.exited;
    for (const socket of this.#sockets) socket.close();
  }

  async #receive(kind: Kind): Promise<number> {
    const socket = await Bun.udpSocket({
      hostname: '127.0.0.1',
      socket: {
        data: (_, packet) => {
          for (const listener of this.#listeners) listener(kind, Buffer.from(packet));
        },
      },
    });
    this.#sockets.push(socket);
    return socket.port;
  }
}

/** Sends an SDP offer to a WHIP or WHEP address and gives the answer. @throws Error when it is refused */
export type Signalling = (offer: string) => Promise<string>;

/** A connection; `packets` counts what a reader received. */
export interface WebRtcPeer {
  packets: () => number;
  stop: () => void;
}

/** Publishes the source. Resolves when connected. */
export async function publish(source: RtpSource, signalling: Signalling): Promise<WebRtcPeer> {
  const connection = newConnection();
  const tracks = new Map(
    (['video', 'audio'] as const).map((kind) => {
      const ssrc = randomInt(1, 0x7fff_ffff);
      const media = describe(kind, 'SendOnly');
      media.addSSRC(ssrc, 'consultbox', 'consultbox', kind);
      const track = connection.addTrack(media);
      track.setMediaHandler(new RtcpNackResponder());
      return [kind, { track, ssrc }];
    }),
  );
  await connect(connection, signalling);
  let sent = 0;
  const unsubscribe = source.subscribe((kind, packet) => {
    const target = tracks.get(kind);
    if (!target?.track.isOpen()) return;
    packet.writeUInt32BE(target.ssrc, 8);
    target.track.sendMessageBinary(packet);
    sent += 1;
  });
  return {
    packets: () => sent,
    stop: () => {
      unsubscribe();
      connection.close();
    },
  };
}

/** Reads and throws away. Resolves when connected. */
export async function read(signalling: Signalling): Promise<WebRtcPeer> {
  const connection = newConnection();
  let received = 0;
  const tracks = (['video', 'audio'] as const).map((kind) => {
    const track = connection.addTrack(describe(kind, 'RecvOnly'));
    track.setMediaHandler(new RtcpReceivingSession());
    track.onMessage(() => {
      received += 1;
    });
    return track;
  });
  await connect(connection, signalling);
  return {
    packets: () => received,
    stop: () => {
      // Held until here: a track that is collected takes its listener with it.
      for (const track of tracks) track.close();
      connection.close();
    },
  };
}

function newConnection(): PeerConnection {
  return new PeerConnection('bench', { iceServers: [], disableAutoNegotiation: true });
}

function describe(kind: Kind, direction: 'SendOnly' | 'RecvOnly'): Video | Audio {
  if (kind === 'video') {
    const video = new Video('0', direction);
    video.addH264Codec(videoPayload, h264);
    return video;
  }
  const audio = new Audio('1', direction);
  audio.addOpusCodec(audioPayload, 'minptime=10;useinbandfec=1');
  return audio;
}

async function connect(connection: PeerConnection, signalling: Signalling): Promise<void> {
  connection.setLocalDescription('offer');
  await waitFor('candidates', () => connection.gatheringState() === 'complete');
  const offer = connection.localDescription();
  if (offer === null) throw new Error('the library made no offer');
  const answer = await signalling(offer.sdp);
  // libjuice would take the line before the candidates, and may give up for having none.
  connection.setRemoteDescription(answer.replaceAll('a=end-of-candidates\r\n', ''), 'answer');
  await waitFor('the connection', () => connection.state() === 'connected');
}
