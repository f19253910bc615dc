/** Everything that can happen. */
import type {
  ConsentGiver,
  NetReport,
  PhoneAdmission,
  PhoneView,
} from '../../server/consultations/phone-protocol.ts';
import type { TimerName } from './actions.ts';
import type { Code } from './code.ts';
import type { ReachFacts } from './diagnose.ts';
import type { PermissionName, StoredSession } from './model.ts';

export type MachineEvent =
  // The patient.
  /** A code was scanned, or opened the mini-program. `nonce` is the code's own, made once. */
  | { type: 'code_read'; code: Code; nonce: string; demo?: boolean }
  /** Something was scanned that is none. */
  | { type: 'code_unreadable' }
  /** This WeChat has not what a consultation needs. */
  | { type: 'unsupported' }
  /** The mini-program was destroyed while joined, and opened again. */
  | {
      type: 'session_found';
      session: StoredSession;
      clinic?: { wifi: string | null; telephone: string | null } | null;
    }
  | { type: 'scan' }
  | { type: 'retry' }
  | { type: 'go_home' }
  | { type: 'confirm' }
  | { type: 'deny' }
  | { type: 'choose_by'; by: ConsentGiver }
  | { type: 'agree' }
  | { type: 'disagree' }
  | { type: 'allow' }
  | { type: 'open_settings' }
  | { type: 'leave' }
  | { type: 'rejoin' }
  | { type: 'toggle_microphone' }
  | { type: 'toggle_camera' }
  | { type: 'switch_camera' }
  | { type: 'toggle_speaker' }
  | { type: 'play_sound' }
  | { type: 'echo' }
  | { type: 'talk_off' }
  | { type: 'talk'; talking: boolean }
  | { type: 'answer'; messageId: string; answer: string }
  | { type: 'call_clinic' }
  // The box.
  /** Redeem, join or resume succeeded; `base` is where. */
  | { type: 'admitted'; admission: PhoneAdmission; base: string }
  /** It said no. `code` as in `ErrorBody`; `advice` as in `EndedBody`. */
  | { type: 'denied'; code: string; advice: string | null }
  | { type: 'not_reached'; facts: ReachFacts }
  | { type: 'socket_open' }
  | { type: 'socket_closed' }
  | { type: 'snapshot'; view: PhoneView }
  /** Media connections were cut. */
  | { type: 'cut' }
  | { type: 'consent_kept' }
  | { type: 'consent_failed'; code: string | null }
  // The phone.
  | { type: 'network'; online: boolean; wifi: boolean }
  | { type: 'hidden' }
  | { type: 'shown' }
  | { type: 'interrupted' }
  | { type: 'interruption_over' }
  | { type: 'permissions'; missing: PermissionName[] }
  | { type: 'timer'; name: TimerName }
  // The two components.
  | { type: 'media'; side: 'push' | 'play'; code: number; message: string }
  | { type: 'net'; report: NetReport };

export type EventType = MachineEvent['type'];

export type EventOf<T extends EventType> = Extract<MachineEvent, { type: T }>;
