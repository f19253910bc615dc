/** `bindnetstatus` of both components, in the words of the protocol. */
import type { NetReport } from '../../server/consultations/phone-protocol.ts';
import { fieldsOf } from './read.ts';

/** What the report calls what the components call otherwise. */
const names = {
  videoBitrate: 'videoBitrate',
  audioBitrate: 'audioBitrate',
  videoFPS: 'fps',
  videoGOP: 'gop',
  netSpeed: 'speed',
  netJitter: 'jitter',
  netQualityLevel: 'quality',
  videoWidth: 'width',
  videoHeight: 'height',
  videoCache: 'videoCache',
  audioCache: 'audioCache',
} as const;

/** @param info the event's `detail.info`; some phones give numbers as text */
export function netReport(side: NetReport['side'], info: unknown): NetReport {
  const report: NetReport = { type: 'net', side };
  const fields = fieldsOf(info);
  for (const [theirs, ours] of Object.entries(names)) {
    const value = fields[theirs];
    if (value === undefined || value === null || value === '') continue;
    const number = Number(value);
    if (Number.isFinite(number)) report[ours] = Math.round(number * 100) / 100;
  }
  return report;
}
