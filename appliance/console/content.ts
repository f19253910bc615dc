/** What the screen says, in words; how it looks is the business of `layout.ts` and `terminal.ts`. */
import type { ConsoleView } from '../../server/status/console.ts';
import type { ConsoleState } from './state.ts';

/** A sentence for the clinic, and the same for whoever does not read Chinese. */
export interface Bilingual {
  zh: string;
  en: string;
}

/** The colour of the line of health. */
export type Level = 'good' | 'warning' | 'problem';

/** What the screen says, before anything is laid out. */
export interface Content {
  title: string;
  subtitle: Bilingual;
  /** The address, and a code while one is wanted. */
  facts: { label: Bilingual; value: string }[];
  /** Text of the QR code, and what it is for. */
  qr: { text: string; caption: Bilingual } | null;
  health: Bilingual & { level: Level };
  /** For the technician. */
  footer: string;
}

/** After this long without an answer it is not a start any more, ms. */
const startLimit = 60_000;

const subtitle: Bilingual = { zh: '视频问诊', en: 'Video consultations' };
const unnamed = 'Consultbox';

const starting: Bilingual = { zh: '正在启动…', en: 'Starting' };
const notStarted: Bilingual = {
  zh: '问诊服务没有响应。请关机，等 10 秒再开机；若仍不行，请联系技术员。',
  en: 'The service does not answer. Switch the box off, wait 10 seconds, switch it on; if that does not help, call your technician.',
};

const address: Bilingual = { zh: '医生请用电脑浏览器打开', en: 'Doctors: open in a browser' };
const noAddress: Bilingual = { zh: '还没有网络', en: 'No network yet' };
const plugIn = '请插好网线 Plug in the network cable';
const setupCode: Bilingual = { zh: '设置码', en: 'Set-up code' };
const resetCode: Bilingual = { zh: '重设密码的验证码', en: 'Code for a new password' };
const caption: Bilingual = { zh: '医生扫码打开页面', en: 'Doctors: scan to open the page' };
const setupCaption: Bilingual = { zh: '扫码开始设置', en: 'Scan to set up' };

/** What somebody who stands before the box types on the page. */
function codesOf({ setupCode: setup, resetCode: reset }: ConsoleView): Content['facts'] {
  return [
    ...(setup === null ? [] : [{ label: setupCode, value: setup }]),
    ...(reset === null ? [] : [{ label: resetCode, value: reset }]),
  ];
}

function healthOf({
  health,
  consultations,
}: Extract<ConsoleState, { kind: 'view' }>['view']): Content['health'] {
  const [first, ...others] = health.problems.toSorted(
    (a, b) => Number(b.level === 'problem') - Number(a.level === 'problem'),
  );
  if (first === undefined) {
    const { live } = consultations;
    return live === 0
      ? { level: 'good', zh: '一切正常，可以开诊', en: 'All is well: ready for consultations' }
      : {
          level: 'good',
          zh: `一切正常，正在进行 ${live} 个问诊`,
          en: `All is well: ${live} ${live === 1 ? 'consultation' : 'consultations'} in progress`,
        };
  }
  const { length } = others;
  return {
    level: first.level,
    zh: first.zh + (length === 0 ? '' : `（另有 ${length} 个问题）`),
    en: sentence(first.en) + (length === 0 ? '' : ` (and ${length} more)`),
  };
}

/** Logs begin small; a sentence on a screen does not. Chinese fonts draw curly quotation marks as wide as a character. */
function sentence(text: string): string {
  return text.replace(/^./, (letter) => letter.toUpperCase()).replaceAll('’', "'");
}

/** The first 80 bits of `AB:CD:…` as `ABCD …`: enough to be compared by hand, and it fits. */
function shortened(fingerprint: string): string {
  return fingerprint
    .replaceAll(':', '')
    .slice(0, 20)
    .replaceAll(/(.{4})(?=.)/g, '$1 ');
}

/** Words for what the supervisor answered, or for its silence. */
export function contentOf(state: ConsoleState): Content {
  if (state.kind === 'starting') {
    const late = state.silent >= startLimit;
    return {
      title: state.clinicName || unnamed,
      subtitle,
      facts: [],
      qr: null,
      health: late ? { level: 'problem', ...notStarted } : { level: 'warning', ...starting },
      footer: '',
    };
  }
  const { view } = state;
  const { engine } = view;
  return {
    title: view.clinicName || unnamed,
    subtitle,
    facts: [
      view.clinicUrl === null
        ? { label: noAddress, value: plugIn }
        : { label: address, value: view.clinicUrl.replace(/\/$/, '') },
      ...codesOf(view),
    ],
    qr:
      view.entryUrl === null
        ? null
        : { text: view.entryUrl, caption: view.setupCode === null ? caption : setupCaption },
    health: healthOf(view),
    footer: [
      `Consultbox ${view.version}`,
      `${engine.name} ${engine.version}`,
      // Compared by who installs the root (/trust): before what may be cut off.
      ...(view.rootFingerprint === null ? [] : [`CA ${shortened(view.rootFingerprint)}`]),
      ...(view.mac === null ? [] : [`MAC ${view.mac}`]),
      ...view.addresses.map((each) => `${each.interface} ${each.address}`),
    ].join('   '),
  };
}
