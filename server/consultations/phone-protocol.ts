/**
 * What a patient's phone and the box say to each other, all of it. Types only: the box and the mini-program import
 * them with `import type`, so neither carries the other's code.
 *
 * Over HTTP (the phone's listener), JSON both ways; every error is an `ErrorBody`:
 *
 * | request | body | answer | refused with |
 * |---|---|---|---|
 * | `POST /api/pairings/:token/redeem` | `RedeemRequest` | `PhoneAdmission` | `token_unknown` 404, `token_used`, `token_expired`, `token_revoked`, `consultation_ended` 410 |
 * | `POST /api/places/:place/join` | `RedeemRequest` | `PhoneAdmission` | `not_found` 404 |
 * | `POST /api/consultations/:id/resume` | `ResumeRequest` | `PhoneAdmission` | `not_found` 404, `resume_refused` 403, `consultation_ended` 410 with `EndedBody` |
 * | `POST /api/consultations/:id/field-test` | `FieldTestRequest` | 204 | `not_found` 404, `resume_refused` 403 |
 * | `POST /api/consultations/:id/leave` | `LeaveRequest` | 204 | `not_found` 404, `resume_refused` 403, `consultation_ended` 410 |
 * | `POST /api/consultations/:id/consent` | `ConsentRequest` | `PhoneView` | `not_found` 404, `resume_refused` 403, `consultation_ended` 410 |
 *
 * Over `eventsUrl` (WebSocket, JSON): the phone's first message is `PhoneProof`, every further one a `PhoneReport`; the
 * box sends `BoxMessage`s. A message of an unknown type is ignored by both, so that either may be the newer one. The
 * same `PhoneReport` may come twice after a reconnect. A phone sends nothing above 4096 bytes of UTF-8.
 *
 * A box of version 0.1.0 sends none of the fields marked "since 0.2": the mini-program has a default for each.
 */
import type { ConsultationState, DoctorView, ErrorBody } from './view.ts';

/** The clinic as a patient knows it. Since 0.2. */
export interface PhoneClinic {
  /** Empty when the operator set none. */
  name: string;
  /** What a patient may dial, e.g. `"010-12345678"`; null when there is none. */
  telephone: string | null;
  /** Name (SSID) of the Wi-Fi that reaches the box; null when the operator set none. */
  wifi: string | null;
}

/** Who the patient is going to see. Since 0.2. */
export type PhoneDoctor = DoctorView;

/** What the patient agreed to. Since 0.2. */
export interface PhoneConsent {
  /** The version of the text that the clinic wants agreed to, e.g. `"1"`. */
  version: string;
  /** This consultation has an agreement to that version, given by this phone. */
  accepted: boolean;
  /** The clinic records this consultation: the text that is shown says so. */
  recorded: boolean;
}

/** live-pusher's attributes, so that an operator tunes them without a release. Since 0.2. */
export interface PusherSettings {
  /** `mode`. `RTC` has the least delay; the others fix size and rate. */
  mode: 'RTC' | 'SD' | 'HD' | 'FHD';
  /** `min-bitrate`, kbit/s. */
  minBitrate: number;
  /** `max-bitrate`, kbit/s. */
  maxBitrate: number;
  /** `video-width`, pixels of the upright picture. */
  width: number;
  /** `video-height`, pixels. */
  height: number;
  /** `audio-quality`: `high` is 48 kHz, `low` 16 kHz. */
  audioQuality: 'high' | 'low';
  /** `aspect`, width to height. */
  aspect: '9:16' | '3:4';
}

/** live-player's attributes. */
export interface PlayerSettings {
  /** `mode`. */
  mode: 'live' | 'RTC';
  /** `min-cache`, seconds. */
  minCache: number;
  /** `max-cache`, seconds. */
  maxCache: number;
}

/** One large-letter message of the doctor. Since 0.2. */
export interface PhoneChatMessage {
  /** Unique in its consultation. */
  id: string;
  /** At most 200 characters. */
  text: string;
  /** Buttons under it, at most 4, e.g. `["好的", "听不清"]`; empty: nothing to answer. */
  answers: string[];
  /** Which of them the patient pressed; null before. */
  answered: string | null;
}

/** What a phone is told when it redeems or resumes, and whenever something changes. */
export interface PhoneView {
  consultationId: string;
  state: ConsultationState;
  /** `rtmp://…` for live-pusher; null until admitted, and after the end. */
  pushUrl: string | null;
  /** `rtmp://…` for live-player; null until admitted, and after the end. */
  playUrl: string | null;
  player: PlayerSettings;
  /** Since 0.2. */
  pusher: PusherSettings;
  /** The doctor's stream is there to be played. */
  doctorPublishing: boolean;
  /** The doctor's page is playing the patient's stream. */
  watched: boolean;
  /** Since 0.2. */
  clinic: PhoneClinic;
  /** null when the box does not know who it is. Since 0.2. */
  doctor: PhoneDoctor | null;
  /** What the clinic calls the patient, to be confirmed by the patient; null when nothing was typed. Since 0.2. */
  patientLabel: string | null;
  /** Since 0.2. */
  consent: PhoneConsent;
  /** What the doctor wrote for the patient to take home; null before. Since 0.2. */
  advice: string | null;
  /** Oldest first, at most the last 20. Since 0.2. */
  messages: PhoneChatMessage[];
}

