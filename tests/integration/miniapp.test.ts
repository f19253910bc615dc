/** The mini-program's own session against a real box, without media: what phone and box say to each other fits. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { RequestFailed } from '../../miniapp/platform/platform.ts';
import { Session } from '../../miniapp/session/session.ts';
import { FakePhone } from '../../miniapp/testing/fake-platform.ts';
import type { ConsultationView } from '../../server/consultations/view.ts';
import { Box } from '../tools/box.ts';
import { waitFor } from '../tools/wait.ts';

let box: Box;
beforeAll(async () => {
  box = await Box.start({ engine: 'embedded' });
}, 120_000);
afterAll(() => box?.stop());

/** A phone with a real network and a real clock; its camera and screen write down what they are told. */
function realPhone(): FakePhone {
  const phone = new FakePhone();
  phone.missing = [];
  Object.assign(phone.platform, {
    now: Date.now,
    after: (ms: number, run: () => void) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    nonce: async () => crypto.randomUUID(),
    request: async ({ url, method, body, timeout }: Parameters<typeof phone.platform.request>[0]) => {
      try {
        const response = await fetch(url, {
          method,
          headers: { 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(timeout),
        });
        const text = await response.text();
        return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : null };
      } catch (error) {
        throw new RequestFailed('refused', String(error));
      }
    },
    openSocket: (url: string, handlers: Parameters<typeof phone.platform.openSocket>[1]) => {
      const socket = new WebSocket(url);
      let over = false;
      socket.onopen = handlers.open;
      socket.onmessage = ({ data }) => handlers.message(String(data));
      socket.onclose = () => {
        if (!over) handlers.closed();
      };
      return {
        send: (text: string) => socket.send(text),
        close: () => {
          over = true;
          socket.close();
        },
      };
    },
  });
  return phone;
}

const state = (session: Session, ...wanted: string[]) =>
  waitFor(`the mini-program is ${wanted.join(' or ')}`, () => wanted.includes(session.model.state), {
    limit: 30_000,
  });

/** Scans and goes through what the patient is asked, whatever this box asks. */
async function join(url: string): Promise<{ phone: FakePhone; session: Session }> {
  const phone = realPhone();
  const session = new Session(phone.platform);
  session.open({ q: encodeURIComponent(url) });
  await state(session, 'confirming', 'consent');
  session.dispatch({ type: 'confirm' });
  await state(session, 'consent');
  session.dispatch({ type: 'agree' });
  await state(session, 'consultation', 'waiting');
  return { phone, session };
}

const begin = async () => {
  const consultation = await box.create();
  const url = consultation.pairing?.url ?? '';
  return { id: consultation.id, url };
};

test('scan, consultation, locked and back, the doctor ends it', async () => {
  const { id, url } = await begin();
  const { phone, session } = await join(url);
  await state(session, 'consultation');
  expect(session.model.view?.pushUrl).toStartWith('rtmp://');
  expect(phone.done).toContain('pusher.start');
  // "connected" is said of a phone whose stream is there; this one has a socket alone.
  await waitFor('the socket is accepted', () => session.model.attempts === 0 && session.model.view !== null);
  phone.listener?.hidden();
  await waitFor('the doctor sees that it is away', async () => (await box.view(id)).device === 'background');
  const token = session.model.session?.resumeToken;
  phone.listener?.shown();
  await state(session, 'consultation');
  expect(session.model.session?.resumeToken).not.toBe(token);
  await waitFor('the doctor sees it again', async () => (await box.view(id)).device !== 'background');
  await box.post(`/api/consultations/${id}/end`);
  await state(session, 'ended');
}, 60_000);

test('the box is killed and comes back: the mini-program is there again, with nothing typed', async () => {
  const { url } = await begin();
  const { session } = await join(url);
  await state(session, 'consultation');
  await box.kill();
  await state(session, 'reconnecting');
  box.run();
  await box.ready();
  await state(session, 'consultation');
}, 120_000);

test('a used code, an unknown one, another phone, and one that was destroyed', async () => {
  const { id, url } = await begin();
  const { phone, session } = await join(url);
  const second = new Session(realPhone().platform);
  second.open({ q: encodeURIComponent(url) });
  await state(second, 'refused');
  expect(second.model.refusal).toBe('token_used');
  const third = new Session(realPhone().platform);
  third.open({ q: encodeURIComponent(url.replace(/[^/]+$/, 'nobodyknowsthiscode1234')) });
  await state(third, 'refused');
  expect(third.model.refusal).toBe('token_unknown');

  const destroyed = realPhone();
  for (const [key, value] of phone.stored) destroyed.stored.set(key, value);
  const again = new Session(destroyed.platform);
  again.open({});
  await state(again, 'consent', 'consultation');

  const fresh = (await (await box.post(`/api/consultations/${id}/pairing`)).json()) as ConsultationView;
  await join(fresh.pairing?.url ?? '');
  await state(session, 'refused');
  expect(session.model.refusal).toBe('replaced');
}, 60_000);
