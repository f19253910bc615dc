/** Everything that the machine can ask for; `session/` carries it out. */
import type { ConsentGiver, LeaveReport, PhoneReport } from '../../server/consultations/phone-protocol.ts';
import type { MessageKey } from '../i18n/catalogue.ts';
import type { Code } from './code.ts';
import type { StoredSession } from './model.ts';

/**
 * `resume`: ask the box again. `push`, `play`: start again. `…_watch`: it should run by now. `slow`: say that it takes
 * long. `consent`: send the agreement again. `notice`: what passes was said long enough.
 */
export type TimerName =
  | 'resume'
  | 'push'
  | 'play'
  | 'push_watch'
  | 'play_watch'
  | 'slow'
  | 'consent'
  | 'notice';

export type Action =
  | { type: 'scan' }
  /** Redeem or join; answered by `admitted`, `denied` or `not_reached`. */
  | { type: 'join'; code: Code; nonce: string }
  /** Answered likewise. */
  | { type: 'resume'; session: StoredSession }
  /** Opens the socket, closing the one before. */
  | { type: 'connect'; session: StoredSession }
  | { type: 'disconnect' }
  | { type: 'tell'; report: PhoneReport }
  /** Said until the box has heard it, also when there is no socket and the mini-program is closed meanwhile. */
  | { type: 'leave'; session: StoredSession; reason: LeaveReport['reason'] }
  /** Answered by `consent_kept` or `consent_failed`. */
  | { type: 'post_consent'; session: StoredSession; by: ConsentGiver }
  | { type: 'store'; session: StoredSession }
  | { type: 'forget' }
  /** What the home page shows of the last visit. */
  | { type: 'remember_clinic'; name: string; wifi: string | null; telephone: string | null; base: string }
  /** Answered by `permissions`, without any question to the patient. */
  | { type: 'check_permissions' }
  /** Answered by `permissions`, after WeChat's own questions. */
  | { type: 'ask_permissions' }
  /** WeChat's page of the mini-program's permissions, or the phone's own settings. */
  | { type: 'open_settings'; where: 'wechat' | 'system' }
  | { type: 'preview' }
  | { type: 'push_start' }
  | { type: 'push_stop' }
  | { type: 'play_start' }
  | { type: 'play_stop' }
  /** Resume: iOS may have begun in silence. `byHand`: with the patient's tap, which iOS may want. */
  | { type: 'play_sound'; byHand: boolean }
  | { type: 'switch_camera' }
  | { type: 'keep_screen_on'; on: boolean }
  /** Vibration, a chime and a spoken sentence. */
  | { type: 'call_attention' }
  | { type: 'toast'; says: MessageKey }
  | { type: 'dial'; telephone: string }
  /** Starts the timer anew. */
  | { type: 'wait'; timer: TimerName; ms: number }
  | { type: 'cancel'; timer: TimerName };
