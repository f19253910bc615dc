/** The API from outside: one shape for every error, nothing lost, nothing open. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { PhoneAdmission } from '../../server/consultations/phone-protocol.ts';
import type { ConsultationView } from '../../server/consultations/view.ts';
import { Box } from '../tools/box.ts';
import { onEachEngine } from '../tools/engines.ts';
import { waitFor } from '../tools/wait.ts';

let box: Box;
beforeAll(async () => {
  box = await Box.start({ engine: 'embedded', settings: { CONSULTBOX_CONSULTATIONS_TOKEN_LIFE: '600' } });
}, 120_000);
afterAll(() => box?.stop());

const nonce = 'a-phone-of-somebody';
const redeem = (view: ConsultationView, clientNonce = nonce) =>
  box.phone(`/api/pairings/${view.pairing?.token}/redeem`, { clientNonce });

async function expectError(response: Response | Promise<Response>, status: number, code: string) {
  const answer = await response;
  const body = (await answer.json()) as { error: { code: string; message: string } };
  expect({ status: answer.status, code: body.error.code }).toEqual({ status, code });
  expect(Object.keys(body)).toEqual(['error']);
  expect(body.error.message).not.toMatch(/\n\s+at |node_modules/);
}

test('nothing of the clinic is open without the access code', async () => {
  const bare = (path: string, init: RequestInit = {}) =>
    fetch(box.clinicUrl + path, { ...init, tls: { rejectUnauthorized: false } });
  for (const path of [
    ...['/api/consultations', '/api/status', '/metrics', '/api/access', '/api/consultations/abc'],
    '/api/consultations/abc/patient/hls/index.m3u8',
  ]) {
    await expectError(bare(path), 401, 'access_required');
  }
  await expectError(bare('/api/consultations', { method: 'POST' }), 401, 'access_required');
  await expectError(bare('/api/consultations/abc/doctor/whip', { method: 'POST' }), 401, 'access_required');
  expect((await bare('/')).status).toBe(200);
});

test('the access code opens a session in a cookie; a wrong one does not; many wrong ones are slowed down', async () => {
  const other = await Box.start({ engine: 'embedded' });
  try {
    const signIn = (code: string) => other.clinic('/api/access', json({ code }, { authorization: 'none' }));
    const good = await signIn('test code 1234');
    expect(good.status).toBe(204);
    const cookie = good.headers.getSetCookie()[0] ?? '';
    expect(cookie).toMatch(/^__Host-consultbox=\S+; Path=\/; .*Secure; HttpOnly; SameSite=Strict$/);
    const headers = { cookie: cookie.split(';')[0] ?? '', authorization: 'none' };
    expect((await other.clinic('/api/access', { headers })).status).toBe(204);
    const foreign = { ...headers, origin: 'https://elsewhere.example' };
    await expectError(other.clinic('/api/consultations', { headers: foreign }), 403, 'foreign_origin');
    await other.clinic('/api/access', { method: 'DELETE', headers });
    await expectError(other.clinic('/api/access', { headers }), 401, 'access_required');
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expectError(signIn('WRONG-CODE'), 401, 'wrong_access_code');
    }
    await expectError(signIn('WRONG-CODE'), 429, 'too_many_attempts');
  } finally {
    await other.stop();
  }
}, 120_000);

test('unknown, used, expired, revoked and malformed tokens', async () => {
  await expectError(
    box.phone('/api/pairings/unknown-token/redeem', { clientNonce: nonce }),
    404,
    'token_unknown',
  );
  await expectError(
    box.phone('/api/pairings/%F0%9F%98%80/redeem', { clientNonce: nonce }),
    404,
    'token_unknown',
  );
  const view = await box.create();
  expect((await redeem(view)).status).toBe(200);
  await expectError(redeem(view, 'another-phone-altogether'), 410, 'token_used');

  const renewed = await box.create();
  const fresh = (await (
    await box.post(`/api/consultations/${renewed.id}/pairing`)
  ).json()) as ConsultationView;
  await expectError(redeem(renewed), 410, 'token_revoked');
  expect((await redeem(fresh)).status).toBe(200);

  const ended = await box.create();
  await box.post(`/api/consultations/${ended.id}/end`);
  await expectError(redeem(ended), 410, 'consultation_ended');
});

test('a token expires', async () => {
  const hasty = await Box.start({
    engine: 'embedded',
    settings: { CONSULTBOX_CONSULTATIONS_TOKEN_LIFE: '1' },
  });
  try {
    const view = await hasty.create();
    await waitFor('the code is gone', async () => (await hasty.view(view.id)).pairing === null);
    const answer = hasty.phone(`/api/pairings/${view.pairing?.token}/redeem`, { clientNonce: nonce });
    await expectError(answer, 410, 'token_expired');
  } finally {
    await hasty.stop();
  }
}, 120_000);

test('the same nonce gets the same answer again; two phones with one token: one joins', async () => {
  const view = await box.create();
  const first = (await (await redeem(view)).json()) as PhoneAdmission;
  expect((await (await redeem(view)).json()) as PhoneAdmission).toEqual(first);
  const other = await box.create();
  const answers = await Promise.all([redeem(other, 'phone-number-one'), redeem(other, 'phone-number-two')]);
  expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 410]);
});

test('a page that looks ahead at the code does not use it up', async () => {
  const view = await box.create();
  const page = await fetch(view.pairing?.url ?? '');
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain('微信小程序');
  expect((await redeem(view)).status).toBe(200);
});

test('resume rotates its token, tolerates a lost answer, and refuses a phone that was replaced', async () => {
  const view = await box.create();
  const first = (await (await redeem(view)).json()) as PhoneAdmission;
  const resume = (resumeToken: string) => box.phone(`/api/consultations/${view.id}/resume`, { resumeToken });
  const second = (await (await resume(first.resumeToken)).json()) as PhoneAdmission;
  expect(second.resumeToken).not.toBe(first.resumeToken);
  expect(second.pushUrl).toBe(first.pushUrl);
  const again = (await (await resume(first.resumeToken)).json()) as PhoneAdmission;
  expect(again.resumeToken).toBe(second.resumeToken);
  await expectError(resume('nonsense'), 403, 'resume_refused');
  const fresh = (await (await box.post(`/api/consultations/${view.id}/pairing`)).json()) as ConsultationView;
  const replaced = (await (await redeem(fresh, 'another-phone-altogether')).json()) as PhoneAdmission;
  expect(replaced.pushUrl).not.toBe(first.pushUrl);
  await expectError(resume(second.resumeToken), 403, 'resume_refused');
});

test('where the doctor admits, a phone gets its URLs only then', async () => {
  const manual = await Box.start({
    engine: 'embedded',
    settings: { CONSULTBOX_CONSULTATIONS_ADMISSION: 'manual' },
  });
  try {
    const view = await manual.create('张先生');
    await expectError(manual.post(`/api/consultations/${view.id}/admit`), 409, 'nobody_waiting');
    const answer = await manual.phone(`/api/pairings/${view.pairing?.token}/redeem`, { clientNonce: nonce });
    const waiting = (await answer.json()) as PhoneAdmission;
    expect(waiting).toMatchObject({ state: 'waiting', pushUrl: null, playUrl: null });
    const socket = new WebSocket(waiting.eventsUrl);
    const admitted = new Promise<Record<string, unknown>>((resolve) => {
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(String(data)) as Record<string, unknown>;
        if (message.state === 'live') resolve(message);
      };
    });
    socket.onopen = () => socket.send(JSON.stringify({ resumeToken: waiting.resumeToken }));
    await waitFor('the phone is seen', async () => (await manual.view(view.id)).device === 'connecting');
    await manual.post(`/api/consultations/${view.id}/admit`);
    expect(String((await admitted).pushUrl)).toStartWith('rtmp://');
    socket.close();
  } finally {
    await manual.stop();
  }
}, 120_000);

test('a socket without proof is told why and closed', async () => {
  const view = await box.create();
  const socket = new WebSocket(`${box.phoneUrl.replace('http', 'ws')}/api/consultations/${view.id}/events`);
  const messages: string[] = [];
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  socket.onmessage = ({ data }) => messages.push(String(data));
  socket.onopen = () => socket.send('{"resumeToken": "nonsense"}');
  expect(await closed).toBe(4403);
  expect(JSON.parse(messages[0] ?? '')).toMatchObject({ type: 'error', error: { code: 'resume_refused' } });
});

test('oversized and malformed bodies', async () => {
  const view = await box.create();
  const path = `/api/pairings/${view.pairing?.token}/redeem`;
  const big = 'x'.repeat(70_000);
  await expectError(box.phone(path, { clientNonce: big }), 413, 'too_large');
  const raw = (body: string, type = 'application/json') =>
    fetch(box.phoneUrl + path, { method: 'POST', body, headers: { 'Content-Type': type } });
  await expectError(raw('{"clientNonce":'), 400, 'invalid_request');
  await expectError(raw(''), 400, 'invalid_request');
  await expectError(raw('[]'), 400, 'invalid_request');
  await expectError(raw('hello', 'text/plain'), 400, 'invalid_request');
  await expectError(box.phone(path, { clientNonce: 'short' }), 400, 'invalid_request');
  await expectError(box.phone(path, { clientNonce: 7 }), 400, 'invalid_request');
  await expectError(box.post('/api/consultations', { patientLabel: 'x'.repeat(81) }), 400, 'invalid_request');
  expect((await redeem(view)).status).toBe(200);
});

test('413 in the one shape for bodies of any size, on both listeners, announced and in chunks', async () => {
  const view = await box.create();
  for (const [url, headers] of [
    [`${box.phoneUrl}/api/pairings/${view.pairing?.token}/redeem`, {}],
    [`${box.clinicUrl}/api/consultations`, { authorization: `Bearer ${box.accessCode}` }],
  ] as const) {
    for (const size of [70_000, 2_000_000, 20_000_000]) {
      for (const chunked of [false, true]) {
        await expectError(postRaw(url, size, chunked, headers), 413, 'too_large');
      }
    }
  }
  expect((await redeem(view)).status).toBe(200);
});

test('odd characters in paths', async () => {
  for (const path of [
    ...['/api/consultations/%00', '/api/consultations/..%2f..%2fetc', '/api/consultations/%E0%A4%A'],
    ...["/api/consultations/'%20OR%201=1", '/api/consultations/😀', '/nothing/here'],
    '/api/consultations/aaaaaaaaaaaaaaaaaaaa/patient/hls/..%2findex.m3u8',
  ]) {
    const answer = await box.clinic(path);
    expect([400, 404]).toContain(answer.status);
    expect(Object.keys((await answer.json()) as object)).toEqual(['error']);
  }
});

/** Asks for a WebSocket as a client does. @returns the status of the answer, and its body */
function upgrade(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const asked = requestHttps(url, {
    rejectUnauthorized: false,
    headers: {
      ...{ Connection: 'Upgrade', Upgrade: 'websocket', ...headers },
      ...{ 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': Buffer.alloc(16, 7).toString('base64') },
    },
  });
  asked.once('upgrade', (response, socket) => {
    socket.destroy();
    resolve({ status: response.statusCode ?? 0, body: '' });
  });
  asked.once('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('end', () =>
      resolve({ status: response.statusCode ?? 0, body: String(Buffer.concat(chunks)) }),
    );
  });
  asked.once('error', reject);
  asked.end();
  return promise;
}

