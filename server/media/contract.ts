/**
 * What the supervisor needs from a media server. Both engines (MediaMTX, and the embedded engine that speaks
 * the same outside) fulfil it through one driver; only how FFmpeg reads and writes a path may differ.
 */

import type { ProcessStatus } from '../processes/supervised-process.ts';

/** The two media servers. */
export type EngineName = 'mediamtx' | 'embedded';

/** A path as the media server sees it. */
export interface MediaPath {
  /** e.g. `c7f3…/doctor_aac`. */
  name: string;
  /** A publisher is there and its tracks are known: it can be read. */
  ready: boolean;
  /** Codec names as MediaMTX writes them: `H264`, `Opus`, `MPEG-4 Audio`, `VP8`. */
  codecs: string[];
  bytesReceived: number;
  readers: MediaPeer[];
  source: MediaPeer | null;
}

/** Who publishes or reads: MediaMTX's type names (`rtmpConn`, `webRTCSession`, `rtspSession`, `hlsMuxer`) and id. */
export interface MediaPeer {
  type: string;
  id: string;
}

/** A media server that the supervisor runs. */
export interface MediaServer {
  readonly engine: EngineName;
  /** Why this engine, in English words, for the status page and the logs. */
  readonly why: string;
  /** e.g. `v1.19.1`, or the supervisor's own for the embedded engine. */
  readonly version: string;
  /** It answered lately. */
  readonly ready: boolean;
  start(): void;
  stop(): Promise<void>;
  status(): ProcessStatus;
  /** @throws Error when it does not answer */
  paths(): Promise<MediaPath[]>;
  /** Ends one publisher or reader. One that has gone already is no error. */
  kick(peer: MediaPeer): Promise<void>;
  /** The LAN addresses for the ICE candidates. A change drops every WHIP and WHEP session; the same again nothing. */
  setAdditionalHosts(hosts: string[]): Promise<void>;
  /** FFmpeg's arguments that read a path. @param key good for reading it */
  input(path: string, key: string): string[];
  /** FFmpeg's arguments that publish a path. @param key good for publishing it */
  output(path: string, key: string): string[];
  /** Called when it answers again after it had ended: all its connections are gone. */
  onRestart(listener: () => void): void;
}
