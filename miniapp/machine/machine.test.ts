import { describe, expect, test } from 'bun:test';
import {
  admission,
  base,
  code,
  endedView,
  facts,
  liveView,
  modelIn,
  session,
  view,
} from '../testing/samples.ts';
import { drawing } from './drawing.ts';
import type { EventType, MachineEvent } from './events.ts';
import { advance } from './machine.ts';
import { playerCodes, pusherCodes, pusherErrors } from './media-codes.ts';
import { type Model, type StateName, stateNames } from './model.ts';
import { table } from './table.ts';

/** Every event, in every variant that leads elsewhere. */
const events = {
  code_read: { type: 'code_read', code: { ...code, id: 'token-2' }, nonce: 'nonce-2' },
  code_unreadable: { type: 'code_unreadable' },
  unsupported: { type: 'unsupported' },
  session_found: { type: 'session_found', session },
  scan: { type: 'scan' },
  retry: { type: 'retry' },
  go_home: { type: 'go_home' },
  confirm: { type: 'confirm' },
  deny: { type: 'deny' },
  choose_by: { type: 'choose_by', by: 'family' },
  agree: { type: 'agree' },
  disagree: { type: 'disagree' },
  allow: { type: 'allow' },
  open_settings: { type: 'open_settings' },
  leave: { type: 'leave' },
  rejoin: { type: 'rejoin' },
  toggle_microphone: { type: 'toggle_microphone' },
  toggle_camera: { type: 'toggle_camera' },
  switch_camera: { type: 'switch_camera' },
  toggle_speaker: { type: 'toggle_speaker' },
  play_sound: { type: 'play_sound' },
  echo: { type: 'echo' },
  talk_off: { type: 'talk_off' },
  talk: { type: 'talk', talking: true },
  answer: { type: 'answer', messageId: 'm1', answer: '听得清' },
  call_clinic: { type: 'call_clinic' },
  admitted: { type: 'admitted', admission: admission(), base },
  admitted_live: { type: 'admitted', admission: admission(liveView), base },
  admitted_ended: { type: 'admitted', admission: admission(endedView), base },
  denied_used: { type: 'denied', code: 'token_used', advice: null },
  denied_ended: { type: 'denied', code: 'consultation_ended', advice: '多喝水' },
  denied_replaced: { type: 'denied', code: 'resume_refused', advice: null },
  denied_internal: { type: 'denied', code: 'internal', advice: null },
  not_reached: { type: 'not_reached', facts },
  socket_open: { type: 'socket_open' },
  socket_closed: { type: 'socket_closed' },
  snapshot: { type: 'snapshot', view },
  snapshot_live: { type: 'snapshot', view: liveView },
  snapshot_ended: { type: 'snapshot', view: endedView },
  cut: { type: 'cut' },
  consent_kept: { type: 'consent_kept' },
  consent_failed: { type: 'consent_failed', code: null },
  network_lost: { type: 'network', online: false, wifi: false },
  network_wifi: { type: 'network', online: true, wifi: true },
  hidden: { type: 'hidden' },
  shown: { type: 'shown' },
  interrupted: { type: 'interrupted' },
  interruption_over: { type: 'interruption_over' },
  permissions: { type: 'permissions', missing: [] },
  permissions_missing: { type: 'permissions', missing: ['camera'] },
  timer_resume: { type: 'timer', name: 'resume' },
  timer_push: { type: 'timer', name: 'push' },
  timer_play: { type: 'timer', name: 'play' },
  timer_push_watch: { type: 'timer', name: 'push_watch' },
  timer_play_watch: { type: 'timer', name: 'play_watch' },
  timer_slow: { type: 'timer', name: 'slow' },
  timer_consent: { type: 'timer', name: 'consent' },
  media_good: { type: 'media', side: 'push', code: 1002, message: '' },
  media_retrying: { type: 'media', side: 'play', code: 2103, message: '' },
  media_given_up: { type: 'media', side: 'push', code: -1307, message: '' },
  media_address: { type: 'media', side: 'push', code: 3004, message: '' },
  media_call: { type: 'media', side: 'push', code: 5001, message: '' },
  media_camera: { type: 'media', side: 'push', code: 10001, message: '' },
  net: { type: 'net', report: { type: 'net', side: 'push', videoBitrate: 800 } },
} satisfies Record<string, MachineEvent>;

