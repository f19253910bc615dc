import { afterAll, expect, test } from 'bun:test';
import { Authorisation, isLoopback, plainAddress } from './authorisation.ts';

const lines: string[] = [];
const asked: unknown[] = [];
const callback = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: async (request) => {
    const body = (await request.json()) as { token: string };
    asked.push(body);
    if (body.token === 'elsewhere') return Response.redirect('/other', 302);
    return new Response(null, { status: body.token === 'right' ? 204 : 401 });
  },
});
afterAll(() => callback.stop(true));

const make = (url: string | null = `http://127.0.0.1:${callback.port}/`) =>
  new Authorisation(url, (level, message) => lines.push(`${level} ${message}`));
const reading = (token: string, path = 'a/patient', ip = '127.0.0.1') => ({
  ...{ ip, token, path, action: 'read' as const, protocol: 'rtmp' as const },
});

test('the engine’s own token reads its one path, from this machine, until it is revoked', async () => {
  const authorisation = make();
  const token = authorisation.issue('a/patient');
  const before = asked.length;
  expect(await authorisation.authorise(reading(token))).toBe(true);
  expect(asked).toHaveLength(before);
  expect(await authorisation.authorise(reading(token, 'b/patient'))).toBe(false);
  expect(await authorisation.authorise(reading(token, 'a/patient', '192.168.1.9'))).toBe(false);
  expect(await authorisation.authorise({ ...reading(token), action: 'publish' })).toBe(false);
  expect(await authorisation.authorise(reading(`${token}x`))).toBe(false);
  const second = authorisation.issue('a/patient');
  authorisation.revoke(token);
  expect(await authorisation.authorise(reading(token))).toBe(false);
  expect(await authorisation.authorise(reading(second))).toBe(true);
});

test('everything else is the supervisor’s to decide; what is not a plain yes is a no', async () => {
  const authorisation = make();
  expect(await authorisation.authorise(reading('right'))).toBe(true);
  expect(asked.at(-1)).toMatchObject({ action: 'read', path: 'a/patient', protocol: 'rtmp', user: '' });
  expect(await authorisation.authorise(reading('wrong'))).toBe(false);
  expect(await authorisation.authorise(reading(''))).toBe(false);
  expect(await authorisation.authorise(reading('elsewhere'))).toBe(false);
  expect(await make(null).authorise(reading('right'))).toBe(false);
});

test('a supervisor that cannot be reached allows nothing, and the log says so', async () => {
  expect(await make('http://127.0.0.1:1/').authorise(reading('right'))).toBe(false);
  expect(lines.at(-1)).toContain('WAR [auth] the authorisation callback cannot be reached');
});

test('addresses', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopback)).toBe(true);
  expect(['192.168.1.1', '', '::ffff:127.0.0.1', '1270.0.0.1'].some(isLoopback)).toBe(false);
  expect(plainAddress('::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(plainAddress(undefined)).toBe('');
});
