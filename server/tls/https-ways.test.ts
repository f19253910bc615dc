import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Elysia } from 'elysia';
import { freePorts } from '../../tests/tools/ports.ts';
import { TestAuthority } from '../../tests/tools/test-authority.ts';
import { waitFor } from '../../tests/tools/wait.ts';
import { Listener } from '../http/listener.ts';
import { silentLogger } from '../log/logger.ts';
import { type Authority, type Credentials, issueLeaf, openAuthority } from './authority.ts';
import { HospitalCertificate } from './hospital.ts';
import { certificateView, HttpsWays } from './https-ways.ts';
import { CertificateKeeper } from './keeper.ts';
import type { PublicName } from './public-name.ts';

const names = ['192.168.1.20', 'video.hospital.example'];
const day = 86_400_000;
let dir: string;
let authority: Authority;
let hospital: TestAuthority;
let own: Credentials;
let listener: Listener;
let keeper: CertificateKeeper;
let ways: HttpsWays;
let port: number;
let published: Credentials | null;
/** ms after now */
let later: number;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'consultbox-ways-'));
  [authority, hospital] = await Promise.all([openAuthority(dir), TestAuthority.create()]);
  own = await issueLeaf(authority, ['127.0.0.1', '192.168.1.20']);
  [port = 0] = await freePorts(1);
  published = null;
  later = 0;
  listener = new Listener({
    port,
    hostname: '127.0.0.1',
    app: () => new Elysia().get('/', 'here').ws('/events', { message: (socket) => void socket.send('here') }),
  });
  await begin();
});
afterEach(async () => {
  keeper.stop();
  await listener.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** As a start of the box. */
async function begin(show = (next: Credentials) => listener.rotate(next)) {
  const view = { name: 'video.hospital.example', validUntil: null, ordering: false, failure: null };
  ways = new HttpsWays({
    publicName: { current: async () => published, view: () => view } as unknown as PublicName,
    hospital: new HospitalCertificate(join(dir, 'hospital'), silentLogger()),
    own: async () => own,
    names: () => names,
    root: authority.root,
    leadUrl: () => 'http://192.168.1.20/',
    ...{ port, logger: silentLogger(), now: () => Date.now() + later },
  });
  keeper = new CertificateKeeper({
    current: () => ways.current(),
    show,
    logger: silentLogger(),
    retryAfter: 60_000,
  });
  ways.follow(keeper.check);
  const first = await ways.current();
  listener.start(first);
  keeper.start(first);
}

async function restart(): Promise<void> {
  keeper.stop();
  await listener.stop();
  listener = new Listener({ port, hostname: '127.0.0.1', app: () => new Elysia().get('/', 'here') });
  await begin();
}

const issuer = async () => (await ways.view()).shown.issuer;

test('without anything else the box’s own is shown, and browsers are told nothing strict', async () => {
  expect(ways.way).toBe('own');
  expect(ways.strictTransport()).toBeNull();
  expect(ways.hostFor('192.168.1.20')).toBe('192.168.1.20');
});

test('from request to certificate: the key is the box’s, the CA’s answer is PEM, a restart keeps it', async () => {
  const request = await ways.makeRequest();
  expect(request).toStartWith('-----BEGIN CERTIFICATE REQUEST-----');
  const { cert } = await hospital.chain({ names, request });
  expect(await ways.import({ pem: cert }, false)).toEqual({ used: false, problems: [] });
  expect(ways.way).toBe('own');
  expect(await ways.import({ pem: cert }, true)).toEqual({ used: true, problems: [] });
  expect({ way: ways.way, issuer: await issuer() }).toEqual({ way: 'hospital', issuer: 'Hospital Issuing' });
  expect(ways.strictTransport()).toBe('max-age=604800');
  expect(ways.names()).toEqual(['192.168.1.20', 'video.hospital.example']);
  await restart();
  expect(ways.way).toBe('hospital');

  await ways.takeBack();
  expect({ way: ways.way, issuer: await issuer() }).toEqual({
    way: 'own',
    issuer: expect.stringContaining('Box'),
  });
  await restart();
  expect(ways.way).toBe('own');
});

test('an import in mid-consultation ends no connection; nor does taking it back', async () => {
  const socket = new WebSocket(`wss://127.0.0.1:${port}/events`, {
    tls: { rejectUnauthorized: false },
  } as unknown as string[]);
  const said: string[] = [];
  socket.onmessage = ({ data }) => said.push(String(data));
  let closed = false;
  socket.onclose = () => {
    closed = true;
  };
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  const { cert, key } = await hospital.chain({ names });
  expect((await ways.import({ pem: cert + key }, true)).used).toBe(true);
  socket.send('still there?');
  await waitFor('an answer', () => said.length === 1);
  await ways.takeBack();
  socket.send('and now?');
  await waitFor('another', () => said.length === 2);
  expect(closed).toBe(false);
  socket.close();
});

test('what is wrong is refused before anything changes', async () => {
  const { cert, key } = await hospital.chain({ names, until: -1, from: -9 });
  const { used, problems } = await ways.import({ pem: cert + key }, true);
  expect({ used, codes: problems.map(({ code }) => code) }).toEqual({ used: false, codes: ['expired'] });
  expect(ways.way).toBe('own');
});

test('when the listener does not answer with the new one, the former is shown again and the new one is not kept', async () => {
  keeper.stop();
  await listener.stop();
  await begin(async () => {
    throw new Error('the port is busy');
  });
  const { cert, key } = await hospital.chain({ names });
  const { used, problems } = await ways.import({ pem: cert + key }, true);
  expect({ used, codes: problems.map(({ code }) => code) }).toEqual({ used: false, codes: ['not_served'] });
  expect(ways.way).toBe('own');
  expect((await ways.view()).hospital.certificate).toBeNull();
});

test('a certificate that ends, or whose public successor comes, gives way to the next best', async () => {
  const imported = await hospital.chain({ names, until: 20 });
  await ways.import({ pem: imported.cert + imported.key }, true);
  published = await hospital.chain({ names: ['video.hospital.example'], until: 60 });
  await keeper.check();
  expect(ways.way).toBe('public');
  expect(ways.hostFor('192.168.1.20')).toBe('video.hospital.example');
  later = 61 * day;
  await keeper.check();
  expect(ways.way).toBe('own');
  expect(ways.hostFor('192.168.1.20')).toBe('192.168.1.20');
  published = { cert: 'nonsense', key: 'nonsense' };
  await keeper.check();
  expect(ways.way).toBe('own');
});

test('browsers are never told to insist for longer than the certificate lasts', async () => {
  published = await hospital.chain({ names, until: 3 });
  await keeper.check();
  const seconds = Number(/\d+/.exec(ways.strictTransport() ?? '')?.[0]);
  expect(seconds).toBeWithin(2 * 86_400 - 60, 2 * 86_400 + 1);
  later = 2.5 * day;
  expect(ways.strictTransport()).toBeNull();
});

test('what people see of a certificate', () => {
  expect(certificateView(own.cert)).toMatchObject({
    names: ['127.0.0.1', '192.168.1.20'],
    fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
  });
});
