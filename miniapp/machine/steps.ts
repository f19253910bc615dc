/** What the lines of the table have in common. */
import type { PhoneAdmission } from '../../server/consultations/phone-protocol.ts';
import type { Action, TimerName } from './actions.ts';
import { diagnose, type ReachFacts } from './diagnose.ts';
import { initialModel, type Model, type RefusalKind, type StateName, type StoredSession } from './model.ts';

/** The next model, and what is to be done. */
export interface Step {
  model: Model;
  actions: Action[];
}

export const step = (model: Model, ...actions: Action[]): Step => ({ model, actions });

export const to = (model: Model, state: StateName, ...actions: Action[]): Step => ({
  model: { ...model, state },
  actions,
});

/** Pauses before the box is asked again, ms. */
const pauses = [500, 1000, 2000, 3000, 5000];

/** @param attempts how often it was tried already */
export const pause = (attempts: number): number => pauses[Math.min(attempts, pauses.length - 1)] ?? 5000;

/** A stream that does not run by then is started again, ms. */
export const watchLimit = 10_000;

const mediaTimers: readonly TimerName[] = ['push', 'play', 'push_watch', 'play_watch'];

const cancelMediaTimers: readonly Action[] = mediaTimers.map((timer) => ({ type: 'cancel', timer }));

/** Ends both streams and what waits for them. */
export const stopMedia: readonly Action[] = [
  ...cancelMediaTimers,
  { type: 'push_stop' },
  { type: 'play_stop' },
];

const quiet = {
  unreachable: null,
  refusal: null,
  slow: false,
  attempts: 0,
  away: null,
  notice: null,
} as const;

export const mediaOff = { push: 'off', play: 'off', pushFailures: 0, playFailures: 0 } as const;

const toSession = (model: Model, admission: PhoneAdmission, base: string): StoredSession => ({
  consultationId: admission.consultationId,
  resumeToken: admission.resumeToken,
  base,
  eventsUrl: admission.eventsUrl,
  expiresAt: admission.expiresAt,
  codeId: model.code?.id ?? model.session?.codeId ?? null,
  by: model.session?.by ?? 'patient',
  confirmed: model.session?.confirmed ?? false,
});

/** Joined or resumed: keeps the token, which is good only once, whatever the state. */
export function keepSession(model: Model, admission: PhoneAdmission, base: string): Step {
  const session = toSession(model, admission, base);
  return step({ ...model, session, view: admission }, { type: 'store', session });
}

/** Joined or resumed: opens the socket and goes on to where the patient is. */
export function admit(model: Model, admission: PhoneAdmission, base: string): Step {
  const kept = keepSession(model, admission, base);
  const { session } = kept.model;
  if (session === null) return kept;
  const { clinic } = admission;
  // `attempts` stays until a snapshot has come: a socket that closes at once must not be opened without pause.
  const next = proceed({
    ...kept.model,
    ...quiet,
    attempts: model.attempts,
    code: null,
    // It answered: whatever the phone said of its network before is over.
    offline: false,
  });
  // Admitted while the socket was gone: called like one who waited.
  const missed =
    model.state !== 'waiting' && model.view?.state === 'waiting' && next.model.state === 'consultation';
  return step(
    next.model,
    ...kept.actions,
    {
      type: 'remember_clinic',
      name: clinic.name,
      wifi: clinic.wifi ?? model.code?.wifi ?? null,
      telephone: clinic.telephone ?? model.code?.telephone ?? null,
      base,
    },
    { type: 'connect', session },
    { type: 'keep_screen_on', on: true },
    { type: 'cancel', timer: 'slow' },
    { type: 'cancel', timer: 'resume' },
    ...(missed ? [{ type: 'call_attention' } as const] : []),
    ...next.actions,
  );
}

/** The next of the patient's steps that is not done. */
export function proceed(model: Model): Step {
  const { view, session } = model;
  if (view === null || session === null) return step(model);
  if (view.state === 'ended') return finish(model, 'box', view.advice);
  if (!session.confirmed && (view.patientLabel !== null || view.doctor !== null))
    return to(model, 'confirming');
  if (!view.consent.accepted && !model.agreed) return to(model, 'consent');
  if (!model.permitted) return to(model, 'permissions', { type: 'check_permissions' });
  return view.state === 'live' ? enterConsultation(model) : enterWaiting(model);
}

