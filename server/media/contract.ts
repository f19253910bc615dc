/**
 * What the supervisor needs from a media server. Both engines (MediaMTX, and the embedded engine that speaks
 * the same outside) fulfil it through one driver; only how FFmpeg reads and writes a path may differ.
 */

export type EngineName = 'mediamtx' | 'embedded';

/** Where the media server listens. Everything but RTMP and ICE is on loopback. Ports are TCP unless noted. */
export interface MediaPorts {
  /** Control API v3. */
  control: number;
  metrics: number;
  rtsp: number;
  hls: number;
  /** WHIP and WHEP signalling. */
  webrtc: number;
  /** Faces the LAN: the phone's live-pusher and live-player. */
  rtmp: number;
  /** Faces the LAN: ICE over UDP, and over TCP on the same number. */
  ice: number;
}

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
