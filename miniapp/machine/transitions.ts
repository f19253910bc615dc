/** What several states do with the same event; `table.ts` says which state takes which. */
import type { LeaveReport, PhoneView } from '../../server/consultations/phone-protocol.ts';
import type { Action, TimerName } from './actions.ts';
import { diagnose } from './diagnose.ts';
import type { EventOf, EventType } from './events.ts';
import { device, leaveForAWhile, mediaRestart, noticePassed, startAgain, watchOver } from './media-steps.ts';
import { type Model, type StateName, telephoneOf } from './model.ts';
import {
  admit,
  finish,
  forgetAll,
  keepSession,
  mediaOff,
  pause,
  reach,
  reconnect,
  refusalFor,
  refuse,
  type Step,
  startMedia,
  step,
  stillAway,
  stopMedia,
  to,
} from './steps.ts';

/** One event in one state. `to` has every state it can lead to; a test holds it against what happens. */
export interface Transition<T extends EventType> {
  to: readonly StateName[];
  run: (model: Model, event: EventOf<T>) => Step;
}

/** What one state takes. */
export type Row = { readonly [T in EventType]?: Transition<T> };

export const on = <T extends EventType>(
  targets: readonly StateName[],
  run: Transition<T>['run'],
): Transition<T> => ({
  to: targets,
  run,
});

const afterAdmission: readonly StateName[] = [
  'confirming',
  'consent',
  'permissions',
  'waiting',
  'consultation',
  'ended',
];

// ── what every state has: a code can be read anywhere, and home is one button away ──

const codeRead = on<'code_read'>(['reaching'], (model, { code, nonce, demo = false }) => {
  // The components leave the screen, and start anew when the box has answered.
  const stopped = model.push === 'off' && model.play === 'off' ? [] : stopMedia;
  if (model.session !== null && model.session.codeId === code.id) {
    // The box may have another address by now: the code knows.
    const session = { ...model.session, base: code.base };
    const again = reach({ ...model, ...mediaOff, code: null, session });
    return step(again.model, ...stopped, ...again.actions);
  }
  const next = reach({ ...forgetAll(model), code, nonce, demo });
  return step(next.model, ...stopped, { type: 'disconnect' }, ...next.actions);
});

export const everywhere = {
  code_read: codeRead,
  code_unreadable: on<'code_unreadable'>(['refused'], (model) => refuse(model, 'not_a_code', false)),
  unsupported: on<'unsupported'>(['refused'], (model) => refuse(model, 'unsupported', false)),
  scan: on<'scan'>([], (model) => step(model, { type: 'scan' })),
} satisfies Row;

export const goHome = on<'go_home'>(['home'], (model) => {
  // What was demonstrated is no consultation to go back to.
  const session = model.demo ? null : model.session;
  return to(
    { ...forgetAll(model), session },
    'home',
    ...(['push', 'play', 'push_watch', 'play_watch', 'resume', 'slow', 'consent'] as const).map(
      (timer: TimerName): Action => ({ type: 'cancel', timer }),
    ),
    { type: 'push_stop' },
    { type: 'play_stop' },
    { type: 'disconnect' },
    { type: 'keep_screen_on', on: false },
  );
});

export const callClinic = on<'call_clinic'>([], (model) => {
  const telephone = telephoneOf(model);
  return telephone === null ? step(model) : step(model, { type: 'dial', telephone });
});

export const sessionFound = on<'session_found'>(['reaching'], (model, { session, clinic }) =>
  reach({ ...forgetAll(model), session, clinic: clinic ?? null }),
);

/** An answer that comes late still holds the one token that is good: it is kept, and nothing else happens. */
export const keepLate = on<'admitted'>([], (model, { admission, base }) =>
  keepSession(model, admission, base),
);

// ── asking the box ──

export const admitted = on<'admitted'>(afterAdmission, (model, { admission, base }) =>
  admit(model, admission, base),
);

export const deniedWhileAsking = on<'denied'>(
  ['unreachable', 'refused', 'ended'],
  (model, { code, advice }) => {
    const resuming = model.code === null;
    const refusal = refusalFor(code, resuming);
    if (refusal === null) {
      return to(
        { ...model, unreachable: 'box_off', attempts: model.attempts + 1 },
        'unreachable',
        { type: 'cancel', timer: 'slow' },
        { type: 'wait', timer: 'resume', ms: pause(model.attempts + 2) },
      );
    }
    if (refusal !== 'ended') return refuse(model, refusal, resuming);
    return resuming ? finish(model, 'box', advice) : refuse(model, 'token_expired', false);
  },
);

export const notReached = on<'not_reached'>(['unreachable'], (model, { facts }) =>
  to(
    { ...model, unreachable: diagnose(facts), attempts: model.attempts + 1, slow: false },
    'unreachable',
    { type: 'cancel', timer: 'slow' },
    { type: 'wait', timer: 'resume', ms: pause(model.attempts + 2) },
  ),
);

