import { describe, expect, test } from 'bun:test';
import type { EndedBody } from '../../server/consultations/phone-protocol.ts';
import { type HttpAnswer, RequestFailed } from '../platform/platform.ts';
import { FakePhone, settle } from '../testing/fake-platform.ts';
import { admission, endedView, liveView, view } from '../testing/samples.ts';
import { Session } from './session.ts';
import { consultationPage, endedPage } from './view.ts';

const link = { q: encodeURIComponent('http://192.168.1.10:8080/p/token-1?w=clinic-5G&t=010-12345678') };

/** A phone whose box admits it as it says. */
function joinedPhone(of = view) {
  const phone = new FakePhone();
  phone.answer = ({ url }) => ({ status: 200, body: url.endsWith('/consent') ? of : admission(of) });
  return phone;
}

/** Up to the permissions' end. */
async function join(phone: FakePhone): Promise<Session> {
  const session = new Session(phone.platform);
  session.open(link);
  await settle();
  session.dispatch({ type: 'confirm' });
  session.dispatch({ type: 'agree' });
  await settle();
  session.dispatch({ type: 'allow' });
  await settle();
  return session;
}

const socketOf = (phone: FakePhone) => {
  const socket = phone.sockets.at(-1);
  if (socket === undefined) throw new Error('no socket was opened');
  return socket;
};

const leaving = (phone: FakePhone) => phone.requests.filter(({ url }) => url.endsWith('/abc/leave'));

const say = (phone: FakePhone, message: object) => socketOf(phone).handlers.message(JSON.stringify(message));

