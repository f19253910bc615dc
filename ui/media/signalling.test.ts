import { expect, test } from 'bun:test';
import { FakeClock, settle } from './fakes.ts';
import { deleteResource, postOffer, SignallingError } from './signalling.ts';

const refusing = (status: number, body?: object) => () =>
  Promise.resolve(body === undefined ? new Response('no', { status }) : Response.json(body, { status }));

async function refusal(fetch: () => Promise<Response>): Promise<SignallingError> {
  const error = await postOffer(fetch, new FakeClock(), '/a/whip', 'v=0').catch((thrown: unknown) => thrown);
  if (!(error instanceof SignallingError)) throw new Error('it was not refused');
  return error;
}

test('the offer goes out as SDP with the page’s cookie, the answer comes back', async () => {
  const sent: (RequestInit | undefined)[] = [];
  const fetch = (_url: string, init?: RequestInit) => {
    sent.push(init);
    return Promise.resolve(new Response('v=0 answer', { status: 201 }));
  };
  const answer = await postOffer(fetch, new FakeClock(), '/a/whip', 'v=0 offer');
  expect(answer).toEqual({ sdp: 'v=0 answer', resource: null });
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ method: 'POST', body: 'v=0 offer', credentials: 'same-origin' });
  expect(new Headers(sent[0]?.headers).get('content-type')).toBe('application/sdp');
});

test.each([
  ['/api/x/whip/1', '/api/x/whip/1'],
  ['https://box:8443/whip/1', 'https://box:8443/whip/1'],
  ['session-1', '/api/x/session-1'],
])('the session at Location %s is found', async (location, resource) => {
  const fetch = () => Promise.resolve(new Response('', { status: 201, headers: { Location: location } }));
  expect((await postOffer(fetch, new FakeClock(), '/api/x/whip', '')).resource).toBe(resource);
});

test.each([
  [404, 'not_publishing', true],
  [409, 'bad_offer', true],
  [429, 'bad_offer', true],
  [500, 'media_unavailable', true],
  [503, 'media_unavailable', true],
  [400, 'bad_offer', false],
  [401, 'access_required', false],
  [410, 'consultation_ended', false],
])('%d without a body is %s, to be tried again: %p', async (status, code, retryable) => {
  expect(await refusal(refusing(status))).toMatchObject({ code, retryable });
});

test('the server’s own code wins over the status', async () => {
  const body = { error: { code: 'not_found', message: '' } };
  expect(await refusal(refusing(404, body))).toMatchObject({ code: 'not_found', retryable: true });
  expect((await refusal(refusing(404, { error: {} }))).code).toBe('not_publishing');
});

test('a network that is gone is worth another try', async () => {
  const error = await refusal(() => Promise.reject(new TypeError('failed to fetch')));
  expect(error).toMatchObject({ code: 'network', retryable: true });
});

test('a server that never answers is given up', async () => {
  const clock = new FakeClock();
  const hanging = (_url: string, init?: RequestInit) =>
    new Promise<Response>((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
  let code = 'pending';
  postOffer(hanging, clock, '/a', '').catch((error: SignallingError) => {
    code = error.code;
  });
  await clock.pass(5000);
  expect(code).toBe('pending');
  await clock.pass(5000);
  expect(code).toBe('network');
});

test('ending a session outlives the page, and does not mind a server that is gone', async () => {
  const sent: (RequestInit | undefined)[] = [];
  const fetch = (_url: string, init?: RequestInit) => {
    sent.push(init);
    return Promise.reject(new Error('gone'));
  };
  deleteResource(fetch, null);
  expect(sent).toEqual([]);
  deleteResource(fetch, '/session/1');
  await settle();
  expect(sent[0]).toMatchObject({ method: 'DELETE', keepalive: true });
});
