/** What tests of the mini-program share: a consultation, and a model for each state. */
import type { PhoneAdmission, PhoneView } from '../../server/consultations/phone-protocol.ts';
import type { Code } from '../machine/code.ts';
import type { ReachFacts } from '../machine/diagnose.ts';
import { initialModel, type Model, type StateName, type StoredSession } from '../machine/model.ts';

export const base = 'http://192.168.1.10:8080';

export const code: Code = {
  kind: 'pairing',
  id: 'token-1',
  base,
  clinic: '阳光诊所',
  wifi: 'clinic-5G',
  telephone: '010-12345678',
};

export const view: PhoneView = {
  consultationId: 'abc',
  state: 'waiting',
  pushUrl: null,
  playUrl: null,
  player: { mode: 'live', minCache: 0.2, maxCache: 0.8 },
  pusher: {
    mode: 'RTC',
    minBitrate: 300,
    maxBitrate: 1000,
    width: 480,
    height: 640,
    audioQuality: 'high',
    aspect: '3:4',
  },
  doctorPublishing: false,
  watched: false,
  clinic: { name: '阳光诊所', telephone: '010-12345678', wifi: 'clinic-5G' },
  doctor: { name: '李医生', title: '主任医师', department: '内科', licence: null },
  patientLabel: '王女士',
  consent: { version: '1', accepted: false, recorded: false },
  advice: null,
  messages: [{ id: 'm1', text: '听得清吗？', answers: ['听得清', '听不清'], answered: null }],
};

export const liveView: PhoneView = {
  ...view,
  state: 'live',
  pushUrl: 'rtmp://192.168.1.10:1935/abc/patient?token=k',
  playUrl: 'rtmp://192.168.1.10:1935/abc/doctor_aac?token=l',
  doctorPublishing: true,
};

export const endedView: PhoneView = { ...view, state: 'ended', advice: '多喝水' };

export function admission(of: PhoneView = view): PhoneAdmission {
  return {
    ...of,
    resumeToken: 'resume-2',
    eventsUrl: 'ws://192.168.1.10:8080/api/consultations/abc/events',
    expiresAt: '2099-01-01T00:00:00.000Z',
  };
}

export const session: StoredSession = {
  consultationId: 'abc',
  resumeToken: 'resume-1',
  base,
  eventsUrl: 'ws://192.168.1.10:8080/api/consultations/abc/events',
  expiresAt: '2099-01-01T00:00:00.000Z',
  codeId: code.id,
  by: 'patient',
  confirmed: true,
};

export const facts: ReachFacts = {
  failure: 'timeout',
  network: 'wifi',
  platform: 'android',
  ownAddress: '192.168.1.77',
  netmask: '255.255.255.0',
  base,
  knownGood: false,
};

const joined: Partial<Model> = { session, permitted: true, agreed: true };
const live: Partial<Model> = { ...joined, view: liveView, push: 'on', play: 'on' };

const changes: Record<StateName, Partial<Model>> = {
  home: {},
  reaching: { code, nonce: 'nonce-1' },
  unreachable: { code, nonce: 'nonce-1', unreachable: 'no_wifi', attempts: 1 },
  refused: { code, nonce: 'nonce-1', refusal: 'token_used' },
  confirming: { session: { ...session, confirmed: false }, view },
  consent: { session, view },
  permissions: { session, view, agreed: true },
  forbidden: { session, view, agreed: true, missing: ['camera'] },
  waiting: { ...joined, view },
  consultation: live,
  reconnecting: { ...live, attempts: 1 },
  away: { ...joined, view: liveView, away: 'call' },
  ended: { session, view: liveView, ended: { by: 'patient', advice: null } },
};

/** A model as it is in the middle of things. */
export function modelIn(state: StateName, change: Partial<Model> = {}): Model {
  return { ...initialModel, ...changes[state], state, ...change };
}