type EventName = keyof typeof events;

const anywhere: Partial<Record<EventName, StateName>> = {
  code_read: 'reaching',
  code_unreadable: 'refused',
  unsupported: 'refused',
};

const steps: Partial<Record<EventName, StateName>> = {
  ...anywhere,
  go_home: 'home',
  snapshot_ended: 'ended',
  admitted_ended: 'ended',
  denied_used: 'refused',
  denied_ended: 'ended',
  denied_replaced: 'refused',
};

const joined: Partial<Record<EventName, StateName>> = {
  ...anywhere,
  go_home: 'home',
  leave: 'ended',
  hidden: 'away',
  interrupted: 'away',
  media_call: 'away',
  snapshot_ended: 'ended',
  denied_used: 'refused',
  denied_ended: 'ended',
  denied_replaced: 'refused',
};

/** Where each event leads; one that is not named keeps the state. */
const expected: Record<StateName, Partial<Record<EventName, StateName>>> = {
  home: { ...anywhere, session_found: 'reaching' },
  reaching: {
    ...anywhere,
    go_home: 'home',
    admitted: 'confirming',
    admitted_live: 'confirming',
    admitted_ended: 'ended',
    denied_used: 'refused',
    denied_ended: 'refused',
    denied_replaced: 'refused',
    denied_internal: 'unreachable',
    not_reached: 'unreachable',
  },
  unreachable: {
    ...anywhere,
    go_home: 'home',
    retry: 'reaching',
    shown: 'reaching',
    network_wifi: 'reaching',
    admitted: 'confirming',
    admitted_live: 'confirming',
    admitted_ended: 'ended',
    denied_used: 'refused',
    denied_ended: 'refused',
    denied_replaced: 'refused',
  },
  refused: { ...anywhere, go_home: 'home', session_found: 'reaching' },
  confirming: { ...steps, confirm: 'consent', deny: 'refused' },
  consent: { ...steps, agree: 'permissions', disagree: 'refused' },
  permissions: { ...steps, permissions: 'waiting' },
  forbidden: { ...steps, permissions: 'waiting' },
  waiting: {
    ...joined,
    snapshot_live: 'consultation',
    socket_closed: 'reconnecting',
    network_lost: 'reconnecting',
    permissions_missing: 'forbidden',
  },
  consultation: {
    ...joined,
    snapshot: 'waiting',
    socket_closed: 'reconnecting',
    network_lost: 'reconnecting',
    cut: 'reconnecting',
    media_address: 'reconnecting',
    permissions_missing: 'forbidden',
  },
  reconnecting: {
    ...joined,
    admitted: 'waiting',
    admitted_live: 'consultation',
    admitted_ended: 'ended',
    permissions_missing: 'forbidden',
  },
  away: {
    ...anywhere,
    go_home: 'home',
    leave: 'ended',
    shown: 'reconnecting',
    interruption_over: 'reconnecting',
    retry: 'reconnecting',
    snapshot_ended: 'ended',
    denied_used: 'refused',
    denied_ended: 'ended',
    denied_replaced: 'refused',
  },
  ended: { ...anywhere, go_home: 'home', rejoin: 'reaching' },
};

describe('every state with every event', () => {
  for (const state of stateNames) {
    test(state, () => {
      for (const [name, event] of Object.entries(events) as [EventName, MachineEvent][]) {
        const before = modelIn(state);
        const frozen = JSON.stringify(before);
        const { model, actions } = advance(before, event);
        expect({ event: name, state: model.state }).toEqual({
          event: name,
          state: expected[state][name] ?? state,
        });
        // Nothing is changed in place.
        expect(JSON.stringify(before)).toBe(frozen);
        const transition = table[state][event.type];
        if (transition === undefined) {
          // An event that is not expected changes nothing at all.
          expect(model).toBe(before);
          expect(actions).toEqual([]);
        } else if (model.state !== state) expect(transition.to).toContain(model.state);
      }
    });
  }

  test('there is a sample of every type of event', () => {
    const known = new Set<EventType>(Object.values(events).map(({ type }) => type));
    for (const row of Object.values(table)) {
      for (const type of Object.keys(row)) expect(known).toContain(type as EventType);
    }
  });
});

