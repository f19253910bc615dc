/** What a phone and the box say to each other during a consultation, as `phone-protocol.ts` promises it. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { consentVersion as shownVersion } from '../../miniapp/session/box-client.ts';
import { consentVersion } from '../../server/consultations/consent.ts';
import type {
  BoxMessage,
  PhoneAdmission,
  PhoneReport,
  PhoneView,
} from '../../server/consultations/phone-protocol.ts';
import type { ConsultationEvent, ConsultationView } from '../../server/consultations/view.ts';
import { Box } from '../tools/box.ts';
import { waitFor } from '../tools/wait.ts';

let box: Box;
beforeAll(async () => {
  box = await Box.start({
    engine: 'embedded',
    settings: {
      CONSULTBOX_CLINIC_NAME: '阳光诊所',
      CONSULTBOX_CLINIC_TELEPHONE: '010-12345678',
      CONSULTBOX_CLINIC_WIFI: 'clinic 5G',
      CONSULTBOX_PUSHER_MAX_BITRATE: '800',
    },
  });
}, 120_000);
afterAll(() => box?.stop());

/** A phone's socket after its proof: what it was sent, and what it sends. */
class PhoneSocket {
  readonly received: BoxMessage[] = [];
  readonly #socket: WebSocket;

  constructor({ eventsUrl, resumeToken }: PhoneAdmission) {
    this.#socket = new WebSocket(eventsUrl);
    this.#socket.onopen = () => this.#socket.send(JSON.stringify({ resumeToken }));
    this.#socket.onmessage = ({ data }) => this.received.push(JSON.parse(String(data)) as BoxMessage);
  }

  send(report: PhoneReport | { type: string; [field: string]: unknown } | string): void {
    this.#socket.send(typeof report === 'string' ? report : JSON.stringify(report));
  }

  get view(): PhoneView | undefined {
    return this.received.findLast((each) => each.type === 'snapshot');
  }

  /** Waits for a snapshot that is as wanted. */
  async sees(what: string, wanted: (view: PhoneView) => boolean): Promise<PhoneView> {
    return await waitFor(what, () => (this.view !== undefined && wanted(this.view) ? this.view : null));
  }

  close(): void {
    this.#socket.close();
  }
}

/** What a patient is told of the owner. */
const seenBy = { name: '李明', title: '主任医师', department: '心内科', licence: null };

const json = async <T>(response: Response | Promise<Response>): Promise<T> =>
  (await (await response).json()) as T;

async function join(patient: object = {}) {
  const created = await json<ConsultationView>(
    box.clinic('/api/consultations', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(patient),
    }),
  );
  const admission = await json<PhoneAdmission>(
    box.phone(`/api/pairings/${created.pairing?.token}/redeem`, { clientNonce: crypto.randomUUID() }),
  );
  const socket = new PhoneSocket(admission);
  await socket.sees('the first snapshot', () => true);
  return { id: created.id, created, admission, socket };
}

const write = (method: 'POST' | 'PUT', path: string, body: object) =>
  box.clinic(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const timeline = async (id: string) =>
  (await json<{ events: ConsultationEvent[] }>(box.clinic(`/api/consultations/${id}/timeline`))).events;

/** Waits for a line of the timeline. */
const line = (id: string, kind: string) =>
  waitFor(`${kind} in the timeline`, async () => (await timeline(id)).find((each) => each.kind === kind));

test('the code carries what helps a patient who cannot reach the box, and the answer says who and what', async () => {
  const { created, admission, socket } = await join({
    patientLabel: '王女士',
  });
  const url = new URL(created.pairing?.url ?? '');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    w: 'clinic 5G',
    t: '010-12345678',
    c: '阳光诊所',
  });
  expect(admission).toMatchObject({
    clinic: { name: '阳光诊所', telephone: '010-12345678', wifi: 'clinic 5G' },
    doctor: seenBy,
    patientLabel: '王女士',
    consent: { version: consentVersion, accepted: false, recorded: false },
    pusher: { mode: 'RTC', minBitrate: 300, maxBitrate: 800, width: 480, height: 640 },
    player: { mode: 'live', minCache: 0.2, maxCache: 0.8 },
    advice: null,
    messages: [],
  });
  expect(created.seenBy).toEqual(seenBy);
  socket.close();
});

