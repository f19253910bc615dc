/** What a phone can measure by itself of its way to the box. */
import { type Language, type MessageKey, say } from '../i18n/catalogue.ts';
import { addressOf, sameSubnet } from '../machine/diagnose.ts';
import type { Session } from './session.ts';

/** One line of the result. */
export interface Measurement {
  /** The same in every language, for the box. */
  name: string;
  label: string;
  value: string;
  unit: string;
}

/** Requests that are timed; the first may have the phone's question in it and stands alone. */
const requests = 20;

function median(numbers: number[]): number | null {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** @param base `http://IP:PORT` of the box @param progress called after each request, 0 to 1 */
export async function measurePhone(
  session: Session,
  base: string,
  progress: (part: number) => void,
): Promise<Measurement[]> {
  const { language, platform } = session;
  const first = await session.measure(base);
  const times: number[] = [];
  for (let each = 0; each < requests; each += 1) {
    const time = await session.measure(base);
    if (time !== null) times.push(time);
    progress((each + 1) / requests);
  }
  const device = platform.device();
  const network = await platform.network();
  const same = sameSubnet(network.ownAddress, addressOf(base), network.netmask);
  const { redeem, pushStart, playStart, push, play } = session.measured;
  const lines: [string, MessageKey, string | number | null | undefined, string][] = [
    ['model', 'test.model', device.model, ''],
    ['system', 'test.system', device.system, ''],
    ['wechat', 'test.wechat', device.wechat, ''],
    ['library', 'test.library', device.library, ''],
    ['font_scale', 'test.fontScale', device.fontScale, ''],
    ['network', 'test.network', network.network, ''],
    ['same_subnet', 'test.sameSubnet', yesOrNo(language, same), ''],
    ['first_request', 'test.firstRequest', first, 'ms'],
    ['request_median', 'test.request', median(times), 'ms'],
    ['request_worst', 'test.requestWorst', times.length === 0 ? null : Math.max(...times), 'ms'],
    ['requests_lost', 'test.requestLost', requests - times.length, ''],
    ['redeem', 'test.redeem', redeem, 'ms'],
    ['push_start', 'test.pushStart', pushStart, 'ms'],
    ['play_start', 'test.playStart', playStart, 'ms'],
    ['push_rate', 'test.pushRate', push?.videoBitrate, 'kbit/s'],
    ['push_fps', 'test.pushFps', push?.fps, 'fps'],
    ['play_fps', 'test.playFps', play?.fps, 'fps'],
    ['play_cache', 'test.playCache', play?.videoCache, 'ms'],
  ];
  return lines.map(([name, key, value, unit]) => {
    const known = value !== null && value !== undefined;
    return {
      name,
      label: say(language, key),
      value: known ? String(value) : say(language, 'test.unknown'),
      unit: known ? unit : '',
    };
  });
}

function yesOrNo(language: Language, value: boolean | null): string | null {
  if (value === null) return null;
  return say(language, value ? 'test.yes' : 'test.no');
}
