/** People, sessions and rules from outside: what each may, and how hard it is to become somebody else. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { TOTP } from 'otpauth';
import { rules } from '../../server/http/rules.ts';
import type { Role } from '../../server/people/roles.ts';
import type { PersonView, SessionView } from '../../server/people/view.ts';
import { Box, owner } from '../tools/box.ts';

let box: Box;
beforeAll(async () => {
  box = await Box.start({ engine: 'embedded' });
}, 120_000);
afterAll(() => box?.stop());

type Body = object | undefined;

/** A browser: its cookie, and the `Origin` that every browser sends. */
class Browser {
  cookie = '';

  constructor(
    private readonly at: Box,
    private readonly origin = at.clinicUrl,
  ) {}

  async send(
    method: string,
    path: string,
    body?: Body,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const answer = await this.at.clinic(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: {
        authorization: 'none',
        origin: this.origin,
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    const [set] = answer.headers.getSetCookie();
    if (set !== undefined) this.cookie = set.split(';')[0] ?? '';
    return answer;
  }

  signIn(login: string, password: string, code?: string): Promise<Response> {
    return this.send('POST', '/api/session', { login, password, ...(code === undefined ? {} : { code }) });
  }
}

const codeOf = async (answer: Response | Promise<Response>) => {
  const response = await answer;
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.message).not.toMatch(/\n\s+at |node_modules/);
  return [response.status, error.code];
};

const first = 'the first password';
const own = 'a password of my own';

/** Somebody new who has chosen a password of their own. */
async function person(login: string, roles: Role[]): Promise<{ browser: Browser; view: PersonView }> {
  const made = await box.post('/api/people', { login, name: login, roles, password: first });
  expect(made.status).toBe(201);
  const view = (await made.json()) as PersonView;
  const browser = new Browser(box);
  expect((await browser.signIn(login, first)).status).toBe(204);
  expect(await codeOf(browser.send('GET', '/api/consultations'))).toEqual([403, 'password_change_required']);
  expect((await browser.send('PUT', '/api/session/password', { current: first, next: own })).status).toBe(
    204,
  );
  return { browser, view };
}

test('every rule has its route, and every documented route of the clinic its rule', async () => {
  const { paths } = (await (await box.clinic('/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, { servers?: unknown }>>;
  };
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { servers }]) => servers === undefined)
      .map(([method]) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  // A socket is a GET to OpenAPI; pages and the document itself are not in it.
  const pages = ['GET /', 'GET /admin', 'GET /admin/https', 'GET /api/openapi.json'];
  const ruled = Object.keys(rules).filter((name) => !pages.includes(name));
  expect(ruled.map((name) => name.replace(/^WS /, 'GET ')).toSorted()).toEqual(documented.toSorted());
});

test('each route against nobody, a wrong role and the right one', async () => {
  const doctor = await person('doctor-of-rules', ['doctor']);
  const receptionist = await person('receptionist-of-rules', ['receptionist']);
  const technician = await person('technician-of-rules', ['technician']);
  const byRole: Record<Role, Browser> = {
    doctor: doctor.browser,
    receptionist: receptionist.browser,
    technician: technician.browser,
  };
  for (const [name, { who }] of Object.entries(rules)) {
    if (name.startsWith('WS') || typeof who === 'string') continue;
    const [method = '', route = ''] = name.split(' ');
    const path = route.replaceAll(/:\w+/g, 'nothing');
    const stranger = new Browser(box);
    expect({ name, answer: await codeOf(stranger.send(method, path)) }).toEqual({
      name,
      answer: [401, 'access_required'],
    });
    for (const role of ['doctor', 'receptionist', 'technician'] as const) {
      const answer = await byRole[role].send(method, path);
      const refused = answer.status === 403;
      expect({ name, role, refused }).toEqual({ name, role, refused: !who.includes(role) });
    }
  }
});

test('a doctor’s consultation is nobody else’s: not to see, not to hear, not to end', async () => {
  const mine = await person('doctor-one', ['doctor']);
  const other = await person('doctor-two', ['doctor', 'technician', 'receptionist']);
  const created = (await (
    await mine.browser.send('POST', '/api/consultations', { patientLabel: '王女士' })
  ).json()) as {
    id: string;
    seenBy: object;
  };
  expect(created.seenBy).toMatchObject({ name: 'doctor-one' });
  const path = `/api/consultations/${created.id}`;
  expect((await mine.browser.send('GET', path)).status).toBe(200);
  for (const [method, rest] of [
    ...[
      ['GET', ''],
      ['GET', '/timeline'],
      ['POST', '/pairing'],
      ['POST', '/end'],
      ['POST', '/doctor/whip'],
    ],
    ...[
      ['POST', '/patient/whep'],
      ['GET', '/patient/hls/index.m3u8'],
      ['POST', '/admit'],
    ],
  ] as const) {
    expect({ rest, answer: await codeOf(other.browser.send(method ?? '', path + rest)) }).toEqual({
      rest,
      answer: [404, 'not_found'],
    });
  }
  const listOf = async (browser: Browser) =>
    (
      (await (await browser.send('GET', '/api/consultations')).json()) as {
        consultations: Record<string, unknown>[];
      }
    ).consultations;
  expect(await listOf(other.browser)).toEqual([]);
  const desk = await person('desk', ['receptionist']);
  const [seen] = await listOf(desk.browser);
  expect(seen).toMatchObject({
    id: created.id,
    patientLabel: '王女士',
    pairing: null,
    whepUrl: '',
    hlsUrl: '',
  });
  const technician = await person('wrench', ['technician']);
  const [known] = await listOf(technician.browser);
  expect(known).toMatchObject({ id: created.id, patientLabel: null, pairing: null, messages: [] });
});

test('the cookie is for this host alone, over HTTPS alone, and no script’s; each sign-in has another', async () => {
  const signIn = () =>
    box.clinic('/api/session', {
      method: 'POST',
      headers: { authorization: 'none', 'content-type': 'application/json' },
      body: JSON.stringify({ login: ' LiMing ', password: owner.password }),
    });
  const [one = ''] = (await signIn()).headers.getSetCookie();
  expect(one).toMatch(/^__Host-consultbox=\S+; Path=\/; .*Secure; HttpOnly; SameSite=Strict$/);
  // A cookie that somebody planted is not taken over: session fixation.
  const planted = new Browser(box);
  planted.cookie = '__Host-consultbox=planted';
  await planted.signIn(owner.login, owner.password);
  expect(planted.cookie).not.toContain('planted');
  const [two = ''] = (await signIn()).headers.getSetCookie();
  expect(one.split(';')[0]).not.toBe(two.split(';')[0]);
});

test('another page cannot speak in the doctor’s name', async () => {
  const { browser } = await person('careful', ['doctor']);
  const foreign = new Browser(box, 'https://evil.example');
  foreign.cookie = browser.cookie;
  expect(await codeOf(foreign.send('POST', '/api/consultations', {}))).toEqual([403, 'foreign_origin']);
  expect(await codeOf(foreign.send('GET', '/api/consultations'))).toEqual([403, 'foreign_origin']);
  // No browser leaves it out with what changes something.
  const bare = box.clinic('/api/consultations', {
    method: 'POST',
    headers: { authorization: 'none', cookie: browser.cookie },
  });
  expect(await codeOf(bare)).toEqual([403, 'foreign_origin']);
});

test('signed out is signed out; so is whoever was deactivated or got a new password', async () => {
  const { browser, view } = await person('leaver', ['doctor']);
  const second = new Browser(box);
  await second.signIn('leaver', own);
  const cookie = second.cookie;
  expect((await second.send('DELETE', '/api/session')).status).toBe(204);
  second.cookie = cookie;
  expect(await codeOf(second.send('GET', '/api/session'))).toEqual([401, 'access_required']);
  expect((await browser.send('GET', '/api/session')).status).toBe(200);

  await box.clinic(`/api/people/${view.id}/password`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password: 'yet another sentence' }),
  });
  expect(await codeOf(browser.send('GET', '/api/session'))).toEqual([401, 'access_required']);
  await browser.signIn('leaver', 'yet another sentence');
  await box.clinic(`/api/people/${view.id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ active: false }),
  });
  expect(await codeOf(browser.send('GET', '/api/session'))).toEqual([401, 'access_required']);
  expect(await codeOf(browser.signIn('leaver', 'yet another sentence'))).toEqual([401, 'wrong_password']);
});

test('there is always a technician; a login belongs to one; weak passwords are refused', async () => {
  const people = (await (await box.clinic('/api/people')).json()) as { people: PersonView[] };
  const technicians = people.people.filter(({ active, roles }) => active && roles.includes('technician'));
  const change = (id: string, body: object) =>
    box.clinic(`/api/people/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const self = technicians.find(({ login }) => login === owner.login);
  for (const { id, login } of technicians) if (login !== owner.login) await change(id, { active: false });
  expect(await codeOf(change(self?.id ?? '', { roles: ['doctor'] }))).toEqual([409, 'last_technician']);
  expect(await codeOf(change(self?.id ?? '', { active: false }))).toEqual([409, 'last_technician']);

  const add = (login: string, password: string) =>
    box.post('/api/people', { login, name: '张三丰', roles: ['doctor'], password });
  expect(await codeOf(add('LIMING', own))).toEqual([409, 'login_taken']);
  for (const weak of ['short', 'password123', 'aaaaaaaaaaaaaa', 'zhangsan-2026!']) {
    expect({ weak, answer: await codeOf(add('zhangsan-2026', weak)) }).toEqual({
      weak,
      answer: [400, 'weak_password'],
    });
  }
});

