import { beforeEach, describe, expect, test } from 'bun:test';
import type { ConsultationView, EventMessage } from '../../server/consultations/view.ts';
import { FakeClock, settle } from '../media/fakes.ts';
import type { PublisherEvents } from '../media/whip.ts';
import { ApiError } from '../shared/api.ts';
import type { EventsHandlers } from '../shared/events.ts';
import { sampleConsultation, silentStream as silent } from '../testing/consultation.ts';
import { ConsultationSession } from './consultation-session.ts';

const open = sampleConsultation();

let clock: FakeClock;
/** What was done, in order. */
let done: string[];
let session: ConsultationSession;
let events: EventsHandlers;
let publishers: PublisherEvents[];
let takenOver: () => void;
let page: EventTarget;
let online: boolean;
/** What the API answers; how long it takes, ms. */
let answer: () => ConsultationView;
let answersAfter: number;

beforeEach(() => {
  clock = new FakeClock();
  done = [];
  publishers = [];
  page = new EventTarget();
  online = true;
  answer = () => open;
  answersAfter = 0;
  const ask = async (name: string) => {
    done.push(name);
    if (answersAfter > 0) await new Promise<void>((resolve) => clock.after(answersAfter, resolve));
    return answer();
  };
  session = new ConsultationSession(
    open,
    { stream: { getTracks: () => [] } as unknown as MediaStream },
    {
      changed: () => undefined,
      reconnect: () => void done.push('reconnect the player'),
      ended: ({ state }) => void done.push(`ended: ${state}`),
      accessRequired: () => void done.push('access required'),
    },
    {
      clock,
      page,
      online: () => online,
      api: { consultation: () => ask('ask'), probe: () => ask('probe') },
      openEvents: (_id, handlers) => {
        events = handlers;
        return {
          ...{ open: () => void done.push('open events'), close: () => void done.push('close events') },
          ...{ reconnectNow: () => void done.push('events: now') },
          renew: () => {
            done.push('events: renew');
            handlers.state('lost');
          },
        };
      },
      openTakeover: (_id, callback) => {
        takenOver = callback;
        return { claim: () => void done.push('claim'), close: () => undefined };
      },
      publish: (_url, _stream, publisherEvents) => {
        publishers.push(publisherEvents);
        return {
          ...{ start: () => void done.push('publish'), stop: () => void done.push('stop publishing') },
          ...{ reconnectNow: () => void done.push('publish anew') },
          ...{ forceKeyFrames: () => void done.push('keyframes'), replaceTrack: () => Promise.resolve() },
        };
      },
    },
  );
  session.start();
});

const fail = (code: string, retryable = true) => publishers.at(-1)?.failure({ code, retryable });
const failing = (code: string, status: number) => () => {
  throw new ApiError(code, status, code);
};
const count = (what: string) => done.filter((each) => each === what).length;

test('it claims the consultation, listens and publishes', () => {
  expect(done).toEqual(['claim', 'open events', 'publish']);
});

describe('what goes wrong with the publishing', () => {
  test('three failed connections, and the doctor is told that something blocks them; a success clears it', () => {
    fail('ice_failed');
    fail('ice_timeout');
    expect(session.problem).toBeNull();
    fail('ice_timeout');
    expect(session.problem).toBe('ice_blocked');
    publishers.at(-1)?.state('publishing');
    expect(session.problem).toBeNull();
    fail('ice_failed');
    expect(session.problem).toBeNull();
  });

  test('what no retry can mend is said', () => {
    fail('no_h264', false);
    expect(session.problem).toBe('no_h264_local');
    session.dismissProblem();
    expect(session.problem).toBeNull();
    fail('bad_offer', false);
    expect(session.problem).toBe('bad_offer');
  });

  test('a media server that restarts is said, and no longer once it is back', () => {
    fail('media_unavailable');
    expect(session.problem).toBe('media_unavailable');
    publishers.at(-1)?.state('publishing');
    expect(session.problem).toBeNull();
  });

  test('no access and the end are questions for others', async () => {
    fail('access_required', false);
    expect(done).toContain('access required');
    answer = () => ({ ...open, state: 'ended' });
    fail('consultation_ended', false);
    await settle();
    expect(done).toContain('ended: ended');
    expect(session.problem).toBeNull();
  });

  test('it makes one suspicious: a server that does not answer is looked for, one that does is left alone', async () => {
    fail('ice_failed');
    await settle();
    expect(count('probe')).toBe(1);
    expect(count('events: renew')).toBe(0);
    answer = failing('network', 0);
    fail('network');
    await settle();
    expect(count('events: renew')).toBe(1);
  });
});

