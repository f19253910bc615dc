import { beforeEach, expect, test } from 'bun:test';
import { FakeWorld } from './fakes.ts';
import { WhipPublisher } from './whip.ts';

let world: FakeWorld;
let states: string[];
let failures: string[];
let publisher: WhipPublisher;

beforeEach(() => {
  world = new FakeWorld();
  states = [];
  failures = [];
  const track = (kind: string) => ({ kind, getSettings: () => ({}) });
  const stream = { getTracks: () => [track('video'), track('audio')] } as unknown as MediaStream;
  publisher = new WhipPublisher('/whip', stream, world.dependencies, {
    state: (state) => states.push(state),
    failure: (failure) => failures.push(failure.code),
  });
});

async function connect(): Promise<void> {
  await world.clock.pass(0);
  world.last.enter('connected');
  await world.clock.pass(0);
}

test('it publishes with H.264 first in the offer where the browser has no codec preferences', async () => {
  publisher.start();
  await connect();
  expect(states).toEqual(['connecting', 'publishing']);
  expect(world.requests[0]?.body).toContain('m=video 9 UDP/TLS/RTP/SAVPF 97 96');
  expect(world.last.transceivers.map(({ kind, direction }) => `${kind} ${direction}`).toSorted()).toEqual([
    'audio sendonly',
    'video sendonly',
  ]);
});

test('a browser without H.264 is told so, and it is not tried again', async () => {
  world.offer = world.offer.replaceAll('H264', 'AV1');
  publisher.start();
  await world.clock.pass(60_000);
  expect(failures).toEqual(['no_h264']);
  expect(publisher.state).toBe('failed');
  expect(world.connections).toHaveLength(1);
});

test('a server that restarts is tried again, more slowly each time, until it answers', async () => {
  world.answer = () => Response.json({ error: { code: 'media_unavailable', message: '' } }, { status: 503 });
  publisher.start();
  await world.clock.pass(3000);
  expect(new Set(failures)).toEqual(new Set(['media_unavailable']));
  const tried = world.connections.length;
  expect(tried).toBeGreaterThan(1);
  expect(tried).toBeLessThan(6);
  world.answer = () => new Response('v=0', { status: 201 });
  await world.clock.pass(5000);
  world.last.enter('connected');
  await world.clock.pass(0);
  expect(publisher.state).toBe('publishing');
});

test('a connection that breaks is made anew at once, and the old session is ended at the server', async () => {
  publisher.start();
  await connect();
  world.last.enter('failed');
  await world.clock.pass(0);
  expect(world.connections).toHaveLength(2);
  expect(world.connections[0]?.closed).toBe(true);
  expect(world.requests.some(({ method, url }) => method === 'DELETE' && url === '/session/1')).toBe(true);
});

test('the server’s word is enough to connect anew; an ended consultation is final', async () => {
  publisher.start();
  await connect();
  world.answer = () => Response.json({ error: { code: 'consultation_ended', message: '' } }, { status: 410 });
  publisher.reconnectNow();
  await world.clock.pass(60_000);
  expect(failures).toEqual(['consultation_ended']);
  expect(world.connections).toHaveLength(2);
});

test('stop ends everything: no attempt follows', async () => {
  publisher.start();
  await connect();
  publisher.stop();
  await world.clock.pass(60_000);
  expect(publisher.state).toBe('stopped');
  expect(world.connections).toHaveLength(1);
  expect(world.last.closed).toBe(true);
});