test('guessing is slow: five tries at a password from one address, then a minute of nothing', async () => {
  await person('guessed', ['doctor']);
  const guess = (password: string) => new Browser(box).signIn('guessed', password);
  for (let tries = 0; tries < 5; tries += 1) {
    expect(await codeOf(guess(`wrong password ${tries}`))).toEqual([401, 'wrong_password']);
  }
  expect(await codeOf(guess('one more'))).toEqual([429, 'too_many_attempts']);
  // The right one, too: otherwise the answer would tell which it is.
  expect(await codeOf(guess(own))).toEqual([429, 'too_many_attempts']);
  // A colleague at the same address is not locked out with it.
  expect((await new Browser(box).signIn(owner.login, owner.password)).status).toBe(204);
});

test('an authenticator app: asked for once it is confirmed, each code once, recovery codes once', async () => {
  const { browser } = await person('two-steps', ['doctor']);
  const { secret, uri } = (await (await browser.send('POST', '/api/session/totp')).json()) as {
    secret: string;
    uri: string;
  };
  expect(uri).toStartWith('otpauth://totp/');
  const code = (at = Date.now()) => new TOTP({ secret, digits: 6, period: 30 }).generate({ timestamp: at });
  expect(await codeOf(browser.send('PUT', '/api/session/totp', { secret, code: '000000' }))).toEqual([
    401,
    'wrong_totp',
  ]);
  const confirmed = await browser.send('PUT', '/api/session/totp', {
    secret,
    code: code(Date.now() - 30_000),
  });
  const { recoveryCodes } = (await confirmed.json()) as { recoveryCodes: string[] };
  expect(recoveryCodes).toHaveLength(10);
  const again = new Browser(box);
  expect(await codeOf(again.signIn('two-steps', own))).toEqual([401, 'totp_required']);
  const now = code();
  expect((await again.signIn('two-steps', own, now)).status).toBe(204);
  expect(await codeOf(again.signIn('two-steps', own, now))).toEqual([401, 'wrong_totp']);
  const [recovery = ''] = recoveryCodes;
  expect((await again.signIn('two-steps', own, recovery.toUpperCase())).status).toBe(204);
  expect(await codeOf(again.signIn('two-steps', own, recovery))).toEqual([401, 'wrong_totp']);
});