/** The answer to redeem and resume. */
export interface PhoneAdmission extends PhoneView {
  /** The next one comes with the answer to resume. Good until that one was shown, and for a minute in any case. */
  resumeToken: string;
  /** `ws://IP:PORT/api/consultations/:id/events`; `wss://name:PORT/…` for a phone that came by the box's public name. */
  eventsUrl: string;
  /** ISO 8601, UTC: when the consultation ends by itself, and with it every key. */
  expiresAt: string;
}

/** `POST /api/pairings/:token/redeem`. */
export interface RedeemRequest {
  /** 8–128 printable ASCII characters that the phone keeps: the same one gets the same answer for 60 s. */
  clientNonce: string;
}

/** `POST /api/consultations/:id/resume`. */
export interface ResumeRequest {
  resumeToken: string;
}

/** The answer to resume when the consultation has ended: the phone may have slept through the end. Since 0.2. */
export interface EndedBody extends ErrorBody {
  /** As in `PhoneView`; given only to the phone that proves itself by its resume token. */
  advice?: string | null;
}

/** Who pressed "I agree": the patient, or a relative on the patient's behalf. */
export type ConsentGiver = 'patient' | 'family';

/** `POST /api/consultations/:id/consent`. Agreeing again to the same version changes nothing. */
export interface ConsentRequest {
  resumeToken: string;
  /** The version of the text that was shown, which may be older than the one asked for. */
  version: string;
  by: ConsentGiver;
}

/** `POST /api/consultations/:id/field-test`: what an installer's phone measured; goes into the timeline. Since 0.2. */
export interface FieldTestRequest {
  resumeToken: string;
  /** At most 40; `unit` is `ms`, `kbit/s`, `fps` or empty. */
  results: { name: string; value: string; unit: string }[];
}

/** The first message on a socket; without it within 10 s the socket is closed with 4401. */
export interface PhoneProof {
  resumeToken: string;
}

/** How the phone is used right now. `locked` where the phone can tell it from `background`. */
export interface DeviceReport {
  type: 'device';
  state: 'foreground' | 'background' | 'locked';
}

/** A documented code of live-pusher (`push`) or live-player (`play`), as its event gave it. */
export interface MediaReport {
  type: 'push' | 'play';
  code: number;
  /** The component's own text, at most 200 characters. */
  message: string;
}

/** `bindnetstatus` of one of the two, at most once in 2 s each. Fields that a phone did not give are left out. */
export interface NetReport {
  type: 'net';
  side: 'push' | 'play';
  /** kbit/s. */
  videoBitrate?: number;
  /** kbit/s. */
  audioBitrate?: number;
  /** Pictures a second. */
  fps?: number;
  /** Seconds between keyframes. */
  gop?: number;
  /** Sent or received right now, kbit/s. */
  speed?: number;
  /** As the component gives it: the larger, the less even; its unit is not documented. */
  jitter?: number;
  /** 1 best … 6 unusable, 0 unknown. */
  quality?: number;
  /** Pixels. */
  width?: number;
  /** Pixels. */
  height?: number;
  /** Waiting video: frames when pushing; ms when playing. */
  videoCache?: number;
  /** Waiting sound: frames when pushing; ms when playing. */
  audioCache?: number;
}

/** The patient pressed a button under a message. The first one counts. */
export interface AnswerReport {
  type: 'answer';
  messageId: string;
  /** One of the message's `answers`. */
  answer: string;
}

/**
 * The patient pressed "end", "this is not me" or "I do not agree". The consultation goes on until the doctor ends it,
 * and resume stays possible; after `not_me` the phone has forgotten its resume token. The mini-program says it by `LeaveRequest`, which is answered.
 */
export interface LeaveReport {
  type: 'leave';
  reason: 'ended' | 'not_me' | 'disagreed';
}

/** `POST /api/consultations/:id/leave`: a `LeaveReport` of a phone without a socket. Since 0.2. */
export interface LeaveRequest {
  resumeToken: string;
  reason: LeaveReport['reason'];
}

/** Answered by `pong`. A phone hears only so that its Wi-Fi silently dropped a socket. */
export interface PingReport {
  type: 'ping';
}

/** Everything that a phone says after its proof. */
export type PhoneReport = DeviceReport | MediaReport | NetReport | AnswerReport | LeaveReport | PingReport;

/** Everything that the box says to a phone. */
export type BoxMessage =
  /** On proof, and whenever something changed. */
  | ({ type: 'snapshot' } & PhoneView)
  /** Media connections were or will be cut: resume at once, and start both streams anew. */
  | { type: 'reconnect'; reason: string }
  /** `resume_refused`: another phone has taken over; the socket is closed with 4403. */
  | ({ type: 'error' } & ErrorBody)
  /** Since 0.2. */
  | { type: 'pong' };
