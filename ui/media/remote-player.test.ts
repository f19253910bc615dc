import { beforeEach, expect, test } from 'bun:test';
import { FakeWorld } from './fakes.ts';
import { RemotePlayer } from './remote-player.ts';

let world: FakeWorld;
let shown: string[];
let failures: string[];
let player: RemotePlayer;
let hlsLoads: number;

beforeEach(() => {
  world = new FakeWorld();
  shown = [];
  failures = [];
  hlsLoads = 0;
  const video = Object.assign(new EventTarget(), { srcObject: null, currentTime: 0, paused: false });
  player = new RemotePlayer(
    { whepUrl: '/whep', hlsUrl: '/index.m3u8' },
    video as unknown as HTMLVideoElement,
    {
      ...world.dependencies,
      loadHls: () => {
        hlsLoads += 1;
        return Promise.reject(new Error('not in this test'));
      },
    },
    {
      changed: (state, mode) => shown.push(`${state} ${mode}`),
      failure: (failure) => failures.push(failure.code),
    },
  );
});

/** Statistics of a connection on which pictures arrive. */
const arriving = (frames: number) => [
  {
    type: 'inbound-rtp',
    kind: 'video',
    bytesReceived: 1000 * frames,
    framesDecoded: frames,
    framesReceived: frames,
  },
  { type: 'inbound-rtp', kind: 'audio', bytesReceived: 100 * frames },
];

test('WHEP is shown as soon as it brings a picture', async () => {
  player.setPublishing(true);
  player.start();
  await world.clock.pass(0);
  world.last.enter('connected');
  world.last.stats = arriving(1);
  await world.clock.pass(500);
  world.last.stats = arriving(10);
  await world.clock.pass(500);
  expect(shown.at(-1)).toBe('playing whep');
  expect(hlsLoads).toBe(0);
});

test('WHEP that never connects gives way to HLS, and goes on being tried behind it', async () => {
  player.setPublishing(true);
  player.start();
  await world.clock.pass(10_000);
  expect(hlsLoads).toBeGreaterThan(0);
  const before = world.connections.length;
  await world.clock.pass(40_000);
  expect(world.connections.length).toBeGreaterThan(before);
  world.last.enter('connected');
  world.last.stats = arriving(1);
  await world.clock.pass(500);
  world.last.stats = arriving(10);
  await world.clock.pass(500);
  expect(shown.at(-1)).toBe('playing whep');
});

test('while nobody publishes, failing says nothing against WHEP', async () => {
  world.answer = () => Response.json({ error: { code: 'not_publishing', message: '' } }, { status: 404 });
  player.start();
  await world.clock.pass(60_000);
  expect(hlsLoads).toBe(0);
  expect(shown.at(-1)).toBe('waiting none');
});

test('an ended consultation ends the player', async () => {
  world.answer = () => Response.json({ error: { code: 'consultation_ended', message: '' } }, { status: 410 });
  player.setPublishing(true);
  player.start();
  await world.clock.pass(60_000);
  expect(failures).toEqual(['consultation_ended']);
  expect(shown.at(-1)).toBe('stopped none');
  expect(world.connections).toHaveLength(1);
});
