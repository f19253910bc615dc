/** How well the phone's streams travel, from what its components report every two seconds. */
import type { NetReport } from './phone-protocol.ts';
import type { NetworkLevel, PhoneNetworkSide } from './view.ts';

/**
 * Below this many pictures a second a face stutters, and below the other one it is a row of stills. Phones send 15 at
 * their best (live-pusher's RTC mode) and count 14 of them now and then.
 */
const fairFps = 12;
const poorFps = 8;

/**
 * @returns `poor` where talking is hard, `fair` where it shows
 *
 * `netQualityLevel` is 1 best … 6 unusable. A rate of 0 says nothing: a camera that is off sends no pictures.
 */
export function levelOf({ quality = 0, fps = 0 }: NetReport): NetworkLevel {
  const slow = (below: number) => fps > 0 && fps < below;
  if (quality >= 5 || slow(poorFps)) return 'poor';
  if (quality >= 3 || slow(fairFps)) return 'fair';
  return 'good';
}

/** What the doctor's page shows of a report. */
export function sideOf(report: NetReport): PhoneNetworkSide {
  return {
    level: levelOf(report),
    videoBitrate: report.videoBitrate ?? null,
    fps: report.fps ?? null,
  };
}

/** A minute of one side, for the timeline: what a technician asks for afterwards. */
export interface NetworkMinute {
  side: NetReport['side'];
  /** The worst that was reported. */
  level: NetworkLevel;
  /** Mean, kbit/s. */
  videoBitrate: number;
  /** Mean, pictures a second. */
  fps: number;
  /** Fewest pictures a second. */
  lowestFps: number;
  /** The largest that was reported, in the component's own unit. */
  jitter: number;
  /** How many reports it is made of. */
  reports: number;
}

const worst: NetworkLevel[] = ['good', 'fair', 'poor'];
const mean = (values: number[]): number =>
  values.length === 0 ? 0 : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);

/** @param reports at least one, all of the same side */
export function summarise(reports: readonly NetReport[]): NetworkMinute {
  const numbers = (name: 'videoBitrate' | 'fps' | 'jitter') =>
    reports.flatMap((report) => report[name] ?? []);
  const rates = numbers('fps');
  return {
    side: reports[0]?.side ?? 'push',
    level: worst[Math.max(...reports.map((report) => worst.indexOf(levelOf(report))))] ?? 'good',
    videoBitrate: mean(numbers('videoBitrate')),
    fps: mean(rates),
    lowestFps: rates.length === 0 ? 0 : Math.min(...rates),
    jitter: Math.max(0, ...numbers('jitter')),
    reports: reports.length,
  };
}