test('consent is kept once, with who gave it; the version is the one of the text that is shown', async () => {
  expect(consentVersion).toBe(shownVersion);
  const { id, admission, socket } = await join();
  const { resumeToken } = admission;
  const agree = (token = resumeToken) =>
    box.phone(`/api/consultations/${id}/consent`, {
      resumeToken: token,
      version: consentVersion,
      by: 'family',
    });
  expect((await agree('somebody-else')).status).toBe(403);
  expect((await json<PhoneView>(agree())).consent.accepted).toBe(true);
  expect((await agree()).status).toBe(200);
  await socket.sees('its consent', ({ consent }) => consent.accepted);
  const given = (await timeline(id)).filter(({ kind }) => kind === 'consent_given');
  expect(given.map(({ detail }) => detail)).toEqual([
    { version: consentVersion, by: 'family', recorded: false },
  ]);
  expect((await box.view(id)).consent).toMatchObject({ version: consentVersion, by: 'family' });
  // It is this phone's: another one is another person.
  const fresh = await json<ConsultationView>(write('POST', `/api/consultations/${id}/pairing`, {}));
  await box.phone(`/api/pairings/${fresh.pairing?.token}/redeem`, { clientNonce: crypto.randomUUID() });
  expect((await box.view(id)).consent).toBeNull();
  await write('POST', `/api/consultations/${id}/end`, {});
  expect((await agree()).status).toBe(410);
});

test('a message reaches the phone, its first answer the doctor', async () => {
  const { id, socket } = await join();
  const sent = await write('POST', `/api/consultations/${id}/messages`, {
    text: ' 您能听到吗？ ',
    answers: ['能听到', '听不到', '能听到'],
  });
  expect(sent.status).toBe(201);
  const { messages } = await socket.sees('the message', (view) => view.messages.length === 1);
  const [message] = messages;
  expect(message).toEqual({
    id: message?.id ?? '',
    text: '您能听到吗？',
    answers: ['能听到', '听不到'],
    answered: null,
  });
  const messageId = message?.id ?? '';
  for (const answer of ['something else', '听不到', '能听到'])
    socket.send({ type: 'answer', messageId, answer });
  await socket.sees('its own answer', (view) => view.messages[0]?.answered === '听不到');
  expect((await box.view(id)).messages[0]).toMatchObject({ answered: '听不到' });
  expect((await line(id, 'message_answered')).detail).toMatchObject({ answer: '听不到' });
  for (const body of [
    { text: '' },
    { text: '   ' },
    { text: 'x'.repeat(201) },
    { text: 'x', answers: ['1', '2', '3', '4', '5'] },
  ]) {
    expect((await write('POST', `/api/consultations/${id}/messages`, body)).status).toBe(400);
  }
  for (let number = 0; number < 22; number += 1) {
    await write('POST', `/api/consultations/${id}/messages`, { text: `${number}` });
  }
  const last = await socket.sees('the last message', (view) => view.messages.at(-1)?.text === '21');
  expect(last.messages).toHaveLength(20);
  expect((await box.view(id)).messages).toHaveLength(23);
});

test('the advice stays with the doctor until the end, then reaches the phone, also one that slept', async () => {
  const { id, admission, socket } = await join();
  const advise = (text: string) => write('PUT', `/api/consultations/${id}/advice`, { text });
  expect((await json<ConsultationView>(advise('每天两次，饭后服'))).advice).toBe('每天两次，饭后服');
  await write('POST', `/api/consultations/${id}/messages`, { text: '再见' });
  expect((await socket.sees('the message', (view) => view.messages.length === 1)).advice).toBeNull();
  await write('POST', `/api/consultations/${id}/end`, {});
  expect(await socket.sees('the end', ({ state }) => state === 'ended')).toMatchObject({
    advice: '每天两次，饭后服',
    pushUrl: null,
  });
  await advise('每天三次，饭后服');
  const resume = (resumeToken: string) => box.phone(`/api/consultations/${id}/resume`, { resumeToken });
  const late = await resume(admission.resumeToken);
  expect(late.status).toBe(410);
  expect(await late.json()).toMatchObject({
    error: { code: 'consultation_ended' },
    advice: '每天三次，饭后服',
  });
  // To a stranger it says no more than that it is over.
  expect(Object.keys(await json<object>(resume('somebody-else')))).toEqual(['error']);
  expect((await write('PUT', `/api/consultations/${id}/advice`, { text: 'x'.repeat(1001) })).status).toBe(
    400,
  );
});

