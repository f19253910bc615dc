import { beforeEach, expect, test } from 'bun:test';
import { silentLogger } from '../log/logger.ts';
import type { MediaPath } from '../media/contract.ts';
import { openStore } from '../store/database.ts';
import { type PathKind, pathName } from './paths.ts';
import { ConsultationStore } from './store.ts';
import { StreamPeers } from './stream-peers.ts';

const id = 'abcdefghijklmnopqrst';
let store: ConsultationStore;
let now = 0;
let peers: StreamPeers;

beforeEach(() => {
  store = new ConsultationStore(openStore(':memory:', silentLogger()).store);
  store.insert({ id, createdAt: 1, patientLabel: null });
  store.update(id, { state: 'live', phoneGeneration: 1 });
  now = 0;
  peers = new StreamPeers(() => now);
});

function path(kind: PathKind, source: string | null, readers: string[] = []): MediaPath {
  const peer = (peerId: string) => ({ type: 'rtmpConn', id: peerId });
  return {
    ...{ name: pathName(id, kind), ready: true, codecs: [], bytesReceived: 0 },
    ...{ source: source === null ? null : peer(source), readers: readers.map(peer) },
  };
}

const unwanted = (...paths: MediaPath[]) =>
  peers.unwanted(paths, (each) => store.find(each)).map((peer) => peer.id);

test('whoever is on a path of a consultation that runs may stay', () => {
  peers.allowed('push', 1);
  peers.allowed('play', 1);
  expect(unwanted(path('patient', 'push', ['ffmpeg']), path('doctor_aac', 'ffmpeg', ['play']))).toEqual([]);
});

test('after the end everyone goes, also who becomes visible only then', () => {
  peers.allowed('push', 1);
  expect(unwanted()).toEqual([]);
  store.update(id, { state: 'ended' });
  expect(unwanted(path('patient', 'push', ['ffmpeg']), path('doctor', 'page'))).toEqual([
    'push',
    'ffmpeg',
    'page',
  ]);
});

test('a path that belongs to nothing is nobody’s', () => {
  expect(unwanted({ ...path('patient', 'stranger'), name: 'somewhere/else' })).toEqual(['stranger']);
});

test('another phone: the former one’s connections go, FFmpeg and the new one’s stay', () => {
  peers.allowed('old push', 1);
  peers.allowed('old play', 1);
  store.update(id, { phoneGeneration: 2 });
  peers.allowed('new push', 2);
  expect(unwanted(path('patient', 'old push'), path('doctor_aac', 'ffmpeg', ['old play']))).toEqual([
    'old push',
    'old play',
  ]);
  expect(unwanted(path('patient', 'new push', ['ffmpeg']))).toEqual([]);
});

test('a phone that has to wait again loses its streams', () => {
  peers.allowed('push', 1);
  store.update(id, { state: 'waiting' });
  expect(unwanted(path('patient', 'push'))).toEqual(['push']);
});

test('one phone, one reader: the latest stays', () => {
  peers.allowed('first', 1);
  peers.allowed('second', 1);
  expect(unwanted(path('doctor_aac', 'ffmpeg', ['first', 'second']))).toEqual(['first']);
});

test('connections that have gone are forgotten', () => {
  peers.allowed('push', 1);
  unwanted(path('patient', 'push'));
  unwanted();
  store.update(id, { phoneGeneration: 2 });
  // An id of another connection by chance: nothing is known of it.
  expect(unwanted(path('patient', 'push'))).toEqual([]);
  peers.allowed('never came', 1);
  now = 61_000;
  unwanted();
  expect(unwanted(path('patient', 'never came'))).toEqual([]);
});
