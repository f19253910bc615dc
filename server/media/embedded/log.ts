/** One line per thing on stdout, in MediaMTX's shape, so that one reader of logs serves both engines. */
export type Log = (level: 'DEB' | 'INF' | 'WAR' | 'ERR', message: string) => void;

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** Hides what must never be in a log: the values of `token=` and `jwt=`, and bearer tokens. */
export function withoutSecrets(message: string): string {
  return message
    .replace(/\b(token|jwt|password|pass)=[^&\s'"]*/gi, '$1=…')
    .replace(/\bBearer\s+[^\s'"]+/gi, 'Bearer …')
    .replace(/[\r\n]+/g, ' ');
}

/** e.g. `2026/11/24 08:00:00 INF [RTMP] [conn 192.0.2.1:1234] is publishing to path 'x/patient'` */
export const log: Log = (level, message) => {
  const now = new Date();
  const day = `${now.getFullYear()}/${two(now.getMonth() + 1)}/${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  process.stdout.write(`${day} ${time} ${level} ${withoutSecrets(message)}\n`);
};

/** The text of whatever was thrown, on one line. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