export function enterWaiting(model: Model): Step {
  const stopped = model.push === 'off' && model.play === 'off' ? [] : stopMedia;
  return to({ ...model, ...mediaOff, notice: null, seenSaid: false }, 'waiting', ...stopped, {
    type: 'preview',
  });
}

/** Starts what does not run yet; the doctor's arrival is announced only to one who waited. */
export function enterConsultation(model: Model): Step {
  const announced: Action[] = model.state === 'waiting' ? [{ type: 'call_attention' }] : [];
  const started = startMedia({ ...model, state: 'consultation' });
  return step(started.model, ...announced, ...started.actions);
}

/** Starts each direction that has an address and is off. */
export function startMedia(model: Model): Step {
  const { view } = model;
  const actions: Action[] = [];
  let { push, play } = model;
  if (view !== null && view.pushUrl !== null && push === 'off') {
    push = 'starting';
    actions.push({ type: 'push_start' }, { type: 'wait', timer: 'push_watch', ms: watchLimit });
  }
  if (view !== null && view.playUrl !== null && view.doctorPublishing && play === 'off') {
    play = 'starting';
    actions.push({ type: 'play_start' }, { type: 'wait', timer: 'play_watch', ms: watchLimit });
  }
  return step({ ...model, push, play }, ...actions);
}

/** Over. The socket closes; what runs is stopped. The session is kept only for one who left by himself. */
export function finish(model: Model, by: 'box' | 'patient', advice: string | null): Step {
  return to(
    {
      ...model,
      ...quiet,
      ...mediaOff,
      session: by === 'box' ? null : model.session,
      ended: { by, advice },
    },
    'ended',
    ...(by === 'box' ? [{ type: 'forget' } as const] : []),
    ...stopMedia,
    { type: 'cancel', timer: 'resume' },
    { type: 'disconnect' },
    { type: 'keep_screen_on', on: false },
  );
}

/** There is no way on without a new code. */
export function refuse(model: Model, refusal: RefusalKind, forget: boolean): Step {
  return to(
    { ...model, ...quiet, ...mediaOff, refusal, ...(forget ? { session: null, view: null } : {}) },
    'refused',
    ...(forget ? [{ type: 'forget' } as const] : []),
    ...stopMedia,
    { type: 'cancel', timer: 'resume' },
    { type: 'cancel', timer: 'slow' },
    { type: 'disconnect' },
    { type: 'keep_screen_on', on: false },
  );
}

/** What the box's "no" means to a patient; null: it is no answer about this patient, the box has troubles of its own. */
export function refusalFor(code: string, resuming: boolean): RefusalKind | 'ended' | null {
  switch (code) {
    case 'token_used':
    case 'token_expired':
    case 'token_revoked':
    case 'token_unknown':
      return code;
    case 'consultation_ended':
      return 'ended';
    case 'not_found':
      return resuming ? 'session_lost' : 'token_unknown';
    case 'resume_refused':
      return 'replaced';
    case 'invalid_request':
      return resuming ? 'session_lost' : 'token_unknown';
    default:
      return null;
  }
}

/** Asks the box for the code, or for the session. */
export function ask(model: Model): Action | null {
  if (model.session !== null && model.code === null) return { type: 'resume', session: model.session };
  if (model.code !== null && model.nonce !== null) {
    return { type: 'join', code: model.code, nonce: model.nonce };
  }
  return null;
}

/** Begins to reach the box. */
export function reach(model: Model): Step {
  const asked = ask(model);
  if (asked === null) return step(model);
  return to(
    { ...model, ...quiet },
    'reaching',
    { type: 'cancel', timer: 'resume' },
    { type: 'wait', timer: 'slow', ms: 2500 },
    asked,
  );
}

/** What was known of another consultation is of no use for this one; the buttons stay as they were. */
export function forgetAll(model: Model): Model {
  return { ...initialModel, state: model.state, permitted: model.permitted, controls: model.controls };
}

/** Joined, but not reached: asks again at once, or after a pause. */
export function reconnect(model: Model, ...before: Action[]): Step {
  if (model.session === null) return step(model);
  return to({ ...model, code: null, away: null }, 'reconnecting', ...before, {
    type: 'resume',
    session: model.session,
  });
}

/** The box did not answer while joined: says so and asks again after a pause. */
export function stillAway(model: Model, facts: ReachFacts): Step {
  return step(
    { ...model, unreachable: diagnose(facts), attempts: model.attempts + 1 },
    { type: 'wait', timer: 'resume', ms: pause(model.attempts) },
  );
}