test('where one is signed in is seen and ended; a program’s token is no cookie', async () => {
  const { browser } = await person('traveller', ['doctor', 'technician']);
  const elsewhere = new Browser(box);
  await elsewhere.signIn('traveller', own);
  const { token } = (await (
    await browser.send('POST', '/api/session/programs', { name: 'grafana', days: 30 })
  ).json()) as {
    token: string;
  };
  const metrics = () => box.clinic('/metrics', { headers: { authorization: `Bearer ${token}` } });
  expect((await metrics()).status).toBe(200);
  elsewhere.cookie = `__Host-consultbox=${token}`;
  expect(await codeOf(elsewhere.send('GET', '/api/session'))).toEqual([401, 'access_required']);
  const { sessions } = (await (await browser.send('GET', '/api/session/all')).json()) as {
    sessions: SessionView[];
  };
  expect(sessions.map(({ program, current }) => ({ program, current })).toSorted()).toHaveLength(3);
  for (const { id, current } of sessions) {
    if (!current) expect((await browser.send('DELETE', `/api/session/all/${id}`)).status).toBe(204);
  }
  expect((await metrics()).status).toBe(401);
  expect((await browser.send('GET', '/api/session')).status).toBe(200);
});

test('how far the mini-program is: ticked, taken back, and nothing else', async () => {
  const { browser } = await person('wechat-technician', ['technician']);
  const first = async (answer: Promise<Response>) =>
    ((await (await answer).json()) as { steps: { step: string; doneAt: string | null }[] }).steps[0];
  const mark = (step: string, done: boolean) => browser.send('PUT', `/api/miniapp/steps/${step}`, { done });
  expect(await first(browser.send('GET', '/api/miniapp'))).toEqual({ step: 'register', doneAt: null });
  const ticked = await first(mark('register', true));
  expect(ticked?.doneAt).toMatch(/^20/);
  expect(await first(mark('register', true))).toEqual(ticked);
  expect(await first(mark('register', false))).toEqual({ step: 'register', doneAt: null });
  expect((await mark('bribe', true)).status).toBe(400);
});

test('the audit log has it all, nothing secret, and is whole', async () => {
  const { lines } = (await (await box.clinic('/api/audit?limit=1000')).json()) as {
    lines: { action: string; actor: string; detail: object; address: string | null }[];
  };
  const kinds = new Set(lines.map(({ action }) => action));
  for (const kind of [
    ...['setup_completed', 'sign_in', 'sign_in_failed', 'sign_out', 'person_created', 'person_changed'],
    ...['password_changed', 'password_reset', 'totp_added', 'recovery_code_used', 'program_added'],
    ...['session_ended', 'consultation_created'],
  ]) {
    expect(kinds).toContain(kind);
  }
  const text = JSON.stringify(lines);
  for (const secret of [own, first, owner.password, box.token, '王女士']) expect(text).not.toContain(secret);
  expect(await (await box.clinic('/api/audit/check')).json()).toEqual({
    id: null,
    lines: expect.any(Number),
  });
  const table = await (await box.clinic('/api/audit/export')).text();
  expect(table.split('\r\n').length).toBeGreaterThan(lines.length);
  const filtered = (await (await box.clinic('/api/audit?action=sign_in_failed')).json()) as {
    lines: { action: string }[];
  };
  expect(new Set(filtered.lines.map(({ action }) => action))).toEqual(new Set(['sign_in_failed']));
});
