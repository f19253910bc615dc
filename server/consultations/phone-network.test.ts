import { expect, test } from 'bun:test';
import { levelOf, summarise } from './phone-network.ts';
import type { NetReport } from './phone-protocol.ts';

const report = (change: Partial<NetReport>): NetReport => ({ type: 'net', side: 'push', ...change });

test('poor where talking is hard, fair where it shows, and silence says nothing', () => {
  const levels = [
    {},
    { fps: 30, quality: 1 },
    { fps: 14 },
    { fps: 11 },
    { quality: 3 },
    { fps: 7 },
    { quality: 6, fps: 30 },
    { fps: 0 },
  ];
  expect(levels.map((each) => levelOf(report(each)))).toEqual([
    ...(['good', 'good', 'good', 'fair', 'fair', 'poor', 'poor', 'good'] as const),
  ]);
});

test('a minute keeps the worst and the mean', () => {
  const minute = [{ fps: 30, videoBitrate: 900, jitter: 3 }, { fps: 6, videoBitrate: 300 }, {}];
  expect(summarise(minute.map(report))).toEqual({
    ...{ side: 'push', level: 'poor', videoBitrate: 600, fps: 18, lowestFps: 6, jitter: 3, reports: 3 },
  });
  expect(summarise([report({})])).toMatchObject({ fps: 0, lowestFps: 0, videoBitrate: 0, jitter: 0 });
});
