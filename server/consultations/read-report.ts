/** Reads what a phone sent: nothing of it is trusted. */
import type { NetReport, PhoneReport } from './phone-protocol.ts';

type Fields = Record<string, unknown>;

const textLimit = 200;
const states = ['foreground', 'background', 'locked'] as const;
const reasons = ['ended', 'not_me', 'disagreed'] as const;

const numbers = [
  ...(['videoBitrate', 'audioBitrate', 'fps', 'gop', 'speed', 'jitter', 'quality'] as const),
  ...(['width', 'height', 'videoCache', 'audioCache'] as const),
];

const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value.slice(0, textLimit) : null;

function readNet(fields: Fields): NetReport | null {
  const { side } = fields;
  if (side !== 'push' && side !== 'play') return null;
  const report: NetReport = { type: 'net', side };
  for (const name of numbers) {
    const value = fields[name];
    // A component that gives nonsense is as good as one that gives nothing.
    if (typeof value === 'number' && value >= 0 && value <= 1e9) report[name] = value;
  }
  return report;
}

/** null for what is no report of a type that this box knows: a newer phone may say more. */
export function readReport(message: Fields): PhoneReport | null {
  const { type } = message;
  switch (type) {
    case 'device': {
      const state = states.find((each) => each === message.state);
      return state === undefined ? null : { type, state };
    }
    case 'push':
    case 'play': {
      const { code } = message;
      if (typeof code !== 'number' || !Number.isSafeInteger(code)) return null;
      return { type, code, message: textOf(message.message) ?? '' };
    }
    case 'net':
      return readNet(message);
    case 'answer': {
      const messageId = textOf(message.messageId);
      const answer = textOf(message.answer);
      return messageId === null || answer === null ? null : { type, messageId, answer };
    }
    case 'leave': {
      const reason = reasons.find((each) => each === message.reason);
      return reason === undefined ? null : { type, reason };
    }
    case 'ping':
      return { type };
    default:
      return null;
  }
}
