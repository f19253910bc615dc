import { beforeEach, expect, test } from 'bun:test';
import type { EventMessage } from '../../server/consultations/view.ts';
import { FakeClock } from '../media/fakes.ts';
import { EventsClient } from './events.ts';

/** A socket that does what the test says. */
class FakeSocket {
  readyState = 0;
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;

  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  breaks(): void {
    this.readyState = 3;
    this.onclose?.();
  }

  close(): void {
    this.closed = true;
  }
}

let clock: FakeClock;
let sockets: FakeSocket[];
let states: string[];
let messages: EventMessage[];
let client: EventsClient;

const last = () => {
  const socket = sockets.at(-1);
  if (socket === undefined) throw new Error('no socket was made');
  return socket;
};

beforeEach(() => {
  clock = new FakeClock();
  sockets = [];
  states = [];
  messages = [];
  client = new EventsClient(
    'wss://box/events',
    { message: (message) => void messages.push(message), state: (state) => void states.push(state) },
    {
      clock,
      random: () => 0.5,
      openSocket: (url) => {
        expect(url).toBe('wss://box/events');
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket as unknown as WebSocket;
      },
    },
  );
  client.open();
});

test('what arrives is passed on; what cannot be read is not, and breaks nothing', () => {
  last().opens();
  last().onmessage?.({ data: '{"type":"reconnect","reason":"media_restarted"}' });
  last().onmessage?.({ data: 'nonsense' });
  last().onmessage?.({ data: '{"type":"reconnect","reason":"address_changed"}' });
  expect(states).toEqual(['open']);
  expect(messages.map((each) => each.type === 'reconnect' && each.reason)).toEqual([
    'media_restarted',
    'address_changed',
  ]);
});

test('a socket that breaks is made again, after growing delays; a success begins anew', async () => {
  last().opens();
  last().breaks();
  expect(states).toEqual(['open', 'lost']);
  expect(sockets).toHaveLength(1);
  await clock.pass(1000);
  expect(sockets).toHaveLength(2);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    last().breaks();
    await clock.pass(10_000);
  }
  const before = sockets.length;
  last().breaks();
  await clock.pass(2000);
  expect(sockets).toHaveLength(before);
  await clock.pass(8000);
  expect(sockets).toHaveLength(before + 1);
  last().opens();
  last().breaks();
  await clock.pass(1000);
  expect(sockets).toHaveLength(before + 2);
});

test('the network came back: it does not sit out the delay; an open socket is left alone', async () => {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    last().breaks();
    await clock.pass(10_000);
  }
  last().breaks();
  const before = sockets.length;
  client.reconnectNow();
  expect(sockets).toHaveLength(before + 1);
  last().opens();
  client.reconnectNow();
  expect(sockets).toHaveLength(before + 1);
});

test('a socket that may be dead without knowing it is replaced, and what it says later is not heard', () => {
  last().opens();
  const dead = last();
  client.renew();
  expect(states).toEqual(['open', 'lost']);
  expect(dead.closed).toBe(true);
  expect(dead.onclose).toBeNull();
  last().opens();
  dead.breaks();
  expect(states).toEqual(['open', 'lost', 'open']);
});

test('closed, it stays closed', async () => {
  last().opens();
  client.close();
  expect(last().closed).toBe(true);
  client.renew();
  client.reconnectNow();
  await clock.pass(60_000);
  expect(sockets).toHaveLength(1);
  expect(states).toEqual(['open']);
});

test('closed while it waits to try again, it does not', async () => {
  last().breaks();
  client.close();
  await clock.pass(60_000);
  expect(sockets).toHaveLength(1);
});
