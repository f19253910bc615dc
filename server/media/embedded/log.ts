/** One line per thing on stdout, in MediaMTX's shape, so that one reader of logs serves both engines. */
import { redactSecrets } from '../../log/redact.ts';

/** Writes one line. The message may hold whatever a client sent: keys and line breaks are taken out. */
export type Log = (level: 'DEB' | 'INF' | 'WAR' | 'ERR', message: string) => void;

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** What an error or a client said, fit for one line of a log. */
export function safeLine(message: string): string {
  return redactSecrets(message).replace(/[\r\n]+/g, ' ');
}

/** `DEB` is for who looks for a fault: the supervisor passes its own level on. */
const debugging = ['debug', 'trace'].includes(process.env.CONSULTBOX_LOG_LEVEL ?? '');

/** e.g. `2026/11/24 08:00:00 INF [RTMP] [conn 192.0.2.1:1234] is publishing to path 'x/patient'` */
export const log: Log = (level, message) => {
  if (level === 'DEB' && !debugging) return;
  const now = new Date();
  const day = `${now.getFullYear()}/${two(now.getMonth() + 1)}/${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  process.stdout.write(`${day} ${time} ${level} ${safeLine(message)}\n`);
};

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
