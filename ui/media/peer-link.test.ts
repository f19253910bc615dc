import { beforeEach, expect, test } from 'bun:test';
import { FakeWorld } from './fakes.ts';
import { PeerLink, type PeerLinkHandlers } from './peer-link.ts';

let world: FakeWorld;
let states: string[];
let failures: string[];

beforeEach(() => {
  world = new FakeWorld();
  states = [];
  failures = [];
});

function makeLink(change: Partial<PeerLinkHandlers> = {}): PeerLink {
  return new PeerLink('/link', world.dependencies, {
    prepare: () => undefined,
    connected: () => undefined,
    closed: () => undefined,
    state: (state) => states.push(state),
    failure: (failure) => failures.push(failure.code),
    ...change,
  });
}

async function connected(link: PeerLink): Promise<void> {
  link.start();
  await world.clock.pass(0);
  world.last.enter('connected');
}

const posts = () => world.requests.filter(({ method }) => method === 'POST');
const deletions = () => world.requests.filter(({ method }) => method === 'DELETE').map(({ url }) => url);

test('one offer, one answer, and it is connected', async () => {
  const link = makeLink({
    shapeOffer: (sdp) => `${sdp}shaped`,
    shapeAnswer: (sdp) => sdp.replace('answer', 'shaped answer'),
  });
  await connected(link);
  expect(states).toEqual(['connecting', 'connected']);
  expect(posts()).toEqual([{ method: 'POST', url: '/link', body: `${world.offer}shaped` }]);
  expect(world.last.remote?.sdp).toBe('v=0 shaped answer');
  expect(link.connection).not.toBeNull();
});

test('starting twice makes one connection', async () => {
  const link = makeLink();
  link.start();
  await connected(link);
  expect(world.connections).toHaveLength(1);
});

test('the offer waits for the addresses, but not for long', async () => {
  const link = makeLink();
  const create = world.dependencies.createPeerConnection;
  world.dependencies.createPeerConnection = () => {
    const connection = create();
    world.last.iceGatheringState = 'gathering';
    return connection;
  };
  link.start();
  await world.clock.pass(900);
  expect(posts()).toHaveLength(0);
  await world.clock.pass(200);
  expect(posts()).toHaveLength(1);

  link.reconnectNow();
  await world.clock.pass(100);
  world.last.iceGatheringState = 'complete';
  world.last.onicegatheringstatechange?.();
  await world.clock.pass(0);
  expect(posts()).toHaveLength(2);
});

test('an answer without a connection is given up after some seconds', async () => {
  makeLink().start();
  await world.clock.pass(7000);
  expect(failures).toEqual([]);
  await world.clock.pass(2000);
  expect(failures).toEqual(['ice_timeout']);
  expect(deletions()).toEqual(['/session/1']);
});

test('a short loss mends itself; a longer one is answered by a new connection', async () => {
  const link = makeLink();
  await connected(link);
  world.last.enter('disconnected');
  await world.clock.pass(1500);
  world.last.enter('connected');
  await world.clock.pass(5000);
  expect(failures).toEqual([]);
  expect(world.connections).toHaveLength(1);

  world.last.enter('disconnected');
  await world.clock.pass(2500);
  expect(failures).toEqual(['ice_failed']);
  expect(world.connections).toHaveLength(2);
});

test('failures in a row wait longer and longer, up to seconds', async () => {
  world.answer = () => new Response('', { status: 503 });
  makeLink().start();
  await world.clock.pass(60_000);
  // 0,5 + 1 + 2 + 4 s, then every 5 s.
  expect(world.connections.length).toBeGreaterThan(10);
  expect(world.connections.length).toBeLessThan(17);
  expect(world.connections.slice(0, -1).every(({ closed }) => closed)).toBe(true);
});

test('a handler may ask for another delay', async () => {
  world.answer = () => new Response('', { status: 404 });
  makeLink({ retryAfter: ({ code }) => (code === 'not_publishing' ? 100 : null) }).start();
  await world.clock.pass(1050);
  expect(world.connections).toHaveLength(11);
});

test('what cannot be mended by trying is not tried again, until it is started anew', async () => {
  world.answer = () => new Response('', { status: 400 });
  const link = makeLink();
  link.start();
  await world.clock.pass(60_000);
  expect(states).toEqual(['connecting', 'failed']);
  link.reconnectNow();
  await world.clock.pass(1000);
  expect(world.connections).toHaveLength(1);
  link.start();
  await world.clock.pass(0);
  expect(world.connections).toHaveLength(2);
});

test('an error of the browser is tried again', async () => {
  let broken = true;
  const link = makeLink({
    prepare: () => {
      if (broken) throw new Error('no transceivers today');
    },
  });
  link.start();
  await world.clock.pass(0);
  expect(failures).toEqual(['connection_error']);
  broken = false;
  await world.clock.pass(1000);
  world.last.enter('connected');
  expect(link.state).toBe('connected');
});

test('an answer that comes after the stop ends its session at the server', async () => {
  let answer: (response: Response) => void = () => undefined;
  world.answer = () => new Promise<Response>((resolve) => (answer = resolve));
  const link = makeLink();
  link.start();
  await world.clock.pass(0);
  link.stop();
  answer(new Response('v=0', { status: 201, headers: { Location: '/session/late' } }));
  await world.clock.pass(0);
  expect(deletions()).toEqual(['/session/late']);
  expect(states).toEqual(['connecting', 'stopped']);
});

test('a handler that stops it when it hears of the failure leaves nothing running', async () => {
  const link: PeerLink = makeLink({
    state: (state) => {
      if (state === 'retrying') link.stop();
    },
  });
  await connected(link);
  world.last.enter('failed');
  await world.clock.pass(60_000);
  expect(link.state).toBe('stopped');
  expect(world.connections).toHaveLength(1);
});

test('every connection that was made is closed, and its end told once', async () => {
  let closed = 0;
  const link = makeLink({ closed: () => (closed += 1) });
  await connected(link);
  link.reconnectNow();
  await world.clock.pass(0);
  link.stop();
  link.stop();
  expect(closed).toBe(2);
  expect(world.connections.map((connection) => connection.closed)).toEqual([true, true]);
});

test('a fault that only the user sees counts while there is a connection, not before', async () => {
  const link = makeLink();
  link.fail({ code: 'stalled', retryable: true });
  expect(failures).toEqual([]);
  await connected(link);
  link.fail({ code: 'stalled', retryable: true });
  await world.clock.pass(1000);
  expect(failures).toEqual(['stalled']);
  expect(world.connections).toHaveLength(2);
});