test('device, codes, network and leaving reach the doctor and the timeline; nonsense is ignored', async () => {
  const { id, socket } = await join();
  socket.send({ type: 'device', state: 'locked' });
  await waitFor('locked', async () => (await box.view(id)).device === 'locked');
  await line(id, 'phone_locked');
  socket.send({ type: 'device', state: 'foreground' });
  await waitFor('back', async () => (await box.view(id)).device !== 'locked');
  for (const each of [1, 2]) socket.send({ type: 'push', code: -1307, message: `broken ${each}` });
  expect((await line(id, 'phone_media')).detail).toEqual({ side: 'push', code: -1307, message: 'broken 1' });
  socket.send({ type: 'leave', reason: 'not_me' });
  await waitFor('left', async () => (await box.view(id)).left === 'not_me');
  await line(id, 'patient_left');
  // Nothing of this may harm the socket or the box.
  for (const nonsense of [
    '[]',
    'null',
    '{',
    '{"type":"future"}',
    '{"type":"net","side":"up"}',
    '{"type":"device","state":1}',
  ]) {
    socket.send(nonsense);
  }
  socket.send({ type: 'net', side: 'push', fps: -1, videoBitrate: 'fast' });
  socket.send({ type: 'ping' });
  await waitFor('pong', () => socket.received.some(({ type }) => type === 'pong'));
  // Without a stream there is no rate to show; what was reported is in the timeline at the end.
  expect((await box.view(id)).phoneNetwork).toEqual({ push: null, play: null });
  socket.send({ type: 'net', side: 'push', fps: 12, videoBitrate: 640, jitter: 5, quality: 3 });
  socket.send({ type: 'ping' });
  await waitFor('pong again', () => socket.received.filter(({ type }) => type === 'pong').length === 2);
  expect((await timeline(id)).filter(({ kind }) => kind === 'phone_media')).toHaveLength(1);
  await write('POST', `/api/consultations/${id}/end`, {});
  expect((await line(id, 'phone_network')).detail).toEqual({
    ...{ side: 'push', level: 'fair', videoBitrate: 640, fps: 12, lowestFps: 12, jitter: 5, reports: 2 },
  });
});

test('a phone whose socket is gone says by a request that the patient left; another phone cannot', async () => {
  const { id, admission, socket } = await join();
  socket.close();
  const leave = (resumeToken: string) =>
    box.phone(`/api/consultations/${id}/leave`, { resumeToken, reason: 'ended' });
  expect((await leave('nonsense')).status).toBe(403);
  expect((await box.view(id)).left).toBeNull();
  expect((await leave(admission.resumeToken)).status).toBe(204);
  expect((await box.view(id)).left).toBe('ended');
  expect(await line(id, 'patient_left')).toMatchObject({ detail: { reason: 'ended' } });
});

test('what an installer’s phone measured is kept', async () => {
  const { id, admission, socket } = await join();
  const { resumeToken } = admission;
  const results = [
    { name: 'round trip', value: '12', unit: 'ms' },
    { name: 'model', value: 'iPhone', unit: '' },
  ];
  const path = `/api/consultations/${id}/field-test`;
  expect((await box.phone(path, { resumeToken, results })).status).toBe(204);
  expect((await line(id, 'field_test')).detail).toEqual({ 'round trip': '12 ms', model: 'iPhone' });
  expect((await box.phone(path, { resumeToken: 'somebody-else', results })).status).toBe(403);
  const many = Array.from({ length: 41 }, () => results[0]);
  expect((await box.phone(path, { resumeToken, results: many })).status).toBe(400);
  socket.close();
});
