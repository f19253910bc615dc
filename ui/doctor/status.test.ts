import { expect, test } from 'bun:test';
import type { ConsultationView } from '../../server/consultations/view.ts';
import type { PublisherState } from '../media/whip.ts';
import { sampleConsultation, silentStream as silent } from '../testing/consultation.ts';
import { formatSpan, maskLabel, publishStatus, seenStatus } from './status.ts';

const sent = { ...silent, publishing: true };
const seen = { ...sent, watched: true };

function consultation(change: Partial<ConsultationView> = {}): ConsultationView {
  return sampleConsultation({ device: 'connected', doctor: seen, ...change });
}

const own = (change: Partial<Parameters<typeof seenStatus>[1]> = {}) => ({
  ...{ muted: false, cameraOff: false, takenOver: false, publisher: 'publishing' as PublisherState },
  ...change,
});

test('推流中 only when the browser and the server both say so', () => {
  const status = (publisher: PublisherState, doctor = sent) =>
    publishStatus(consultation({ doctor }), publisher).key;
  expect(status('publishing')).toBe('publish.live');
  expect(status('publishing', silent)).toBe('publish.confirming');
  expect(status('connecting')).toBe('publish.connecting');
  expect(status('retrying')).toBe('publish.retrying');
  expect(status('idle')).toBe('publish.idle');
  expect([status('failed'), status('stopped')]).toEqual(['publish.failed', 'publish.failed']);
  expect(publishStatus(consultation(), 'publishing').tone).toBe('good');
});

test('患者能看到您 only while something is sent, arrives and is played', () => {
  const key = (change: Partial<ConsultationView>, mine = own()) => seenStatus(consultation(change), mine).key;
  expect(key({})).toBe('seen.yes');
  expect(key({ doctor: sent })).toBe('seen.coming');
  expect(key({ doctor: { ...seen, problem: 'transcoder_failing' } })).toBe('seen.coming');
  expect(key({}, own({ publisher: 'retrying' }))).toBe('seen.coming');
  // A player that is still open says nothing when nothing is sent.
  expect(key({ doctor: { ...seen, publishing: false } })).toBe('seen.coming');
});

test('what the patient misses of the doctor is said, each with its colour', () => {
  const status = (muted: boolean, cameraOff: boolean) =>
    seenStatus(consultation(), own({ muted, cameraOff }));
  expect(status(true, false)).toEqual({ key: 'seen.yes.silent', tone: 'busy' });
  expect(status(false, true)).toEqual({ key: 'seen.yes.dark', tone: 'busy' });
  expect(status(true, true)).toEqual({ key: 'seen.yes.off', tone: 'bad' });
  expect(status(false, false)).toEqual({ key: 'seen.yes', tone: 'good' });
});

test('before admission and without the phone, that comes first', () => {
  const key = (change: Partial<ConsultationView>) => seenStatus(consultation(change), own()).key;
  expect(key({ state: 'open' })).toBe('seen.open');
  expect(key({ state: 'waiting' })).toBe('seen.waiting');
  expect(key({ device: 'lost' })).toBe('seen.lost');
  expect(key({ device: 'background' })).toBe('seen.background');
});

test('a page that was taken over says nothing of what the patient sees: that is another’s', () => {
  const status = seenStatus(consultation(), own({ takenOver: true, publisher: 'stopped' }));
  expect(status).toEqual({ key: 'seen.elsewhere', tone: 'neutral' });
});

test('spans', () => {
  expect([0, 59_999, 61_000, 3_661_000].map(formatSpan)).toEqual(['00:00', '00:59', '01:01', '1:01:01']);
  expect(formatSpan(-5000)).toBe('00:00');
});

test('a label where others read too shows its first character alone, however that is encoded', () => {
  expect(maskLabel('王女士')).toBe('王**');
  expect(maskLabel('𠮷田')).toBe('𠮷**');
  expect(maskLabel('')).toBe('**');
});
