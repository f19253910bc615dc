/** Times and sizes that end a connection before it harms the others. Tests hand in shorter ones. */

/** Times in ms, sizes in bytes. */
export interface Limits {
  /** Until an RTMP or RTSP client publishes or reads. */
  handshake: number;
  /** Without a byte either way: a phone that pushes always sends, if only silence, or it has vanished. */
  idle: number;
  /** What a reader may leave unread in this process … */
  unread: number;
  /** … and for how long there may be something unread without a pause. */
  stalled: number;
  /** Until a WebRTC client is connected. */
  connect: number;
  /** A WebRTC client that says nothing for this long has vanished; ICE itself would notice after 30 s. */
  silence: number;
  /** The same for a reader of sound alone: browsers report on sound every 2.5 to 7.5 s. */
  silenceOfSound: number;
  /** How long a reader of a path waits for a publisher that is about to be ready. */
  patience: number;
  /** TCP connections from one address: FFmpeg's of every consultation come from this machine … */
  connectionsOfLoopback: number;
  /** … and a clinic's NAT may hide several phones behind one. */
  connectionsOfAddress: number;
}

/** What runs in a clinic. */
export const defaultLimits: Limits = {
  handshake: 10_000,
  idle: 15_000,
  unread: 4 * 1024 * 1024,
  stalled: 10_000,
  connect: 10_000,
  silence: 8000,
  silenceOfSound: 20_000,
  patience: 3000,
  connectionsOfLoopback: 200,
  connectionsOfAddress: 32,
};
