/** The first start: closed to everyone but whoever stands before the box. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Box, owner } from '../tools/box.ts';

let box: Box;
beforeAll(async () => {
  box = await Box.start({ engine: 'embedded', setUp: false });
}, 120_000);
afterAll(() => box?.stop());

const codeOf = async (answer: Response | Promise<Response>) => {
  const response = await answer;
  return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
};
const clinic = { name: '阳光诊所', language: 'zh', timeZone: 'Asia/Shanghai' };

test('until then every API answers setup_required, and says so to whoever asks how it is', async () => {
  for (const [method, path] of [
    ...[
      ['GET', '/api/session'],
      ['POST', '/api/session'],
      ['GET', '/api/consultations'],
      ['GET', '/api/people'],
    ],
    ...[
      ['POST', '/api/consultations'],
      ['GET', '/metrics'],
      ['GET', '/api/status'],
      ['POST', '/api/reset/begin'],
    ],
  ] as const) {
    const body = method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
    expect({ path, answer: await codeOf(box.clinic(path ?? '', { method, ...body })) }).toEqual({
      path,
      answer: [403, 'setup_required'],
    });
  }
  expect(await codeOf(box.phone('/api/pairings/any-token/redeem', { clientNonce: 'a-phone-here' }))).toEqual([
    403,
    'setup_required',
  ]);
  expect((await box.clinic('/')).status).toBe(200);
  expect(await (await box.clinic('/api/setup')).json()).toEqual({ needed: true });
  const ready = await fetch(`${box.phoneUrl}/readyz`);
  expect(ready.status).toBe(503);
  expect((await ready.json()) as object).toMatchObject({ codes: expect.arrayContaining(['setup']) });
});

test('the code stands on the box’s own screen alone, and guessing it ends soon', async () => {
  const { setupCode, entryUrl } = await box.console();
  expect(setupCode).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
  expect(entryUrl).toEndWith(`/#setup=${setupCode}`);
  expect(box.log()).not.toContain(setupCode ?? 'none');
  for (const page of [`${box.phoneUrl}/`, `${box.phoneUrl}/readyz`]) {
    expect(await (await fetch(page)).text()).not.toContain(setupCode ?? 'none');
  }
  for (let tries = 0; tries < 10; tries += 1) {
    expect(await codeOf(box.post('/api/setup/check', { code: `AAAA-AA${10 + tries}` }))).toEqual([
      401,
      'wrong_setup_code',
    ]);
  }
  // The right one, too.
  expect(await codeOf(box.post('/api/setup/check', { code: setupCode }))).toEqual([429, 'too_many_attempts']);
});

test('the code changes with each start; then it makes the first technician, once', async () => {
  const before = (await box.console()).setupCode;
  await box.kill();
  box.run();
  await box.answers();
  const { setupCode } = await box.console();
  expect(setupCode).not.toBe(before);
  const code = (setupCode ?? '').toLowerCase().replace('-', ' ');
  expect(await (await box.post('/api/setup/check', { code })).json()).toMatchObject({
    network: { address: '127.0.0.1' },
    clinic: { language: 'zh' },
  });
  expect(
    await codeOf(box.post('/api/setup', { code, clinic, person: { ...owner, password: 'short' } })),
  ).toEqual([400, 'weak_password']);
  expect(
    await codeOf(
      box.post('/api/setup', { code, clinic: { ...clinic, timeZone: 'no zone!' }, person: owner }),
    ),
  ).toEqual([400, 'invalid_request']);
  const made = await box.post('/api/setup', { code, clinic, person: { ...owner, roles: ['doctor'] } });
  expect(made.status).toBe(204);
  expect(await codeOf(box.post('/api/setup', { code, clinic, person: owner }))).toEqual([409, 'setup_done']);
  expect((await box.console()).setupCode).toBeNull();
  // Whatever was ticked: the first person can manage the box.
  const [cookie = ''] = made.headers.getSetCookie();
  box.token = await box.programToken(cookie.split(';')[0] ?? '');
  expect((await box.clinic('/api/people')).status).toBe(200);
  await box.ready();
});

test('the clinic’s name is on the page at once, in the file, and there after a restart', async () => {
  expect(await (await box.clinic('/')).text()).toContain('content="阳光诊所"');
  const file = readFileSync(join(box.dataDir, 'consultbox.yaml'), 'utf8');
  expect(file).toContain('name: 阳光诊所');
  await box.kill();
  box.run();
  await box.ready();
  expect(await (await box.clinic('/')).text()).toContain('content="阳光诊所"');
});

test('a forgotten password: the code on the screen makes another, and ends every session', async () => {
  expect((await box.console()).resetCode).toBeNull();
  expect((await box.clinic('/api/reset/begin', { method: 'POST' })).status).toBe(204);
  const { resetCode } = await box.console();
  const reset = (code: string | null, login = owner.login) =>
    box.post('/api/reset', { code, login, password: 'a new sentence for me' });
  expect(await codeOf(reset('AAAA-AAAA'))).toEqual([401, 'wrong_setup_code']);
  expect(await codeOf(reset(resetCode, 'nobody'))).toEqual([404, 'not_found']);
  expect((await reset(resetCode)).status).toBe(204);
  // Good once.
  expect(await codeOf(reset(resetCode))).toEqual([401, 'wrong_setup_code']);
  expect((await box.clinic('/api/people')).status).toBe(401);
  const signIn = (password: string) =>
    box.clinic('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: owner.login, password }),
    });
  expect((await signIn(owner.password)).status).toBe(401);
  expect((await signIn('a new sentence for me')).status).toBe(204);
});
