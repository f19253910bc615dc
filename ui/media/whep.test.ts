import { beforeEach, expect, test } from 'bun:test';
import { FakeWorld } from './fakes.ts';
import { WhepPlayer } from './whep.ts';

let world: FakeWorld;
let pictures: number;
/** The kinds of the tracks that were shown, each time. */
let shown: string[][];
let failures: string[];
let player: WhepPlayer;

beforeEach(() => {
  world = new FakeWorld();
  pictures = 0;
  shown = [];
  failures = [];
  player = new WhepPlayer('/whep', world.dependencies, {
    state: () => undefined,
    picture: (stream) => {
      pictures += 1;
      shown.push(stream.getTracks().map(({ kind }) => kind));
    },
    failure: (failure) => failures.push(failure.code),
  });
});

async function connect(): Promise<void> {
  player.start();
  await world.clock.pass(0);
  world.last.enter('connected');
}

/** Lets time pass while so many bytes and frames arrive each quarter of a second. */
async function receive(ms: number, each: { video?: number; frames?: number; audio?: number }): Promise<void> {
  const { video = 0, frames = 0, audio = 0 } = each;
  const [before = {}, sound = {}] = world.last.stats as Record<string, number>[];
  const start = { video: before.bytesReceived ?? 0, frames: before.framesDecoded ?? 0 };
  for (let step = 1; step <= ms / 250; step += 1) {
    world.last.stats = [
      {
        type: 'inbound-rtp',
        kind: 'video',
        bytesReceived: start.video + step * video,
        framesDecoded: start.frames + step * frames,
      },
      { type: 'inbound-rtp', kind: 'audio', bytesReceived: (sound.bytesReceived ?? 0) + step * audio },
      { type: 'candidate-pair', bytesReceived: 999_999 },
    ];
    await world.clock.pass(250);
  }
}

test('it asks to receive picture and sound, with the lowest delay', async () => {
  await connect();
  expect(world.last.transceivers).toEqual([
    { kind: 'video', direction: 'recvonly' },
    { kind: 'audio', direction: 'recvonly' },
  ]);
  const receiver = { jitterBufferTarget: null as number | null };
  const event = { track: {}, streams: [], receiver };
  world.last.ontrack?.(event);
  expect(receiver.jitterBufferTarget).toBe(0);
});

test('there is a picture when the first frame was decoded, not when the connection stands', async () => {
  await connect();
  await receive(1000, { video: 5000, audio: 100 });
  expect(pictures).toBe(0);
  await receive(500, { video: 5000, frames: 5 });
  expect(pictures).toBe(1);
  expect(player.hasPicture).toBe(true);
});

test('sound without picture is not kept back', async () => {
  await connect();
  await receive(2500, { audio: 100 });
  expect(pictures).toBe(0);
  await receive(1000, { audio: 100 });
  expect(pictures).toBe(1);
});

test('sound alone is played without the picture’s track, which would keep it back; a picture joins it later', async () => {
  await connect();
  for (const kind of ['video', 'audio']) {
    const event = { track: { kind }, streams: [], receiver: {} };
    world.last.ontrack?.(event);
  }
  await receive(4000, { audio: 100 });
  expect(shown).toEqual([['audio']]);
  await receive(500, { audio: 100, video: 5000, frames: 5 });
  expect(shown).toEqual([['audio'], ['video', 'audio']]);
  await receive(500, { audio: 100, video: 5000, frames: 5 });
  expect(shown).toHaveLength(2);
});

test('a connection on which nothing arrives is made anew', async () => {
  await connect();
  await world.clock.pass(5000);
  expect(failures).toEqual(['stalled']);
  expect(world.connections.length).toBe(2);
  expect(player.hasPicture).toBe(false);
});

test('a picture that stands although it is being sent is made anew', async () => {
  await connect();
  await receive(1000, { video: 5000, frames: 5 });
  await receive(4500, { video: 5000, audio: 100 });
  expect(failures).toEqual(['stalled']);
});

test('a picture that is not being sent (the phone’s camera is off) is no fault while sound comes', async () => {
  await connect();
  await receive(1000, { video: 5000, frames: 5, audio: 100 });
  await receive(30_000, { audio: 100 });
  expect(failures).toEqual([]);
});

test('a stream that was announced is asked for several times a second, one that was not seldom', async () => {
  world.answer = () => new Response('', { status: 404 });
  player.start();
  await world.clock.pass(30_000);
  expect(world.connections.length).toBeLessThan(12);
  const before = world.connections.length;
  player.expect(true);
  await world.clock.pass(2000);
  expect(world.connections.length - before).toBeGreaterThanOrEqual(8);
  await world.clock.pass(10_000);
  const later = world.connections.length;
  await world.clock.pass(10_000);
  expect(world.connections.length - later).toBeLessThan(5);
});

test('an announced stream starts a player again that had given up', async () => {
  world.answer = () => new Response('', { status: 400 });
  player.start();
  await world.clock.pass(1000);
  expect(player.state).toBe('failed');
  player.expect(true);
  await world.clock.pass(0);
  expect(world.connections).toHaveLength(2);
});

test('stop ends the connection and the looking at it', async () => {
  await connect();
  player.stop();
  await world.clock.pass(60_000);
  expect(failures).toEqual([]);
  expect(world.connections).toHaveLength(1);
});