test('the events socket of the clinic needs access too, and a consultation that is there', async () => {
  const { id } = await box.create();
  const events = (consultation: string) => `${box.clinicUrl}/api/consultations/${consultation}/events`;
  const access = { Authorization: `Bearer ${box.accessCode}` };
  const codeOf = ({ body }: { body: string }) => (JSON.parse(body) as { error: { code: string } }).error.code;
  const without = await upgrade(events(id));
  expect({ status: without.status, code: codeOf(without) }).toEqual({ status: 401, code: 'access_required' });
  const wrong = await upgrade(events(id), { Authorization: 'Bearer WRONG-CODE' });
  expect({ status: wrong.status, code: codeOf(wrong) }).toEqual({ status: 401, code: 'wrong_access_code' });
  const nowhere = await upgrade(events('nosuchconsultation00'), access);
  expect({ status: nowhere.status, code: codeOf(nowhere) }).toEqual({ status: 404, code: 'not_found' });
  expect((await upgrade(events(id), access)).status).toBe(101);
});

test('what carries no hash in its name is asked for at every visit', async () => {
  const page = await (await box.clinic('/')).text();
  const hashed = /\/assets\/main-[^"]+\.js/.exec(page)?.[0] ?? '';
  expect((await box.clinic(hashed)).headers.get('cache-control')).toContain('max-age=86400');
  expect(page).toContain('/assets/old-browser.js');
  const script = await box.clinic('/assets/old-browser.js');
  expect(script.headers.get('cache-control')).toBe('no-cache');
  expect(script.headers.get('content-type')).toContain('text/javascript');
  expect(await script.text()).toBe(
    await Bun.file(join(import.meta.dir, '../../ui/doctor/old-browser.js')).text(),
  );
});

test('what is not there for a phone', async () => {
  await expectError(fetch(`${box.phoneUrl}/nothing/here`), 404, 'not_found');
  await expectError(fetch(`${box.phoneUrl}/api/consultations`), 404, 'not_found');
  await expectError(fetch(`${box.phoneUrl}/metrics`), 404, 'not_found');
  const resumeToken = 'nonsense';
  await expectError(box.phone('/api/consultations/nosuchone/resume', { resumeToken }), 404, 'not_found');
});

onEachEngine('what a media offer can be refused with', (engine) => {
  let media: Box;
  beforeAll(async () => {
    media = await Box.start({ engine });
  }, 120_000);
  afterAll(() => media?.stop());

  const offer = (url: string, body: string) =>
    media.clinic(url, { method: 'POST', body, headers: { 'Content-Type': 'application/sdp' } });

  test('an offer that is none', async () => {
    const { whipUrl, whepUrl } = await media.create();
    await expectError(offer(whipUrl, 'hello'), 400, 'bad_offer');
    await expectError(offer(whipUrl, 'v=0\r\nnot an offer'), 400, 'bad_offer');
    await expectError(offer(whepUrl, 'v=0\r\n'), 404, 'not_publishing');
  });

  test('a session that is not there', async () => {
    const { whipUrl, whepUrl } = await media.create();
    const fragment =
      'a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n';
    const session = 'a7b5b6f0-0000-4000-8000-3c5f6f1d2e3f';
    for (const url of [whipUrl, whepUrl]) {
      for (const name of ['no-such-session', session]) {
        await expectError(media.clinic(`${url}/${name}`, { method: 'DELETE' }), 404, 'not_found');
        const trickle = { method: 'PATCH', headers: { 'Content-Type': 'application/trickle-ice-sdpfrag' } };
        await expectError(media.clinic(`${url}/${name}`, { ...trickle, body: fragment }), 404, 'not_found');
      }
      await expectError(media.clinic(`${url}/..%2f`, { method: 'DELETE' }), 404, 'not_found');
    }
  });

  test('a consultation that has ended', async () => {
    const { id, whipUrl, whepUrl } = await media.create();
    await media.post(`/api/consultations/${id}/end`);
    for (const url of [whipUrl, whepUrl]) await expectError(offer(url, 'v=0\r\n'), 410, 'consultation_ended');
  });
});

test('the timeline tells what happened, and metrics are Prometheus text', async () => {
  const view = await box.create();
  await redeem(view);
  await box.post(`/api/consultations/${view.id}/end`);
  const answer = await box.clinic(`/api/consultations/${view.id}/timeline`);
  const { events } = (await answer.json()) as { events: { kind: string }[] };
  expect(events.map((event) => event.kind)).toEqual(['created', 'phone_joined', 'admitted', 'ended']);
  expect(await (await box.clinic('/metrics')).text()).toContain('consultbox_live 1');
});

test('a second supervisor on the same data directory is refused with a clear message', async () => {
  const second = Bun.spawn([process.execPath, 'server/main.ts'], {
    env: { ...process.env, CONSULTBOX_DATA_DIR: box.dataDir },
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const message = await new Response(second.stderr).text();
  expect(await second.exited).toBe(1);
  expect(message).toContain('another Consultbox uses the data directory');
  expect(message).not.toContain('    at ');
});

/** POSTs `size` letters by Node's client, which reads an answer while it still sends. */
function postRaw(
  url: string,
  size: number,
  chunked: boolean,
  more: Record<string, string>,
): Promise<Response> {
  const length = chunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(size) };
  const headers = { 'Content-Type': 'application/json', ...length, ...more };
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, { method: 'POST', headers, rejectUnauthorized: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 0 })),
      );
    });
    request.on('error', reject);
    Readable.from(blocks(size)).pipe(request);
  });
}

function* blocks(size: number): Generator<Buffer> {
  for (let left = size; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536), 'x');
}

function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', ...headers },
  };
}
