/**
 * The shapes of a consultation as the clinic's API and the events socket give them.
 * The UI imports these types (and nothing else of the server).
 */

/** `open`: nobody yet; `waiting`: a patient joined, not admitted; `live`: admitted; `ended`: for good. */
export type ConsultationState = 'open' | 'waiting' | 'live' | 'ended';

/**
 * The patient's phone, beside the state: `none` until a code was redeemed. `locked` where the phone can tell it from
 * `background` (the mini-program is hidden).
 */
export type DeviceState = 'none' | 'connecting' | 'connected' | 'background' | 'locked' | 'lost';

/** How well one direction travels between the phone and the box, as the phone reports it. */
export type NetworkLevel = 'good' | 'fair' | 'poor';

/** What the phone's live-pusher (`push`) or live-player (`play`) reported last. */
export interface PhoneNetworkSide {
  level: NetworkLevel;
  /** kbit/s of the picture; null when the phone did not say. */
  videoBitrate: number | null;
  /** Pictures a second; null when the phone did not say. */
  fps: number | null;
}

/** The phone's network; a side is null while it has no stream. */
export interface PhoneNetwork {
  push: PhoneNetworkSide | null;
  play: PhoneNetworkSide | null;
}

/** What the patient agreed to. */
export interface ConsentView {
  /** The version of the text that was shown. */
  version: string;
  /** Who pressed "I agree". */
  by: 'patient' | 'family';
  /** ISO 8601, UTC. */
  at: string;
}

/** A large-letter message of the doctor, with what the patient pressed under it. */
export interface MessageView {
  id: string;
  /** ISO 8601, UTC. */
  at: string;
  /** At most 200 characters. */
  text: string;
  /** Buttons under it, at most 4. */
  answers: string[];
  /** The button that the patient pressed; null before. */
  answered: string | null;
}

/** Who the patient is going to see. */
export interface DoctorView {
  name: string;
  /** e.g. `"主任医师"`. */
  title: string | null;
  /** e.g. `"心内科"`. */
  department: string | null;
}

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
  /** As the patient is told; null when nobody said. */
  seenBy: DoctorView | null;
  device: DeviceState;
  /** The patient pressed "end", "this is not me" or "I do not agree", and has not come back; null otherwise. */
  left: 'ended' | 'not_me' | 'disagreed' | null;
  phoneNetwork: PhoneNetwork;
  /** Of the phone that is there now; null before it agreed. */
  consent: ConsentView | null;
  /** Oldest first. */
  messages: MessageView[];
  /** What the patient is told to take home, at the end; null when nothing was written. */
  advice: string | null;
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
