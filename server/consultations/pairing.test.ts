import { expect, test } from 'bun:test';
import { StreamKeys } from '../access/stream-keys.ts';
import { silentLogger } from '../log/logger.ts';
import { loadSettings } from '../settings/load.ts';
import { openStore } from '../store/database.ts';
import { Conversation } from './conversation.ts';
import { EventHub } from './events.ts';
import { Pairing } from './pairing.ts';
import { ConsultationService } from './service.ts';
import { ConsultationStore } from './store.ts';

const contact = { from: '192.168.1.77', host: '192.168.1.20', origin: 'http://192.168.1.20:8080' };

function clinic(admission: 'automatic' | 'manual' = 'automatic') {
  const settings = loadSettings({ CONSULTBOX_CONSULTATIONS_ADMISSION: admission });
  const store = new ConsultationStore(openStore(':memory:', silentLogger()).store);
  const clock = { now: 1_000_000 };
  let enforced = 0;
  const consultations = new ConsultationService({
    ...{ store, settings, hub: new EventHub(), logger: silentLogger() },
    phoneOrigin: () => contact.origin,
    enforce: () => Promise.resolve(),
    now: () => clock.now,
  });
  const pairing = new Pairing({
    ...{ consultations, store, settings, keys: new StreamKeys('secret') },
    enforce: () => {
      enforced += 1;
    },
  });
  const scan = (id: string) => {
    const token = consultations.freshPairing(id).pairing?.token ?? '';
    return pairing.redeem(token, crypto.randomUUID(), contact);
  };
  const conversation = new Conversation(consultations, store);
  return { consultations, conversation, pairing, clock, scan, enforced: () => enforced };
}

test('another phone is told nothing that was written to the one before it', () => {
  const { consultations, conversation, pairing, clock, scan } = clinic('manual');
  const { id } = consultations.create(null);
  conversation.send(id, '您好', []);
  // What was written before anybody came is the first phone's.
  expect(scan(id).messages.map(({ text }) => text)).toEqual(['您好']);
  consultations.admit(id);
  clock.now += 1000;
  conversation.send(id, '血糖有点高', ['好的']);
  conversation.advise(id, '少吃糖');
  clock.now += 1000;
  const other = scan(id);
  expect(other.messages).toEqual([]);
  void consultations.end(id);
  expect(pairing.phoneView(id, contact).advice).toBeNull();
  expect(() => pairing.resume(id, other.resumeToken, contact)).toThrow(
    expect.objectContaining({ beside: { advice: null } }),
  );
});

test('the resume token before is good until the next one was shown: an answer may be lost for as long as it likes', () => {
  const { consultations, pairing, clock, scan } = clinic();
  const { id } = consultations.create(null);
  const { resumeToken } = scan(id);
  const rotated = pairing.resume(id, resumeToken, contact).resumeToken;
  for (const wait of [30_000, 10 * 60_000]) {
    clock.now += wait;
    expect(pairing.resume(id, resumeToken, contact).resumeToken).toBe(rotated);
  }
  // The answer arrived: its token opens the socket.
  expect(pairing.provePhone(id, rotated)).toBe(1);
  expect(() => pairing.resume(id, resumeToken, contact)).toThrow('replaced or is unknown');
  expect(pairing.resume(id, rotated, contact).state).toBe('live');
});

test('a request that was on its way is heard for a minute after the next token was shown', () => {
  const { consultations, pairing, clock, scan } = clinic();
  const { id } = consultations.create(null);
  const { resumeToken } = scan(id);
  const rotated = pairing.resume(id, resumeToken, contact).resumeToken;
  pairing.checkPhone(id, rotated);
  clock.now += 59_000;
  expect(pairing.resume(id, resumeToken, contact).resumeToken).toBe(rotated);
  clock.now += 2000;
  expect(() => pairing.resume(id, resumeToken, contact)).toThrow('replaced or is unknown');
});

test('of two tokens ago none is good, shown or not', () => {
  const { consultations, pairing, scan } = clinic();
  const { id } = consultations.create(null);
  const { resumeToken } = scan(id);
  const second = pairing.resume(id, resumeToken, contact).resumeToken;
  pairing.resume(id, second, contact);
  expect(() => pairing.checkPhone(id, resumeToken)).toThrow('replaced or is unknown');
  expect(pairing.provePhone(id, second)).toBe(1);
});

test('who left without a socket has left all the same, and is back by resuming', () => {
  const { consultations, pairing, scan } = clinic();
  const { id } = consultations.create(null);
  const { resumeToken } = scan(id);
  expect(() => pairing.leave(id, { resumeToken: 'nonsense', reason: 'ended' })).toThrow(
    'replaced or is unknown',
  );
  pairing.leave(id, { resumeToken, reason: 'ended' });
  expect(consultations.liveState(id).left).toBe('ended');
  pairing.resume(id, resumeToken, contact);
  expect(consultations.liveState(id).left).toBeNull();
});

test('where the doctor admits, another phone waits again, and only then gets its URLs', () => {
  const { consultations, pairing, scan, enforced } = clinic('manual');
  const { id } = consultations.create(null);
  expect(scan(id)).toMatchObject({ state: 'waiting', pushUrl: null });
  const { admittedAt } = consultations.admit(id);
  expect(enforced()).toBe(0);
  const other = scan(id);
  expect(other).toMatchObject({ state: 'waiting', pushUrl: null, playUrl: null });
  expect(enforced()).toBe(1);
  expect(consultations.admit(id)).toMatchObject({ state: 'live', admittedAt });
  expect(pairing.phoneView(id, contact).pushUrl).toStartWith('rtmp://');
});

test('where patients are admitted by themselves, another phone goes on at once', () => {
  const { consultations, scan } = clinic();
  const { id } = consultations.create(null);
  scan(id);
  expect(scan(id)).toMatchObject({ state: 'live' });
});

test('a socket’s proof is worth nothing once another phone has joined', () => {
  const { consultations, pairing, scan } = clinic();
  const { id } = consultations.create(null);
  const generation = pairing.provePhone(id, scan(id).resumeToken);
  expect(generation).toBe(1);
  expect(pairing.isCurrentPhone(id, 1)).toBe(true);
  scan(id);
  expect(pairing.isCurrentPhone(id, 1)).toBe(false);
  expect(pairing.provePhone(id, 'nonsense')).toBeNull();
});