/** Runs events one after the other; the answer is the last model and every action's type since the beginning. */
function run(model: Model, ...list: MachineEvent[]): { model: Model; actions: string[] } {
  const actions: string[] = [];
  let now = model;
  for (const event of list) {
    const next = advance(now, event);
    now = next.model;
    actions.push(...next.actions.map(({ type }) => type));
  }
  return { model: now, actions };
}

const media = (side: 'push' | 'play', number: number): MachineEvent => ({
  type: 'media',
  side,
  code: number,
  message: '',
});

/** Joined, both streams running. */
const talking = () => ({ ...modelIn('consultation'), push: 'on' as const, play: 'on' as const });

describe('what fresh eyes found', () => {
  test('Wi-Fi that came back while the phone was locked: the sentence goes, and streams start again', () => {
    const lost = run(talking(), events.network_lost, events.hidden, events.network_wifi, events.shown);
    expect(lost.model.offline).toBe(false);
    // Even where the phone never says that it is back: the box answered.
    const silent = run(talking(), events.network_lost, events.hidden, events.shown, events.admitted_live);
    expect(silent.model).toMatchObject({ state: 'consultation', offline: false });
    expect(silent.actions.filter((type) => type === 'push_start')).toHaveLength(1);
  });

  test('a stream that should run by now is started again while the box is asked', () => {
    const watched = run({ ...talking(), push: 'starting' }, events.socket_closed, events.timer_push_watch);
    expect(watched.model.push).toBe('restarting');
    const dead = run(talking(), events.socket_closed, events.media_address);
    expect(dead.model).toMatchObject({ state: 'reconnecting', push: 'off', play: 'on' });
    const back = run(dead.model, events.admitted_live);
    expect(back.actions).toContain('push_start');
    expect(back.actions).not.toContain('play_start');
  });

  test('one direction in vain leaves the other alone', () => {
    const failing = { ...talking(), play: 'starting' as const, playFailures: 2 };
    const { model } = run(failing, events.timer_play_watch);
    expect(model).toMatchObject({ state: 'reconnecting', push: 'on', play: 'off', playFailures: 0 });
  });

  test('a code that is read in the middle of it stops both streams, so that they start anew', () => {
    const again = run(
      { ...talking(), session: { ...session, codeId: events.code_read.code.id } },
      events.code_read,
    );
    expect(again.actions).toEqual(expect.arrayContaining(['push_stop', 'play_stop', 'resume']));
    expect(again.model).toMatchObject({ state: 'reaching', push: 'off', play: 'off' });
    expect(again.model.session?.base).toBe(events.code_read.code.base);
  });

  test('an agreement that the box did not take is said again, unless there is nothing left to agree to', () => {
    const agreed = { ...modelIn('waiting'), agreed: true };
    const failed = (code: string | null) => run(agreed, { type: 'consent_failed', code }).actions;
    expect(failed(null)).toEqual(['wait']);
    expect(failed('too_many_attempts')).toEqual(['wait']);
    expect(failed('resume_refused')).toEqual(['wait']);
    expect(failed('not_found')).toEqual([]);
  });

  test('another app in front is no telephone call; mobile data asks the box at once', () => {
    expect(run(talking(), media('push', 5000)).model.away).toBe('background');
    expect(run(talking(), media('push', 5001)).model.away).toBe('call');
    const mobile = run(talking(), { type: 'network', online: true, wifi: false });
    expect(mobile.model.state).toBe('reconnecting');
    expect(mobile.actions).toContain('resume');
  });

  test('admitted while the socket was gone: called all the same', () => {
    const { actions } = run(modelIn('waiting'), events.socket_closed, events.admitted_live);
    expect(actions.filter((type) => type === 'call_attention')).toHaveLength(1);
  });

  test('the clinic of a stored session can be called when its box does not answer', () => {
    const clinic = { wifi: 'clinic-5G', telephone: '010-12345678' };
    const { actions } = run(
      modelIn('home'),
      { type: 'session_found', session, clinic },
      events.not_reached,
      events.call_clinic,
    );
    expect(actions).toContain('dial');
  });
});

