import { expect, test } from 'bun:test';
import { FakeClock } from './fakes.ts';
import { loudness, measureLevel } from './level-meter.ts';

/** An audio context whose microphone hears `sample` all the time. */
function listening(sample: () => number, state = 'running') {
  const calls: string[] = [];
  const context = {
    state,
    createAnalyser: () => ({
      fftSize: 0,
      getFloatTimeDomainData: (samples: Float32Array) => samples.fill(sample()),
    }),
    createMediaStreamSource: () => ({ connect: () => undefined }),
    resume: () => {
      calls.push('resume');
      return Promise.resolve();
    },
    close: () => {
      calls.push('close');
      return Promise.resolve();
    },
  };
  return { calls, createContext: () => context as unknown as AudioContext };
}

const streamWith = (...audio: object[]) => ({ getAudioTracks: () => audio }) as unknown as MediaStream;

test('silence is 0, speech fills most of the meter, shouting does not exceed it', () => {
  expect(loudness(new Float32Array(0))).toBe(0);
  expect(loudness(new Float32Array(512))).toBe(0);
  const speech = loudness(new Float32Array(512).fill(0.1));
  expect(speech).toBeGreaterThan(0.5);
  expect(speech).toBeLessThan(0.8);
  expect(loudness(new Float32Array(512).fill(-1))).toBe(1);
});

test('the level follows the sound, and falls to 0 when it is no longer measured', async () => {
  const clock = new FakeClock();
  let sample = 0.1;
  const levels: number[] = [];
  const { calls, createContext } = listening(() => sample);
  const stop = measureLevel({ createContext, clock }, streamWith({}), (level) => levels.push(level));
  await clock.pass(100);
  expect(levels.at(-1)).toBeCloseTo(0.6);
  sample = 0;
  await clock.pass(100);
  expect(levels.at(-1)).toBe(0);
  sample = 0.1;
  await clock.pass(100);
  stop();
  expect(levels.at(-1)).toBe(0);
  expect(calls).toEqual(['close']);
  const count = levels.length;
  await clock.pass(1000);
  expect(levels).toHaveLength(count);
});

test('a context that waits for a click is woken', async () => {
  const clock = new FakeClock();
  const { calls, createContext } = listening(() => 0, 'suspended');
  measureLevel({ createContext, clock }, streamWith({}), () => undefined);
  await clock.pass(100);
  expect(calls).toContain('resume');
});

test('a stream without sound opens no context', () => {
  const levels: number[] = [];
  const createContext = () => {
    throw new Error('not needed');
  };
  measureLevel({ createContext, clock: new FakeClock() }, streamWith(), (level) => levels.push(level))();
  expect(levels).toEqual([0]);
});
