import { beforeEach, expect, test } from 'bun:test';
import type HlsLibrary from 'hls.js';
import { FakeClock } from './fakes.ts';
import { HlsPlayer } from './hls.ts';

type Failure = { fatal: boolean; type: string };

/** What the player did to hls.js. */
let done: string[];
let fail: (failure: Failure) => void;
let said: string[];
let clock: FakeClock;
let video: EventTarget & { currentTime: number; paused: boolean };
let player: HlsPlayer;

class FakeHls {
  static isSupported = () => true;
  static Events = { ERROR: 'error' };
  static ErrorTypes = { NETWORK_ERROR: 'network', MEDIA_ERROR: 'media' };
  levels = [{}];
  liveSyncPosition: number | null = 50;
  latency = 2;
  on(_: string, listener: (name: string, failure: Failure) => void) {
    fail = (failure) => listener('error', failure);
  }
  loadSource = () => done.push('loadSource');
  attachMedia = () => done.push('attachMedia');
  startLoad = () => done.push('startLoad');
  recoverMediaError = () => done.push('recoverMediaError');
  swapAudioCodec = () => done.push('swapAudioCodec');
  destroy = () => done.push('destroy');
}

beforeEach(async () => {
  done = [];
  said = [];
  clock = new FakeClock();
  video = Object.assign(new EventTarget(), { currentTime: 0, paused: false });
  player = new HlsPlayer(
    '/index.m3u8',
    video as unknown as HTMLVideoElement,
    { clock, random: () => 0.5, loadHls: () => Promise.resolve(FakeHls as unknown as typeof HlsLibrary) },
    { playing: () => said.push('playing'), waiting: () => said.push('waiting') },
  );
  player.start();
  await clock.pass(0);
});

test('it loads, and says when a picture plays', () => {
  expect(done).toEqual(['loadSource', 'attachMedia']);
  video.dispatchEvent(new Event('playing'));
  expect(said).toEqual(['playing']);
});

test('the first network error resumes loading; another soon after loads the source anew', async () => {
  done = [];
  fail({ fatal: true, type: 'network' });
  expect(done).toEqual(['startLoad']);
  fail({ fatal: true, type: 'network' });
  await clock.pass(6000);
  expect(done).toContain('loadSource');
  expect(said).toContain('waiting');
});

test('media errors are recovered, then with the other codec, then from scratch', async () => {
  done = [];
  for (let error = 0; error < 3; error += 1) fail({ fatal: true, type: 'media' });
  expect(done).toEqual(['recoverMediaError', 'swapAudioCodec', 'recoverMediaError', 'destroy']);
  await clock.pass(6000);
  expect(done.slice(-2)).toEqual(['loadSource', 'attachMedia']);
});

test('an error that is not fatal is left to hls.js', () => {
  done = [];
  fail({ fatal: false, type: 'network' });
  expect(done).toEqual([]);
  expect(said).toEqual([]);
});

test('a picture that stands still without an error is loaded anew', async () => {
  done = [];
  await clock.pass(15_000);
  expect(done).toContain('loadSource');
});

test('stop leaves nothing running', async () => {
  player.stop();
  done = [];
  await clock.pass(60_000);
  expect(done).toEqual([]);
});
