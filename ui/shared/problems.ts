import { isMessageKey, t } from './i18n.ts';
import type { MessageKey } from './messages.zh.ts';

/** What the button beside a problem does. */
export type ProblemAction =
  | 'retry'
  | 'reload'
  | 'takeBack'
  | 'newConsultation'
  | 'newCode'
  | 'signIn'
  | 'dismiss';

const actions: Record<string, ProblemAction> = {
  access_required: 'signIn',
  consultation_ended: 'newConsultation',
  not_found: 'newConsultation',
  taken_over: 'takeBack',
  no_address: 'newCode',
  no_h264_local: 'reload',
  bad_offer: 'reload',
  insecure_context: 'reload',
  media_unsupported: 'reload',
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
  device_gone: 'retry',
  network: 'retry',
};

/** A problem in the user's language. */
export interface ProblemText {
  sentence: string;
  wayOut: string;
  action: ProblemAction;
}

/** The sentence, the way out and the button for an error code; a general one for codes that we do not know. */
export function describeProblem(code: string): ProblemText {
  const key = `problem.${code}`;
  const way = `${key}.way`;
  const known = isMessageKey(key) && isMessageKey(way);
  return {
    sentence: known ? t(key) : t('problem.generic', { code }),
    wayOut: known ? t(way) : t('problem.generic.way'),
    action: actions[code] ?? 'dismiss',
  };
}

/** The label of a problem's button. */
export function actionLabel(action: ProblemAction): string {
  const key: MessageKey = `action.${action}`;
  return t(key);
}