describe('from a scan to the advice', () => {
  test('each step once, both streams started, the doctor announced', () => {
    const { model, actions } = run(
      modelIn('home'),
      events.code_read,
      events.admitted,
      events.confirm,
      events.agree,
      events.permissions_missing,
      events.allow,
      events.permissions,
      events.snapshot_live,
      media('push', 1002),
      media('play', 2004),
      { type: 'snapshot', view: { ...liveView, watched: true } },
      events.snapshot_ended,
    );
    expect(model).toMatchObject({ state: 'ended', ended: { by: 'box', advice: '多喝水' }, session: null });
    expect(
      actions.filter((type) => ['push_start', 'play_start', 'call_attention', 'post_consent'].includes(type)),
    ).toEqual(['post_consent', 'call_attention', 'push_start', 'play_start']);
    expect(actions.filter((type) => type === 'toast')).toHaveLength(2);
    expect(actions).toContain('forget');
  });

  test('no label, no doctor, consent given before, permissions granted: straight to the pictures', () => {
    const known = {
      ...liveView,
      patientLabel: null,
      doctor: null,
      consent: { ...view.consent, accepted: true },
    };
    const { model } = run(
      modelIn('home'),
      events.code_read,
      { type: 'admitted', admission: admission(known), base },
      events.permissions,
    );
    expect(model.state).toBe('consultation');
    expect(model.push).toBe('starting');
  });

  test('permissions: asked only when the patient is ready; refused leads to the settings and back', () => {
    const asked = run(modelIn('permissions'), events.permissions_missing);
    expect(asked.model.state).toBe('permissions');
    const refused = run(asked.model, events.allow, events.permissions_missing);
    expect(refused.model).toMatchObject({ state: 'forbidden', missing: ['camera'] });
    const back = run(refused.model, events.open_settings, events.shown, events.permissions);
    expect(back.actions).toContain('open_settings');
    expect(back.model.state).toBe('waiting');
  });

  test('back from the phone’s own settings, WeChat asks what it could not ask before', () => {
    const forbidden = { ...modelIn('forbidden'), missing: ['camera_system' as const] };
    expect(run(forbidden, events.shown).actions).toContain('ask_permissions');
    const refused = { ...forbidden, missing: ['camera' as const] };
    expect(run(refused, events.shown).actions).toContain('check_permissions');
  });

  test('a relative agrees: the box is told who', () => {
    const chosen = advance(modelIn('consent'), { type: 'choose_by', by: 'family' });
    const { actions } = advance(chosen.model, events.agree);
    expect(actions).toContainEqual({
      type: 'post_consent',
      session: { ...session, by: 'family' },
      by: 'family',
    });
  });
});

