/**
 * The shapes of a consultation as the clinic's API and the events socket give them.
 * The UI imports these types (and nothing else of the server).
 */

/** `open`: nobody yet; `waiting`: a patient joined, not admitted; `live`: admitted; `ended`: for good. */
export type ConsultationState = 'open' | 'waiting' | 'live' | 'ended';

/** The patient's phone, beside the state: `none` until a code was redeemed. */
export type DeviceState = 'none' | 'connecting' | 'connected' | 'background' | 'lost';

/** One direction of the media, as seen at the media server. */
export interface StreamView {
  /** The publisher's stream is there and readable. */
  publishing: boolean;
  /** The other side is reading the transcoded stream right now. */
  watched: boolean;
  /** Codec names as the media server reports them, e.g. `["H264", "Opus"]`; empty before publishing. */
  codecs: string[];
  /** Why the stream cannot be passed on, in a code the page has a sentence for; null when all is well. */
  problem: StreamProblem | null;
}

/** `no_h264`: other video codec; `transcoder_failing`: FFmpeg keeps ending. */
export type StreamProblem = 'no_h264' | 'transcoder_failing';

/** The pairing code that is valid now. */
export interface PairingView {
  /** What the QR code holds: `http://<box>:<port>/p/<token>`. */
  url: string;
  token: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
}

/** Everything a doctor's page needs to draw one consultation. Times are ISO 8601, UTC. */
export interface ConsultationView {
  id: string;
  state: ConsultationState;
  createdAt: string;
  /** When a patient was admitted; null before. */
  admittedAt: string | null;
  endedAt: string | null;
  patientLabel: string | null;
  device: DeviceState;
  /** The doctor's picture and sound: published by WHIP, watched by the patient's RTMP player. */
  doctor: StreamView;
  /** The patient's: published by RTMP, watched by the doctor's page. */
  patient: StreamView;
  /** null when the code was used, has expired, or the consultation ended. */
  pairing: PairingView | null;
  /** Same-origin path that takes the doctor's WHIP offer. */
  whipUrl: string;
  /** Same-origin path that answers a WHEP offer with the patient's stream. */
  whepUrl: string;
  /** Same-origin path of the patient's HLS playlist, the fallback. */
  hlsUrl: string;
}

/** One line of a consultation's timeline. */
export interface ConsultationEvent {
  id: number;
  /** ISO 8601, UTC. */
  at: string;
  kind: string;
  detail: Record<string, string | number | boolean | null>;
}

/** What the server sends on `/api/consultations/:id/events`. */
export type EventMessage =
  | { type: 'snapshot'; consultation: ConsultationView }
  | { type: 'event'; event: ConsultationEvent }
  /** Media connections were or will be cut (new address, media server restarted): connect again at once. */
  | { type: 'reconnect'; reason: 'address_changed' | 'media_restarted' }
  | { type: 'error'; error: { code: string; message: string } };

/** The one shape of every error. `message` is English, for logs; a page shows its own sentence for `code`. */
export interface ErrorBody {
  error: { code: string; message: string };
}
