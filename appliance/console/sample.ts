/** What the supervisor could answer; for tests. */
import type { ConsoleView } from '../../server/status/console.ts';
import { networkProblem, type Problem } from '../../server/status/problems.ts';

/**
 * An answer of the supervisor, for tests.
 * @param changed what differs from a healthy box
 */
export function sampleView(changed: Partial<ConsoleView> = {}): ConsoleView {
  return {
    clinicName: '康宁社区诊所',
    version: '0.1.0',
    addresses: [{ address: '192.168.1.20', interface: 'enp1s0', chosen: true }],
    mac: '52:54:00:12:34:56',
    clinicUrl: 'https://192.168.1.20/',
    entryUrl: 'http://192.168.1.20/#setup=K7PM-4XQ9',
    setupCode: 'K7PM-4XQ9',
    resetCode: null,
    rootFingerprint: Array.from({ length: 32 }, (_, index) =>
      (index * 7 + 16).toString(16).toUpperCase(),
    ).join(':'),
    health: { ready: true, problems: [] },
    engine: { name: 'mediamtx', version: 'v1.19.1', why: 'found in PATH' },
    consultations: { live: 0 },
    ...changed,
  };
}

/** No cable: no address, no QR code. */
export function viewWithoutAddress(): ConsoleView {
  const problem = networkProblem({ chosen: null, wanted: 'auto', reason: 'no LAN address', addresses: [] });
  return sampleView({
    addresses: [],
    mac: null,
    clinicUrl: null,
    entryUrl: null,
    health: { ready: false, problems: [problem] },
  });
}

/** Everything as long as it can be, or longer. */
export function longView(): ConsoleView {
  const setupCode = 'WWWWWWWWWWWWWWWW'.repeat(4);
  const problem: Problem = {
    code: 'ffmpeg',
    level: 'problem',
    zh: '本机的 FFmpeg 缺少需要的功能，患者听不到声音：请联系技术员。'.repeat(6),
    en: 'this FFmpeg has no libopus among its encoders, needed for sound; '.repeat(10),
  };
  return sampleView({
    clinicName: '北京市海淀区中关村南大街第一社区卫生服务中心WWWWWWWWWWWWWWWWWW',
    addresses: Array.from({ length: 9 }, (_, index) => ({
      address: `192.168.100.20${index}`,
      interface: `enp10s0f1np${index}`,
      chosen: index === 0,
    })),
    clinicUrl: 'https://192.168.100.200:18443/',
    entryUrl: `http://192.168.100.200:18080/#setup=${setupCode}`,
    setupCode,
    resetCode: 'WWWW-WWWW',
    health: { ready: false, problems: [problem] },
  });
}
