/** One structured logger; children carry the consultation's id. Never a key, a token or a name. */
import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Settings } from '../settings/schema.ts';

export { redactSecrets } from './redact.ts';
export type { Logger };

/** Writes to standard output: text for a person at a terminal, JSON lines for everything else. */
export function createLogger(settings: Settings['log']): Logger {
  const text = settings.format === 'text' || (settings.format === 'auto' && process.stdout.isTTY === true);
  const options = { level: settings.level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return text
    ? pino(
        options,
        pretty({ sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true }),
      )
    : pino(options, pino.destination({ fd: 1, sync: true }));
}

/** For tests, and for tools that say what matters themselves. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}