// ── joined: what comes over the socket ──

export const withView = (model: Model, view: PhoneView): Model => ({
  ...model,
  view,
  attempts: 0,
  unreachable: null,
  offline: false,
});

export const snapshot = on<'snapshot'>(['ended'], (model, { view }) =>
  view.state === 'ended' ? finish(withView(model, view), 'box', view.advice) : step(withView(model, view)),
);

/** What the box may not have heard because the socket was gone. */
export const socketOpen = on<'socket_open'>([], (model) => {
  const unheard: Action[] = [];
  for (const { id, answered } of model.view?.messages ?? []) {
    const answer = model.answers[id];
    if (answered === null && answer !== undefined) {
      unheard.push({ type: 'tell', report: { type: 'answer', messageId: id, answer } });
    }
  }
  return step(model, ...unheard, ...postConsent(model));
});

/** The agreement, when it was given and the box does not have it. */
export function postConsent(model: Model): Action[] {
  const { session, view, agreed } = model;
  if (!agreed || session === null || view === null || view.consent.accepted) return [];
  return [{ type: 'post_consent', session, by: session.by }];
}

const consentKept = on<'consent_kept'>([], (model) =>
  model.view === null
    ? step(model)
    : step({ ...model, view: { ...model.view, consent: { ...model.view.consent, accepted: true } } }),
);

/** An older box has no place for it, or there is nothing left to agree to: asking again changes nothing. */
const finalRefusals = new Set(['not_found', 'invalid_request', 'consultation_ended']);

/** Not reached, too often, or with a token that was just replaced: again, with the newest. */
const consentFailed = on<'consent_failed'>([], (model, { code }) =>
  code !== null && finalRefusals.has(code)
    ? step(model)
    : step(model, { type: 'wait', timer: 'consent', ms: 3000 }),
);

export const deniedWhileJoined = on<'denied'>(['refused', 'ended'], (model, { code, advice }) => {
  const refusal = refusalFor(code, true);
  if (refusal === null) {
    return step(
      { ...model, attempts: model.attempts + 1 },
      { type: 'wait', timer: 'resume', ms: pause(model.attempts) },
    );
  }
  return refusal === 'ended' ? finish(model, 'box', advice) : refuse(model, refusal, true);
});

export const resumeQuietly = (model: Model): Step =>
  model.session === null ? step(model) : step(model, { type: 'resume', session: model.session });

/** The patient's steps: a socket that is lost comes back without a word. */
export const steps = {
  ...everywhere,
  go_home: goHome,
  call_clinic: callClinic,
  snapshot,
  socket_open: socketOpen,
  socket_closed: on<'socket_closed'>([], (model) =>
    step(
      { ...model, attempts: model.attempts + 1 },
      { type: 'wait', timer: 'resume', ms: pause(model.attempts) },
    ),
  ),
  not_reached: on<'not_reached'>([], (model, { facts }) => stillAway(model, facts)),
  denied: deniedWhileJoined,
  // Stays where the patient is; only the socket is opened anew.
  admitted: on<'admitted'>(['ended'], (model, { admission, base }) => {
    const kept = keepSession(model, admission, base);
    const { session } = kept.model;
    if (admission.state === 'ended') return finish(kept.model, 'box', admission.advice);
    return session === null ? kept : step(kept.model, ...kept.actions, { type: 'connect', session });
  }),
  consent_kept: consentKept,
  consent_failed: consentFailed,
  hidden: on<'hidden'>([], (model) => step(model, device('background'))),
  shown: on<'shown'>([], (model) => step(model, device('foreground'))),
  timer: on<'timer'>([], (model, { name }) => {
    if (name === 'resume') return resumeQuietly(model);
    return name === 'consent' ? step(model, ...postConsent(model)) : step(model);
  }),
} satisfies Row;

/** The timers of the pictures. @param asks the box, after a few times in vain */
export function timerWhileTalking(model: Model, name: TimerName, asks: boolean): Step {
  switch (name) {
    case 'push':
    case 'play':
      return startAgain(model, name);
    case 'push_watch':
    case 'play_watch':
      return watchOver(model, name, asks);
    case 'consent':
      return step(model, ...postConsent(model));
    case 'notice':
      return noticePassed(model);
    default:
      return step(model);
  }
}

/** The patient goes: the box is told, whatever becomes of the session here. */
export function goodbye({ session }: Model, reason: LeaveReport['reason'], next: Step): Step {
  return session === null ? next : step(next.model, { type: 'leave', session, reason }, ...next.actions);
}

export const comeBack = (model: Model): Step => reconnect(model);

