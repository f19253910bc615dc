import { beforeEach, expect, test } from 'bun:test';
import { StreamKeys } from '../access/stream-keys.ts';
import { silentLogger } from '../log/logger.ts';
import { openStore } from '../store/database.ts';
import { doctorGeneration, MediaAuthorisation, type MediaQuestion } from './authorisation.ts';
import { grantFor, type PathKind, parsePathName, pathName } from './paths.ts';
import { ConsultationStore } from './store.ts';

const id = 'abcdefghijklmnopqrst';
const phone = '192.168.1.77';
let store: ConsultationStore;
let keys: StreamKeys;
let authorisation: MediaAuthorisation;

beforeEach(() => {
  store = new ConsultationStore(openStore(':memory:', silentLogger()).store);
  store.insert({ id, createdAt: 1, patientLabel: null });
  store.update(id, { state: 'live', phoneGeneration: 1, phoneAddress: phone });
  keys = new StreamKeys('secret');
  authorisation = new MediaAuthorisation(store, keys);
});

function key(
  role: 'doctor' | 'patient',
  kind: PathKind,
  action: 'publish' | 'read',
  generation: number,
): string {
  const grant = grantFor(role, id, kind, action);
  return grant === null ? '' : keys.derive(grant, generation);
}

function ask(change: Partial<MediaQuestion>): boolean {
  const question = {
    ip: phone,
    action: 'publish',
    path: pathName(id, 'patient'),
    protocol: 'rtmp',
    token: '',
    query: '',
  };
  return authorisation.decide({ ...question, ...change }).allowed;
}

test('the phone publishes and plays its two paths with its own keys, from its own address, by RTMP', () => {
  const publish = key('patient', 'patient', 'publish', 1);
  expect(ask({ token: publish })).toBe(true);
  expect(ask({ query: `token=${publish}` })).toBe(true);
  expect(
    ask({ action: 'read', path: pathName(id, 'doctor_aac'), token: key('patient', 'doctor_aac', 'read', 1) }),
  ).toBe(true);
  expect(ask({ token: '' })).toBe(false);
  expect(ask({ token: publish, ip: '192.168.1.78' })).toBe(false);
  expect(ask({ token: publish, protocol: 'webrtc' })).toBe(false);
  expect(ask({ token: publish, action: 'read' })).toBe(false);
  expect(ask({ token: publish, path: pathName(id, 'doctor') })).toBe(false);
  expect(ask({ token: publish, path: pathName(id, 'doctor_aac'), action: 'read' })).toBe(false);
});

test('another phone, the waiting room and the end make keys worthless', () => {
  const publish = key('patient', 'patient', 'publish', 1);
  for (const change of [{ phoneGeneration: 2 }, { state: 'waiting' as const }, { state: 'ended' as const }]) {
    store.update(id, { state: 'live', phoneGeneration: 1, ...change });
    expect(ask({ token: publish })).toBe(false);
  }
});

test('the page’s key is good on this machine alone, where our proxy is', () => {
  const token = key('doctor', 'doctor', 'publish', doctorGeneration);
  const path = pathName(id, 'doctor');
  expect(ask({ ip: '127.0.0.1', path, token, protocol: 'webrtc' })).toBe(true);
  expect(ask({ ip: phone, path, token, protocol: 'webrtc' })).toBe(false);
});

test('FFmpeg’s keys are good for one end of one path, and not after their process', () => {
  const path = pathName(id, 'patient_opus');
  const token = keys.issueForTranscoder({ consultationId: id, path, action: 'publish' });
  const question = { ip: '127.0.0.1', path, token, protocol: 'rtsp' };
  expect(ask(question)).toBe(true);
  expect(ask({ ...question, action: 'read' })).toBe(false);
  expect(ask({ ...question, path: pathName(id, 'doctor_aac') })).toBe(false);
  keys.revokeForTranscoder(token);
  expect(ask(question)).toBe(false);
});

test('the media server’s own interfaces are for this machine; what is not used is refused', () => {
  expect(ask({ action: 'api', ip: '127.0.0.1' })).toBe(true);
  expect(ask({ action: 'api', ip: phone })).toBe(false);
  expect(ask({ action: 'playback', ip: '127.0.0.1' })).toBe(false);
});

test('only our own path names are paths', () => {
  expect(parsePathName(`${id}/patient`)).toEqual({ consultationId: id, kind: 'patient' });
  for (const name of [
    '',
    'patient',
    `${id}/other`,
    `${id}/patient/x`,
    `../${id}/patient`,
    `${id.toUpperCase()}/patient`,
  ]) {
    expect(parsePathName(name)).toBeNull();
  }
});