describe('the connection to the server', () => {
  test('a blink of it needs no banner', async () => {
    events.state('lost');
    await clock.pass(1000);
    events.state('open');
    await clock.pass(10_000);
    expect(count('probe')).toBe(0);
    expect(session.network).toBe('ok');
  });

  test('refused at once: the server restarts; when it answers the socket is made at once', async () => {
    answer = failing('network', 0);
    events.state('lost');
    await clock.pass(2000);
    expect(session.network).toBe('restarting');
    answer = () => open;
    await clock.pass(2500);
    expect(done).toContain('events: now');
    events.state('open');
    expect(session.network).toBe('ok');
    expect(count('ask')).toBe(1);
  });

  test('refused for long: it is not to be reached', async () => {
    answer = failing('network', 0);
    events.state('lost');
    await clock.pass(15_000);
    expect(session.network).toBe('restarting');
    await clock.pass(10_000);
    expect(session.network).toBe('unreachable');
  });

  test('no answer at all: it is not to be reached', async () => {
    answer = failing('network', 0);
    answersAfter = 5000;
    events.state('lost');
    await clock.pass(7000);
    expect(session.network).toBe('unreachable');
  });

  test('this computer is offline, and comes back', async () => {
    page.dispatchEvent(new Event('offline'));
    expect(session.network).toBe('offline');
    online = false;
    answer = failing('network', 0);
    events.state('lost');
    await clock.pass(2000);
    expect(session.network).toBe('offline');
    online = true;
    page.dispatchEvent(new Event('online'));
    expect(done.slice(-3)).toEqual(['events: renew', 'publish anew', 'reconnect the player']);
  });

  test('a server in trouble counts as restarting; signed out meanwhile, the code is asked for', async () => {
    answer = failing('internal', 502);
    events.state('lost');
    await clock.pass(2000);
    expect(session.network).toBe('restarting');
    answer = failing('access_required', 401);
    await clock.pass(2500);
    expect(done).toContain('access required');
  });

  test('a command that nobody answers shows it, although the socket believes to be open', async () => {
    events.state('open');
    await settle();
    await session.command(() => Promise.reject(new ApiError('network', 0, 'no answer')));
    expect(session.problem).toBe('network');
    expect(count('events: renew')).toBe(1);
    events.state('open');
    await settle();
    expect(session.problem).toBeNull();
  });
});

describe('news', () => {
  const receive = (message: EventMessage) => events.message(message);

  test('when the patient begins to watch, keyframes are sent; once', () => {
    const watched = { ...open, doctor: { ...silent, publishing: true, watched: true } };
    receive({ type: 'snapshot', consultation: watched });
    receive({ type: 'snapshot', consultation: watched });
    expect(count('keyframes')).toBe(1);
    expect(session.consultation).toBe(watched);
  });

  test('“reconnect” makes both media connections anew at once', () => {
    receive({ type: 'reconnect', reason: 'address_changed' });
    expect(done.slice(-2)).toEqual(['publish anew', 'reconnect the player']);
  });

  test('the end: everything is closed, once, and what comes later changes nothing', () => {
    receive({ type: 'snapshot', consultation: { ...open, state: 'ended' } });
    expect(done.slice(-3)).toEqual(['close events', 'stop publishing', 'ended: ended']);
    receive({ type: 'snapshot', consultation: { ...open, state: 'ended' } });
    expect(count('ended: ended')).toBe(1);
  });

  test('another doctor: this page stops and says so, until the doctor takes it back', () => {
    receive({ type: 'error', error: { code: 'taken_over', message: '' } });
    expect(session.takenOver).toBe(true);
    expect(done.at(-1)).toBe('stop publishing');
    session.takeBack();
    expect(session.takenOver).toBe(false);
    expect(done.slice(-3)).toEqual(['claim', 'publish', 'reconnect the player']);
  });

  test('another window of this browser is the same', () => {
    takenOver();
    expect(session.takenOver).toBe(true);
    expect(done.at(-1)).toBe('stop publishing');
  });

  test('any other error is shown until a command succeeds', async () => {
    receive({ type: 'error', error: { code: 'internal', message: '' } });
    expect(session.problem).toBe('internal');
    await session.refresh();
    expect(session.problem).toBeNull();
  });
});

test('what the server refuses is shown, and a later success clears it', async () => {
  await session.command(() => Promise.reject(new ApiError('no_address', 409, '')));
  expect(session.problem).toBe('no_address');
  await session.command(() => Promise.resolve(open));
  expect(session.problem).toBeNull();
});

test('a page that is closed frees its stream; a session that is closed hears nothing more', () => {
  page.dispatchEvent(new Event('pagehide'));
  expect(done.at(-1)).toBe('stop publishing');
  session.close();
  const before = done.length;
  page.dispatchEvent(new Event('online'));
  page.dispatchEvent(new Event('pagehide'));
  expect(done.length).toBe(before);
});