describe('a session', () => {
  test('after WeChat’s settings, what was never asked is asked', async () => {
    const phone = joinedPhone();
    phone.refused = ['camera'];
    const session = await join(phone);
    expect(session.model).toMatchObject({ state: 'forbidden', missing: ['camera'] });
    // Looking alone would find it missing still: only asking mends it.
    phone.missing = ['microphone'];
    phone.refused = [];
    session.dispatch({ type: 'open_settings' });
    await settle();
    expect(phone.done).toContain('settings wechat');
    expect(session.model.state).toBe('waiting');
  });

  test('destroyed, and opened again by the code that is used up by now: back in the consultation', async () => {
    const phone = joinedPhone();
    await join(phone);
    const again = new FakePhone();
    for (const [key, value] of phone.stored) again.stored.set(key, value);
    again.answer = () => ({ status: 200, body: admission() });
    const session = new Session(again.platform);
    session.open(link);
    await settle();
    expect(again.requests[0]?.url).toEndWith('/resume');
    expect(session.model.session?.consultationId).toBe('abc');
  });

  test('from a link to the pictures: what goes out is the protocol', async () => {
    const phone = joinedPhone();
    const session = await join(phone);
    expect(session.model.state).toBe('waiting');
    expect(phone.requests.map(({ url, body }) => [url, body])).toEqual([
      [
        'http://192.168.1.10:8080/api/pairings/token-1/redeem',
        { clientNonce: '0123456789abcdef0123456789abcdef' },
      ],
      [
        'http://192.168.1.10:8080/api/consultations/abc/consent',
        { resumeToken: 'resume-2', version: '1', by: 'patient' },
      ],
    ]);
    socketOf(phone).handlers.open();
    expect(socketOf(phone).sent).toEqual(['{"resumeToken":"resume-2"}']);
    say(phone, { type: 'snapshot', ...liveView });
    await settle();
    expect(session.model.state).toBe('consultation');
    expect(phone.done).toEqual(expect.arrayContaining(['attention zh', 'pusher.start', 'player.start']));
    session.dispatch({ type: 'media', side: 'push', code: 1002, message: 'push begin' });
    await settle();
    expect(phone.done).toContain('toast 推流成功');
    expect(JSON.parse(socketOf(phone).sent.at(-1) ?? '')).toEqual({
      type: 'push',
      code: 1002,
      message: 'push begin',
    });
    say(phone, { type: 'snapshot', ...endedView });
    await settle();
    expect(endedPage(session.model, 'zh').advice).toBe('多喝水');
    expect(phone.done.at(-1)).toBe('screen off');
    expect(phone.stored.has('session')).toBe(false);
  });

  test('an answer that is lost is asked for again with the same nonce', async () => {
    const phone = joinedPhone();
    const { answer } = phone;
    let lost = 1;
    phone.answer = (request) => (lost-- > 0 ? new RequestFailed('timeout', 'lost') : answer(request));
    const session = new Session(phone.platform);
    session.open(link);
    await phone.pass(1000);
    expect(session.model.state).toBe('confirming');
    expect(phone.requests).toHaveLength(2);
    expect(phone.requests[1]).toEqual(phone.requests[0] as never);
  });

  test('iOS asks about the local network: the first requests fail, the patient allows it, all goes on', async () => {
    const phone = joinedPhone();
    const { answer } = phone;
    const began = phone.time;
    phone.answer = (request) =>
      phone.time - began < 5000 ? new RequestFailed('prohibited', '-1009') : answer(request);
    const session = new Session(phone.platform);
    session.open(link);
    await phone.pass(3000);
    expect(consultationPage(session.model, 'zh').notice?.hint).toContain('本地网络');
    await phone.pass(3000);
    expect(session.model.state).toBe('confirming');
  });

  test('nobody answers: one sentence, with the Wi-Fi’s name and the telephone; asked again by itself', async () => {
    const phone = new FakePhone();
    phone.platform.network = () =>
      Promise.resolve({ network: 'wifi', ownAddress: '10.0.0.5', netmask: '255.255.255.0' });
    const session = new Session(phone.platform);
    session.open(link);
    await phone.pass(1000);
    const { notice } = consultationPage(session.model, 'zh');
    expect(notice?.title).toBe('手机连的不是诊所的 Wi-Fi。');
    expect(notice?.text).toContain('clinic-5G');
    session.dispatch({ type: 'call_clinic' });
    expect(phone.done).toContain('dial 010-12345678');
    const asked = phone.requests.length;
    phone.answer = joinedPhone().answer;
    await phone.pass(10_000);
    expect(phone.requests.length).toBeGreaterThan(asked);
    expect(session.model.state).toBe('confirming');
  });

  test('destroyed while joined: the next start resumes by itself', async () => {
    const phone = joinedPhone(liveView);
    await join(phone);
    const next = new FakePhone();
    for (const [key, value] of phone.stored) next.stored.set(key, value);
    next.answer = phone.answer;
    next.missing = [];
    const session = new Session(next.platform);
    session.open({});
    await settle();
    expect(next.requests[0]?.url).toBe('http://192.168.1.10:8080/api/consultations/abc/resume');
    expect(session.model.session?.confirmed).toBe(true);
  });

  test('it ended while the phone slept: the advice comes with the refusal', async () => {
    const phone = joinedPhone(liveView);
    const session = await join(phone);
    phone.listener?.hidden();
    await settle();
    expect(session.model.state).toBe('away');
    const body: EndedBody = { error: { code: 'consultation_ended', message: '' }, advice: '多喝水' };
    phone.answer = () => ({ status: 410, body });
    phone.listener?.shown();
    await settle();
    expect(session.model).toMatchObject({ state: 'ended', ended: { advice: '多喝水' } });
  });

  test('a box that answered pings and falls silent is left; net reports are thinned out', async () => {
    const phone = joinedPhone(liveView);
    const session = await join(phone);
    const socket = socketOf(phone);
    socket.handlers.open();
    say(phone, { type: 'snapshot', ...liveView });
    say(phone, { type: 'pong' });
    await settle();
    const before = socket.sent.length;
    for (let each = 0; each < 5; each += 1) {
      session.dispatch({ type: 'net', report: { type: 'net', side: 'push', videoBitrate: 800 } });
    }
    await settle();
    expect(socket.sent.length).toBe(before + 1);
    await phone.pass(60_000);
    expect(socket.closed).toBe(true);
    expect(phone.requests.some(({ url }) => url.endsWith('/resume'))).toBe(true);
  });

  test('an older box: no consent, no clinic, no messages, and it works', async () => {
    const { consultationId, state, pushUrl, playUrl, player, doctorPublishing, watched } = liveView;
    const { resumeToken, eventsUrl, expiresAt } = admission();
    const phone = new FakePhone();
    phone.missing = [];
    phone.answer = ({ url }) =>
      url.endsWith('/consent')
        ? { status: 404, body: { error: { code: 'not_found', message: '' } } }
        : {
            status: 200,
            body: {
              ...{ consultationId, state, pushUrl, playUrl, player, doctorPublishing, watched },
              ...{ resumeToken, eventsUrl, expiresAt },
            },
          };
    const session = new Session(phone.platform);
    session.open(link);
    await settle();
    // Nothing to confirm.
    expect(session.model.state).toBe('consent');
    session.dispatch({ type: 'agree' });
    await settle();
    expect(session.model.state).toBe('consultation');
  });

  test('WeChat is too old: said before anything is asked', async () => {
    const phone = joinedPhone();
    phone.lacking = ['lan'];
    const session = new Session(phone.platform);
    session.open(link);
    await settle();
    expect(session.model).toMatchObject({ state: 'refused', refusal: 'unsupported' });
    expect(phone.requests).toEqual([]);
  });

  test('the demonstration: all of it, without one request, and nothing is kept', async () => {
    const phone = new FakePhone();
    const session = new Session(phone.platform);
    session.demonstrate();
    await phone.pass(100);
    expect(session.model.state).toBe('confirming');
    session.dispatch({ type: 'confirm' });
    session.dispatch({ type: 'agree' });
    await phone.pass(100);
    session.dispatch({ type: 'allow' });
    await phone.pass(100);
    expect(session.model.state).toBe('waiting');
    await phone.pass(6000);
    expect(session.model).toMatchObject({ state: 'consultation', push: 'on', play: 'on' });
    await phone.pass(6000);
    const { stage, demo } = consultationPage(session.model, 'zh');
    expect(demo).toContain('演示');
    expect(stage).toMatchObject({ pushUrl: '', playUrl: '', seen: '医生能看到您了' });
    expect(stage?.message?.answers).toHaveLength(2);
    session.dispatch({ type: 'answer', messageId: 'demo-1', answer: '听得清楚' });
    await phone.pass(6000);
    expect(session.model.state).toBe('ended');
    expect(endedPage(session.model, 'zh').advice).toContain('不是医嘱');
    expect(phone.requests).toEqual([]);
    expect(phone.stored.size).toBe(0);
    session.dispatch({ type: 'go_home' });
    await settle();
    expect(session.resumable).toBe(false);
  });

  test('left without a network: said again until the box has heard, also after the mini-program was closed', async () => {
    const phone = joinedPhone(liveView);
    const session = await join(phone);
    phone.answer = () => new RequestFailed('timeout', 'no network');
    phone.listener?.network(false, false);
    session.dispatch({ type: 'leave' });
    await phone.pass(12_000);
    expect(session.model.state).toBe('ended');
    expect(leaving(phone).length).toBeGreaterThan(2);

    const next = new FakePhone();
    for (const [key, value] of phone.stored) next.stored.set(key, value);
    next.answer = () => ({ status: 204, body: null });
    new Session(next.platform);
    await next.pass(60_000);
    expect(leaving(next).map(({ body }) => body)).toEqual([{ resumeToken: 'resume-2', reason: 'ended' }]);
    expect(next.stored.has('farewell')).toBe(false);
  });

  test('“not me” reaches the box although this phone forgets the consultation at once', async () => {
    const phone = joinedPhone();
    const session = new Session(phone.platform);
    session.open(link);
    await settle();
    session.dispatch({ type: 'deny' });
    await settle();
    expect(phone.stored.has('session')).toBe(false);
    expect(leaving(phone)[0]?.body).toEqual({ resumeToken: 'resume-2', reason: 'not_me' });
  });

  test('who goes back in has not left: what was still unsaid is taken back', async () => {
    const phone = joinedPhone(liveView);
    const session = await join(phone);
    const { answer } = phone;
    phone.answer = () => new RequestFailed('timeout', 'no network');
    session.dispatch({ type: 'leave' });
    await settle();
    phone.answer = answer;
    session.dispatch({ type: 'rejoin' });
    await settle();
    const said = leaving(phone).length;
    await phone.pass(60_000);
    expect(session.model.state).toBe('consultation');
    expect(leaving(phone)).toHaveLength(said);
  });

  test('the answer to a code that was put aside for another one is no answer to that one', async () => {
    const phone = joinedPhone();
    const slow = Promise.withResolvers<HttpAnswer>();
    phone.answer = ({ url }) => (url.includes('token-1') ? slow.promise : { status: 200, body: other });
    const other = { ...admission({ ...view, consultationId: 'other' }), resumeToken: 'resume-other' };
    for (const late of [
      { status: 200, body: admission() },
      { status: 410, body: { error: { code: 'token_used', message: '' } } },
    ]) {
      const session = new Session(phone.platform);
      session.open(link);
      await settle();
      session.open({ q: link.q.replace('token-1', 'token-2') });
      await settle();
      expect(session.model).toMatchObject({ state: 'confirming', session: { consultationId: 'other' } });
      slow.resolve(late);
      await settle();
      expect(session.model).toMatchObject({ state: 'confirming', session: { resumeToken: 'resume-other' } });
      phone.stored.clear();
    }
  });

  test('the same code asked twice: the first answer, however late, is taken; an older “no” is not', async () => {
    const phone = joinedPhone();
    const asked: { resolve: (answer: HttpAnswer) => void }[] = [];
    phone.answer = () => {
      const next = Promise.withResolvers<HttpAnswer>();
      asked.push(next);
      return next.promise;
    };
    const session = new Session(phone.platform);
    session.open(link);
    await settle();
    session.open(link);
    await settle();
    asked[0]?.resolve({ status: 500, body: null });
    await settle();
    expect(session.model.state).toBe('reaching');
    session.open(link);
    await settle();
    asked[1]?.resolve({ status: 200, body: admission() });
    await settle();
    expect(session.model.state).toBe('confirming');
  });

  test('the doctor lets the patient in: called in the language of the pages', async () => {
    const phone = joinedPhone();
    const session = await join(phone);
    session.setLanguage('en');
    socketOf(phone).handlers.open();
    say(phone, { type: 'snapshot', ...liveView });
    await settle();
    expect(phone.done).toContain('attention en');
  });

  test('a stream that is started again is stopped first; a first one is not', async () => {
    const phone = joinedPhone(liveView);
    const session = await join(phone);
    expect(phone.done).not.toContain('pusher.stop');
    session.dispatch({ type: 'media', side: 'push', code: -1307, message: '' });
    await phone.pass(1000);
    expect(phone.done.slice(-2)).toEqual(['pusher.stop', 'pusher.start']);
  });
});
