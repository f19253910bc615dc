/** Everything that the mini-program knows, in one value that is never changed, only replaced. */
import type { ConsentGiver, PhoneView } from '../../server/consultations/phone-protocol.ts';
import type { MessageKey } from '../i18n/catalogue.ts';
import type { Code } from './code.ts';
import type { ReachFault } from './diagnose.ts';

/**
 * - `home`: nothing goes on.
 * - `reaching`: the box is asked, by a code or by a stored session.
 * - `unreachable`: it does not answer; why, and what to do. It is asked again by itself.
 * - `refused`: it answered no, or there is nothing to ask: a new code is needed.
 * - `confirming`, `consent`, `permissions`: the patient's steps before anything is seen.
 * - `forbidden`: a permission is missing.
 * - `waiting`: joined, own preview, not admitted.
 * - `consultation`: admitted, both pictures.
 * - `reconnecting`: joined, but the box is not reached right now; it is asked again by itself.
 * - `away`: phone locked, WeChat in the background, or a telephone call.
 * - `ended`: over, or left.
 */
export const stateNames = [
  'home',
  'reaching',
  'unreachable',
  'refused',
  'confirming',
  'consent',
  'permissions',
  'forbidden',
  'waiting',
  'consultation',
  'reconnecting',
  'away',
  'ended',
] as const;

export type StateName = (typeof stateNames)[number];

/** Why there is no way on without a new code (or, for the last four, without the patient). */
export const refusalKinds = [
  'not_a_code',
  'token_used',
  'token_expired',
  'token_revoked',
  'token_unknown',
  'session_lost',
  'replaced',
  'not_me',
  'disagreed',
  'unsupported',
] as const;

export type RefusalKind = (typeof refusalKinds)[number];

/** What can be missing, in the order in which it is asked for; `_system`: the phone's own settings. */
export const permissionNames = [
  'privacy',
  'camera',
  'microphone',
  'camera_system',
  'microphone_system',
] as const;

export type PermissionName = (typeof permissionNames)[number];

/** The joined consultation, kept over the mini-program's end. */
export interface StoredSession {
  consultationId: string;
  resumeToken: string;
  /** `http://IP:PORT` of the box. */
  base: string;
  eventsUrl: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
  /** The code by which it was joined: the same one opened again resumes. */
  codeId: string | null;
  by: ConsentGiver;
  /** The label was confirmed. */
  confirmed: boolean;
}

/** One direction. `starting` until the component says that it runs. */
export type MediaState = 'off' | 'starting' | 'on' | 'retrying' | 'restarting';

/** What the buttons of the consultation have set. */
export interface Controls {
  microphone: boolean;
  camera: boolean;
  frontCamera: boolean;
  /** false: the earpiece. */
  speaker: boolean;
  /** The microphone is open only while a button is held. */
  pressToTalk: boolean;
  talking: boolean;
}

export interface Model {
  state: StateName;
  /** A scripted box inside the phone. */
  demo: boolean;
  /** What is being joined; null when a stored session is resumed. */
  code: Code | null;
  /** The same for every try of one code, so that a lost answer is given again. */
  nonce: string | null;
  session: StoredSession | null;
  view: PhoneView | null;
  /** What the phone remembers of the clinic of a stored session, for when its box does not answer. */
  clinic: { wifi: string | null; telephone: string | null } | null;
  /** Why the box is not reached; null before that was asked, and once it answered. */
  unreachable: ReachFault | null;
  refusal: RefusalKind | null;
  missing: PermissionName[];
  /** WeChat shows its own questions right now. */
  asking: boolean;
  permitted: boolean;
  agreed: boolean;
  /** Asking takes long enough to say something about it. */
  slow: boolean;
  /** Tries since the box was last reached. */
  attempts: number;
  offline: boolean;
  away: 'background' | 'call' | null;
  push: MediaState;
  play: MediaState;
  /** Restarts since the stream last ran. */
  pushFailures: number;
  playFailures: number;
  /** live-pusher runs with its own picture size, because this phone could not do ours. */
  plain: boolean;
  /** A sentence above the pictures; null when all is well. */
  notice: MessageKey | null;
  controls: Controls;
  /** What the patient answered, by message: said again until the box has it. */
  answers: Readonly<Record<string, string>>;
  /** "The doctor can see you" was said. */
  seenSaid: boolean;
  ended: { by: 'box' | 'patient'; advice: string | null } | null;
}

/** Where everything begins. */
export const initialModel: Model = {
  state: 'home',
  demo: false,
  code: null,
  nonce: null,
  session: null,
  view: null,
  clinic: null,
  unreachable: null,
  refusal: null,
  missing: [],
  asking: false,
  permitted: false,
  agreed: false,
  slow: false,
  attempts: 0,
  offline: false,
  away: null,
  push: 'off',
  play: 'off',
  pushFailures: 0,
  playFailures: 0,
  plain: false,
  notice: null,
  controls: {
    microphone: true,
    camera: true,
    frontCamera: true,
    speaker: true,
    pressToTalk: false,
    talking: false,
  },
  answers: {},
  seenSaid: false,
  ended: null,
};

/** The page that shows a state. */
export type PageName = 'home' | 'consultation' | 'ended';

export function pageOf(state: StateName): PageName {
  if (state === 'home') return 'home';
  return state === 'ended' ? 'ended' : 'consultation';
}

/** What the patient may dial; null when nobody said. */
export function telephoneOf({ view, code, clinic }: Model): string | null {
  return view?.clinic.telephone ?? code?.telephone ?? clinic?.telephone ?? null;
}

/** The Wi-Fi that reaches the box; null when nobody said. */
export function wifiOf({ view, code, clinic }: Model): string | null {
  return view?.clinic.wifi ?? code?.wifi ?? clinic?.wifi ?? null;
}