describe('it recovers by itself', () => {
  test('the network goes and comes back: pictures that run are left alone', () => {
    const { model, actions } = run(
      modelIn('consultation'),
      events.network_lost,
      events.network_wifi,
      events.admitted_live,
    );
    expect(model).toMatchObject({ state: 'consultation', offline: false, push: 'on', play: 'on' });
    expect(actions.filter((type) => type === 'resume')).toHaveLength(1);
    expect(actions).not.toContain('push_start');
  });

  test('the phone is locked and comes back: both streams begin again', () => {
    const away = run(modelIn('consultation'), events.hidden);
    expect(away.actions).toEqual(expect.arrayContaining(['tell', 'push_stop', 'play_stop']));
    const { model, actions } = run(away.model, events.shown, events.admitted_live);
    expect(model.state).toBe('consultation');
    expect(actions).toEqual(expect.arrayContaining(['resume', 'connect', 'push_start', 'play_start']));
  });

  test('a telephone call, in the order of iOS and of Android', () => {
    for (const order of [
      [events.interrupted, events.hidden, events.shown, events.interruption_over],
      [events.hidden, events.interrupted, events.interruption_over, events.shown],
      [events.media_call, events.interruption_over],
    ]) {
      const { model } = run(modelIn('consultation'), ...order, events.admitted_live);
      expect(model).toMatchObject({ state: 'consultation', push: 'starting', play: 'starting', away: null });
    }
  });

  test('destroyed while joined: the stored session leads back, and the label is not asked again', () => {
    const { model, actions } = run(modelIn('home'), events.session_found);
    expect(actions).toContain('resume');
    const back = run(
      { ...model, permitted: true },
      {
        type: 'admitted',
        admission: admission({ ...liveView, consent: { ...view.consent, accepted: true } }),
        base,
      },
    );
    expect(back.model.state).toBe('consultation');
  });

  test('the box restarts: asked again with pauses that grow, the reason shown, and never given up', () => {
    let { model } = run(modelIn('consultation'), events.socket_closed);
    const pauses: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) {
      const next = advance(model, { type: 'not_reached', facts: { ...facts, failure: 'refused' } });
      pauses.push(...next.actions.flatMap((action) => (action.type === 'wait' ? [action.ms] : [])));
      model = next.model;
    }
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(model).toMatchObject({ state: 'reconnecting', unreachable: 'box_off' });
    expect(run(model, events.admitted_live, events.snapshot_live).model).toMatchObject({
      state: 'consultation',
      attempts: 0,
    });
  });

  test('a socket that closes at once is not opened without pause', () => {
    const first = run(
      modelIn('consultation'),
      events.socket_closed,
      events.admitted_live,
      events.socket_open,
    );
    const second = advance(first.model, events.socket_closed);
    expect(second.model.state).toBe('reconnecting');
    expect(second.actions.map(({ type }) => type)).toEqual(['wait']);
  });

  test('the box has a new address: another code is scanned while the old one is asked', () => {
    const waiting = run(modelIn('reconnecting'), events.scan, events.not_reached);
    expect(waiting.actions).toContain('scan');
    const moved = { ...code, id: 'token-9', base: 'http://192.168.1.11:8080' };
    const { model, actions } = run(waiting.model, { type: 'code_read', code: moved, nonce: 'nonce-9' });
    expect(model).toMatchObject({ state: 'reaching', code: moved });
    expect(actions).toContain('join');
  });

  test('the media server came back: fresh addresses, both streams anew', () => {
    const { model, actions } = run(modelIn('consultation'), events.cut, events.admitted_live);
    expect(model).toMatchObject({ state: 'consultation', push: 'starting', play: 'starting' });
    expect(actions).toEqual(expect.arrayContaining(['resume', 'push_start', 'play_start']));
  });

  test('a lost answer is asked for with the same nonce, and the same code again resumes', () => {
    const first = run(modelIn('home'), events.code_read);
    const again = advance(first.model, events.not_reached);
    const { actions } = advance(again.model, events.timer_resume);
    expect(actions).toEqual([{ type: 'join', code: events.code_read.code, nonce: 'nonce-2' }]);
    const reopened = advance(modelIn('waiting'), { type: 'code_read', code, nonce: 'another' });
    expect(reopened.actions.at(-1)).toEqual({ type: 'resume', session });
  });

  test('an answer that comes after the patient left keeps its token', () => {
    for (const state of ['home', 'refused', 'away', 'ended'] as const) {
      const { model, actions } = advance(modelIn(state), events.admitted);
      expect(model.state).toBe(state);
      expect(model.session?.resumeToken).toBe('resume-2');
      expect(actions.map(({ type }) => type)).toEqual(['store']);
    }
  });

  test('an answer that was pressed without a socket is told when it is back, and only once it is unknown', () => {
    const pressed = advance(modelIn('reconnecting'), events.answer);
    const back = run(pressed.model, events.admitted_live);
    const tell = {
      type: 'tell' as const,
      report: { type: 'answer' as const, messageId: 'm1', answer: '听得清' },
    };
    expect(advance(back.model, events.socket_open).actions).toContainEqual(tell);
    const known = { ...liveView, messages: view.messages.map((each) => ({ ...each, answered: '听得清' })) };
    const heard = run(back.model, { type: 'snapshot', view: known });
    expect(advance(heard.model, events.socket_open).actions).not.toContainEqual(tell);
  });
});

