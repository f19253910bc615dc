import type { StreamProblem } from '../../server/consultations/view.ts';
import type { RefusalCode } from '../../server/errors.ts';
import type { DeviceProblem } from '../media/devices.ts';
import { t } from './i18n.ts';
import type { MessageKey } from './messages.zh.ts';

/** What the button beside a problem does; `none`: there is no button, the sentence says it all. */
export type ProblemAction =
  | 'none'
  | 'retry'
  | 'reload'
  | 'takeBack'
  | 'newConsultation'
  | 'newCode'
  | 'signIn'
  | 'dismiss';

/** Problems that the page itself finds, beside those of devices and streams. */
type PageProblem = 'network' | 'no_h264_local' | 'ice_blocked' | 'device_gone' | 'cookies_blocked';

/** What only a phone is refused with. */
type PhoneRefusal = 'token_unknown' | 'token_used' | 'token_expired' | 'token_revoked' | 'resume_refused';

/** The server's codes that a doctor's page can meet: a code that is new there needs its sentence here. */
type ServerProblem = Exclude<RefusalCode, PhoneRefusal> | 'taken_over' | 'internal';

/** Every problem that has its own sentence and way out. */
export type ProblemCode =
  | PageProblem
  | ServerProblem
  | DeviceProblem
  | `doctor_${StreamProblem}`
  | `patient_${StreamProblem}`;

const actions: Record<ProblemCode, ProblemAction> = {
  network: 'retry',
  no_h264_local: 'reload',
  ice_blocked: 'dismiss',
  device_gone: 'retry',
  cookies_blocked: 'reload',

  access_required: 'signIn',
  setup_required: 'reload',
  setup_done: 'reload',
  wrong_setup_code: 'none',
  wrong_password: 'none',
  totp_required: 'none',
  wrong_totp: 'none',
  password_change_required: 'reload',
  weak_password: 'none',
  login_taken: 'none',
  last_technician: 'dismiss',
  forbidden: 'dismiss',
  too_many_attempts: 'none',
  invalid_request: 'reload',
  too_large: 'reload',
  not_found: 'newConsultation',
  consultation_ended: 'newConsultation',
  nobody_waiting: 'dismiss',
  no_address: 'newCode',
  not_publishing: 'dismiss',
  bad_offer: 'reload',
  media_unavailable: 'dismiss',
  wrong_host: 'none',
  foreign_origin: 'reload',
  taken_over: 'takeBack',
  internal: 'retry',

  insecure_context: 'none',
  media_unsupported: 'none',
  permission_dismissed: 'retry',
  permission_refused: 'retry',
  permission_policy: 'retry',
  permission_system: 'retry',
  no_camera: 'retry',
  no_microphone: 'retry',
  camera_busy: 'retry',
  microphone_busy: 'retry',
  device_constraints: 'retry',
  device_unknown: 'retry',

  doctor_no_h264: 'none',
  doctor_transcoder_failing: 'none',
  patient_no_h264: 'none',
  patient_transcoder_failing: 'none',
};

/** The codes that have a sentence of their own. */
export const problemCodes = Object.keys(actions) as ProblemCode[];
const known: ReadonlySet<string> = new Set(problemCodes);

/** A problem in the user's language. */
export interface ProblemText {
  sentence: string;
  wayOut: string;
  action: ProblemAction;
}

/** The sentence, the way out and the button for an error code; a general one for codes that we do not know. */
export function describeProblem(code: string): ProblemText {
  if (!isProblemCode(code)) {
    return {
      sentence: t('problem.generic', { code }),
      wayOut: t('problem.generic.way'),
      action: 'dismiss',
    };
  }
  return { sentence: t(`problem.${code}`), wayOut: t(`problem.${code}.way`), action: actions[code] };
}

function isProblemCode(code: string): code is ProblemCode {
  return known.has(code);
}

/** The label of a problem's button. */
export function actionLabel(action: Exclude<ProblemAction, 'none'>): string {
  const key: MessageKey = `action.${action}`;
  return t(key);
}