/** A socket that closed: the pictures may well go on meanwhile. */
export const socketClosed = on<'socket_closed'>(['reconnecting'], (model) => {
  const again = { ...model, attempts: model.attempts + 1 };
  if (model.attempts === 0) return reconnect(again);
  return to(again, 'reconnecting', { type: 'wait', timer: 'resume', ms: pause(model.attempts) });
});

const controlled = (model: Model, change: Partial<Model['controls']>): Model => ({
  ...model,
  controls: { ...model.controls, ...change },
});

/** What `waiting`, `consultation` and `reconnecting` have in common. */
export const joined = {
  ...everywhere,
  go_home: goHome,
  call_clinic: callClinic,
  consent_kept: consentKept,
  consent_failed: consentFailed,
  denied: deniedWhileJoined,
  hidden: on<'hidden'>(['away'], (model) => leaveForAWhile(model, 'background')),
  interrupted: on<'interrupted'>(['away'], (model) => leaveForAWhile(model, 'call')),
  leave: on<'leave'>(['ended'], (model) =>
    goodbye(model, 'ended', finish(model, 'patient', model.view?.advice ?? null)),
  ),
  toggle_microphone: on<'toggle_microphone'>([], (model) =>
    step(controlled(model, { microphone: !model.controls.microphone })),
  ),
  toggle_camera: on<'toggle_camera'>([], (model) =>
    step(controlled(model, { camera: !model.controls.camera })),
  ),
  switch_camera: on<'switch_camera'>([], (model) =>
    step(controlled(model, { frontCamera: !model.controls.frontCamera }), { type: 'switch_camera' }),
  ),
  toggle_speaker: on<'toggle_speaker'>([], (model) =>
    step({
      ...controlled(model, { speaker: !model.controls.speaker }),
      // "Now on the earpiece" is not true any more.
      notice: model.notice === 'call.echoEar' ? null : model.notice,
    }),
  ),
} satisfies Row;

/** The buttons that make sense only while the doctor is there. */
export const talking = {
  play_sound: on<'play_sound'>([], (model) => step(model, { type: 'play_sound', byHand: true })),
  // First the earpiece; who still hears an echo talks by button.
  echo: on<'echo'>([], (model) =>
    model.controls.speaker
      ? step({ ...controlled(model, { speaker: false }), notice: 'call.echoEar' })
      : step({ ...controlled(model, { pressToTalk: true, talking: false }), notice: 'call.echoTalk' }),
  ),
  talk: on<'talk'>([], (model, event) => step(controlled(model, { talking: event.talking }))),
  talk_off: on<'talk_off'>([], (model) =>
    step({ ...controlled(model, { pressToTalk: false, talking: false }), notice: null }),
  ),
  answer: on<'answer'>([], (model, { messageId, answer }) =>
    model.answers[messageId] !== undefined
      ? step(model)
      : step(
          { ...model, answers: { ...model.answers, [messageId]: answer } },
          { type: 'tell', report: { type: 'answer', messageId, answer } },
          { type: 'toast', says: 'toast.answered' },
        ),
  ),
} satisfies Row;

/** The network went: nothing is asked until it is back. */
export const networkWhileJoined = on<'network'>(['reconnecting'], (model, { online, wifi }) => {
  if (!online) {
    return to({ ...model, offline: true }, 'reconnecting', { type: 'cancel', timer: 'resume' });
  }
  // Another network, or the same one again: sockets that seem open may be dead.
  // Mobile data does not reach the box: asked at once, the patient is told at once.
  return model.offline || !wifi ? reconnect({ ...model, offline: false, attempts: 0 }) : step(model);
});

export const checked = on<'permissions'>(['forbidden'], (model, { missing }) => {
  if (missing.length > 0) {
    return to(
      { ...model, missing, permitted: false, push: 'off', play: 'off', notice: null },
      'forbidden',
      { type: 'push_stop' },
      { type: 'play_stop' },
    );
  }
  // Allowed, and yet it did not open: someone else holds it.
  if (model.view?.state !== 'live') return step(model, { type: 'preview' });
  return mediaRestart(model, 'push', model.notice);
});

/** A snapshot of a consultation that goes on. */
export function duringConsultation(model: Model, view: PhoneView): Step {
  const moved = {
    push: model.view !== null && model.view.pushUrl !== view.pushUrl,
    play: model.view !== null && model.view.playUrl !== view.playUrl,
  };
  const next = withView(model, view);
  const started = startMedia({
    ...next,
    push: moved.push ? 'off' : next.push,
    play: moved.play ? 'off' : next.play,
  });
  if (!view.watched || model.seenSaid) return started;
  return step({ ...started.model, seenSaid: true }, ...started.actions, {
    type: 'toast',
    says: 'toast.watched',
  });
}

export function chooseBy(model: Model, { by }: EventOf<'choose_by'>): Step {
  if (model.session === null) return step(model);
  const session = { ...model.session, by };
  return step({ ...model, session }, { type: 'store', session });
}