describe('codes of the two components', () => {
  /** As WeChat's pages list them. */
  const documented = {
    pusher: [
      ...[
        1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1018, 1019, 1020, 1021, 1022, 1031, 1032, 1033, 1034,
      ],
      ...[1101, 1102, 1103, 1104, 1105, 1106, 3001, 3002, 3003, 3004, 3005, 4998, 4999, 5001, 0],
      ...[-1301, -1302, -1303, -1304, -1305, -1306, -1307, -1308, -1309, -1310, -1311, -1312],
    ],
    pusherErrors: [10001, 10002, 10003, 10004],
    player: [
      ...[
        2001, 2002, 2003, 2004, 2005, 2006, 2007, 2008, 2009, 2101, 2102, 2103, 2104, 2105, 2106, 2107, 2108,
      ],
      ...[3001, 3002, 3003, 3005, -2301, -2302],
    ],
  };

  test('each has a line, and what does something to the patient says something', () => {
    for (const number of documented.pusher) expect(Object.keys(pusherCodes)).toContain(String(number));
    for (const number of documented.pusherErrors) expect(Object.keys(pusherErrors)).toContain(String(number));
    for (const number of documented.player) expect(Object.keys(playerCodes)).toContain(String(number));
    for (const { means, does, says } of [pusherCodes, pusherErrors, playerCodes].flatMap((each) =>
      Object.values(each),
    )) {
      expect(means).not.toBe('');
      if (does !== 'nothing' && does !== 'good') expect(says).not.toBeNull();
    }
  });

  test('each does in a consultation what its line says, and each is told to the box', () => {
    for (const [side, rules] of [
      ['push', { ...pusherCodes, ...pusherErrors }],
      ['play', playerCodes],
    ] as const) {
      for (const [text, { does, says }] of Object.entries(rules)) {
        const before = modelIn('consultation', { [side]: 'starting' });
        const { model, actions } = advance(before, media(side, Number(text)));
        const types = actions.map(({ type }) => type);
        expect(actions[0]).toEqual({ type: 'tell', report: { type: side, code: Number(text), message: '' } });
        switch (does) {
          case 'nothing':
            expect({ ...model, notice: null }).toEqual({ ...before, notice: null });
            break;
          case 'good':
            expect(model[side]).toBe('on');
            break;
          case 'retrying':
            expect(model).toMatchObject({ [side]: 'retrying', notice: says });
            break;
          case 'restart':
          case 'plain':
            expect(model).toMatchObject({ [side]: 'restarting', notice: says, plain: does === 'plain' });
            expect(advance(model, { type: 'timer', name: side }).actions[0]?.type).toBe(`${side}_start`);
            break;
          case 'refresh':
            expect(model.state).toBe('reconnecting');
            expect(types).toContain('resume');
            break;
          case 'notice':
            expect(model.notice).toBe(says);
            // No code says that it has passed.
            expect(types).toContain('wait');
            expect(advance(model, { type: 'timer', name: 'notice' }).model.notice).toBeNull();
            break;
          case 'check':
            expect(types).toContain('check_permissions');
            break;
          case 'away':
            expect(model.state).toBe('away');
            break;
        }
      }
    }
  });

  test('back on the speaker, nothing is said of the earpiece any more', () => {
    const ear = run(modelIn('consultation'), { type: 'echo' });
    expect(ear.model.notice).toBe('call.echoEar');
    expect(run(ear.model, { type: 'toggle_speaker' }).model.notice).toBeNull();
  });

  test('what still lasts stays said when something else has passed', () => {
    const model = { ...modelIn('consultation'), notice: 'media.pushRetry' as const };
    expect(advance(model, { type: 'timer', name: 'notice' }).model.notice).toBe('media.pushRetry');
  });

  test('three restarts in vain: the box is asked for fresh addresses', () => {
    let model = modelIn('consultation');
    for (let tries = 0; tries < 3; tries += 1) {
      model = run(model, media('play', -2301)).model;
      if (model.state === 'consultation') model = run(model, events.timer_play).model;
    }
    expect(model.state).toBe('reconnecting');
  });

  test('a code that nobody documented changes nothing and is told', () => {
    const { model, actions } = advance(modelIn('consultation'), media('push', 2027));
    expect(model.state).toBe('consultation');
    expect(actions.map(({ type }) => type)).toEqual(['tell']);
  });

  test('a stream that never says that it runs is started again; bytes that flow are proof enough', () => {
    const starting = modelIn('consultation', { push: 'starting' });
    expect(advance(starting, events.timer_push_watch).model.push).toBe('restarting');
    expect(advance(starting, events.net).model.push).toBe('on');
  });
});

test('the drawing in the docs is the table’s', async () => {
  const text = await Bun.file(new URL('../../docs/miniapp/state-machine.md', import.meta.url)).text();
  expect(text).toContain(`\`\`\`mermaid\n${drawing()}\n\`\`\``);
});
