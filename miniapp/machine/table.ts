/** The machine itself: which state takes which event, and where that leads. What is not here keeps the state. */
import { ruleFor } from './media-codes.ts';
import { afterMedia, device, leaveForAWhile, mediaGood, reported, whyAway } from './media-steps.ts';
import type { StateName } from './model.ts';
import {
  enterConsultation,
  enterWaiting,
  finish,
  proceed,
  reach,
  reconnect,
  refuse,
  step,
  stillAway,
  to,
} from './steps.ts';
import {
  admitted,
  callClinic,
  checked,
  chooseBy,
  comeBack,
  deniedWhileAsking,
  deniedWhileJoined,
  duringConsultation,
  everywhere,
  goHome,
  goodbye,
  joined,
  keepLate,
  networkWhileJoined,
  notReached,
  on,
  postConsent,
  type Row,
  resumeQuietly,
  sessionFound,
  snapshot,
  socketClosed,
  socketOpen,
  steps,
  talking,
  timerWhileTalking,
  withView,
} from './transitions.ts';

/** The table. */
export const table: { readonly [S in StateName]: Row } = {
  home: {
    ...everywhere,
    session_found: sessionFound,
    rejoin: on<'rejoin'>(['reaching'], (model) => reach({ ...model, code: null })),
    admitted: keepLate,
  },

  reaching: {
    ...everywhere,
    go_home: goHome,
    admitted,
    denied: deniedWhileAsking,
    not_reached: notReached,
    timer: on<'timer'>([], (model, { name }) => step(name === 'slow' ? { ...model, slow: true } : model)),
  },

  unreachable: {
    ...everywhere,
    go_home: goHome,
    call_clinic: callClinic,
    retry: on<'retry'>(['reaching'], reach),
    network: on<'network'>(['reaching'], (model, { wifi }) => (wifi ? reach(model) : step(model))),
    // The patient comes back from the phone's settings.
    shown: on<'shown'>(['reaching'], reach),
    // Asked again without leaving the sentence that the patient is reading.
    timer: on<'timer'>([], (model, { name }) => {
      if (name !== 'resume') return step(model);
      const asked = reach(model).actions.filter(({ type }) => type === 'join' || type === 'resume');
      return step(model, ...asked);
    }),
    admitted,
    denied: deniedWhileAsking,
    not_reached: notReached,
  },

  refused: {
    ...everywhere,
    session_found: sessionFound,
    go_home: goHome,
    call_clinic: callClinic,
    // Only who did not agree can change his mind; every other way needs a code.
    retry: on<'retry'>(['reaching'], (model) =>
      model.refusal === 'disagreed' ? reach({ ...model, code: null }) : step(model, { type: 'scan' }),
    ),
    admitted: keepLate,
  },

  confirming: {
    ...steps,
    choose_by: on<'choose_by'>([], chooseBy),
    confirm: on<'confirm'>(['consent', 'permissions', 'waiting', 'consultation'], (model) => {
      if (model.session === null) return step(model);
      const session = { ...model.session, confirmed: true };
      const next = proceed({ ...model, session });
      return step(next.model, { type: 'store', session }, ...next.actions);
    }),
    deny: on<'deny'>(['refused'], (model) => goodbye(model, 'not_me', refuse(model, 'not_me', true))),
  },

  consent: {
    ...steps,
    choose_by: on<'choose_by'>([], chooseBy),
    agree: on<'agree'>(['permissions', 'waiting', 'consultation'], (model) => {
      const agreed = { ...model, agreed: true };
      const next = proceed(agreed);
      return step(next.model, ...postConsent(agreed), ...next.actions);
    }),
    disagree: on<'disagree'>(['refused'], (model) =>
      goodbye(model, 'disagreed', refuse(model, 'disagreed', false)),
    ),
  },

  permissions: {
    ...steps,
    allow: on<'allow'>([], (model) => step({ ...model, asking: true }, { type: 'ask_permissions' })),
    permissions: on<'permissions'>(['waiting', 'consultation', 'forbidden'], (model, { missing }) => {
      if (missing.length === 0) return proceed({ ...model, missing, asking: false, permitted: true });
      return model.asking
        ? to({ ...model, missing, asking: false }, 'forbidden')
        : step({ ...model, missing });
    }),
  },

  forbidden: {
    ...steps,
    open_settings: on<'open_settings'>([], (model) =>
      step(model, {
        type: 'open_settings',
        where: model.missing[0]?.endsWith('_system') ? 'system' : 'wechat',
      }),
    ),
    retry: on<'retry'>([], (model) => step(model, { type: 'ask_permissions' })),
    // Back from the phone's settings: what the phone forbade, WeChat could not ask for yet.
    shown: on<'shown'>([], (model) =>
      step(model, device('foreground'), {
        type: model.missing[0]?.endsWith('_system') ? 'ask_permissions' : 'check_permissions',
      }),
    ),
    permissions: on<'permissions'>(['waiting', 'consultation'], (model, { missing }) =>
      missing.length === 0 ? proceed({ ...model, missing, permitted: true }) : step({ ...model, missing }),
    ),
  },

  waiting: {
    ...joined,
    snapshot: on<'snapshot'>(['consultation', 'ended'], (model, { view }) => {
      const next = withView(model, view);
      if (view.state === 'ended') return finish(next, 'box', view.advice);
      return view.state === 'live' ? enterConsultation(next) : step(next);
    }),
    answer: talking.answer,
    socket_open: socketOpen,
    socket_closed: socketClosed,
    admitted: keepLate,
    network: networkWhileJoined,
    permissions: checked,
    media: on<'media'>(['away'], (model, event) => {
      const rule = ruleFor(event.side, event.code);
      if (rule.does === 'away') return leaveForAWhile(model, whyAway(rule));
      // Only the camera's own troubles matter before anything is sent.
      return rule.does === 'check'
        ? step({ ...model, notice: rule.says }, reported(event), { type: 'check_permissions' })
        : step(model, reported(event));
    }),
    timer: on<'timer'>([], (model, { name }) =>
      name === 'consent' ? step(model, ...postConsent(model)) : step(model),
    ),
  },

  consultation: {
    ...joined,
    ...talking,
    snapshot: on<'snapshot'>(['waiting', 'ended'], (model, { view }) => {
      if (view.state === 'ended') return finish(withView(model, view), 'box', view.advice);
      return view.state === 'live' ? duringConsultation(model, view) : enterWaiting(withView(model, view));
    }),
    socket_open: socketOpen,
    socket_closed: socketClosed,
    admitted: keepLate,
    network: networkWhileJoined,
    cut: on<'cut'>(['reconnecting'], (model) => reconnect({ ...model, push: 'off', play: 'off' })),
    permissions: checked,
    media: on<'media'>(['reconnecting', 'away'], (model, event) => {
      const next = afterMedia(model, event.side, ruleFor(event.side, event.code), true);
      return step(next.model, reported(event), ...next.actions);
    }),
    net: on<'net'>([], (model, { report }) => {
      // Some versions never say that they push: bytes that flow are proof enough.
      const flows = report.side === 'push' && (report.videoBitrate ?? 0) > 0 && model.push === 'starting';
      const next = flows ? mediaGood(model, 'push') : step(model);
      return step(next.model, { type: 'tell', report }, ...next.actions);
    }),
    timer: on<'timer'>(['reconnecting'], (model, { name }) => timerWhileTalking(model, name, true)),
  },

  reconnecting: {
    ...joined,
    ...talking,
    admitted,
    not_reached: on<'not_reached'>([], (model, { facts }) => stillAway(model, facts)),
    retry: on<'retry'>([], (model) => reconnect({ ...model, attempts: 0 })),
    snapshot,
    network: on<'network'>([], (model, { online }) =>
      online
        ? reconnect({ ...model, offline: false, attempts: 0 })
        : step({ ...model, offline: true }, { type: 'cancel', timer: 'resume' }),
    ),
    // The pictures may go on while the box's page does not answer: they are looked after all the same.
    media: on<'media'>(['away'], (model, event) =>
      afterMedia(model, event.side, ruleFor(event.side, event.code), false),
    ),
    permissions: checked,
    timer: on<'timer'>([], (model, { name }) =>
      name === 'resume' ? resumeQuietly(model) : timerWhileTalking(model, name, false),
    ),
  },

  away: {
    ...everywhere,
    go_home: goHome,
    shown: on<'shown'>(['reconnecting'], comeBack),
    interruption_over: on<'interruption_over'>(['reconnecting'], (model) =>
      model.away === 'call' ? comeBack(model) : step(model),
    ),
    retry: on<'retry'>(['reconnecting'], comeBack),
    // A call that WeChat shows in full hides the mini-program too: then only `shown` brings it back.
    hidden: on<'hidden'>([], (model) => step({ ...model, away: 'background' })),
    network: on<'network'>([], (model, { online }) => step({ ...model, offline: !online })),
    admitted: keepLate,
    denied: deniedWhileJoined,
    snapshot,
    leave: joined.leave,
  },

  ended: {
    ...everywhere,
    go_home: goHome,
    call_clinic: callClinic,
    rejoin: on<'rejoin'>(['reaching'], (model) => reach({ ...model, code: null, ended: null })),
    admitted: keepLate,
  },
};
