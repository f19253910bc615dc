/** Codes of an authenticator app (RFC 6238), and the recovery codes for a lost phone. */
import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { digest } from '../access/digest.ts';

/** 6 digits every 30 s, SHA-1: what every authenticator app knows. */
const kind = { algorithm: 'SHA1', digits: 6, period: 30 } as const;

/** @returns Base32 */
export function makeTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** What the app scans. @param issuer the clinic's name */
export function totpUri(secret: string, login: string, issuer: string): string {
  return new TOTP({ ...kind, issuer, label: login, secret: Secret.fromBase32(secret) }).toString();
}

/**
 * @param now ms since 1970
 * @returns the period that the code belongs to, so that it is taken once; null when it is wrong
 */
export function checkTotp(secret: string, code: string, now: number): number | null {
  const totp = new TOTP({ ...kind, secret: Secret.fromBase32(secret) });
  // One period to each side: phones and boxes are some seconds apart.
  const delta = totp.validate({ token: code.replaceAll(/\s/g, ''), timestamp: now, window: 1 });
  return delta === null ? null : Math.floor(now / 1000 / kind.period) + delta;
}

const letters = '23456789abcdefghjkmnpqrstuvwxyz';

/** Each is good once. @returns e.g. `k7pm4-xq9tb`: 49 bits */
export function makeRecoveryCodes(count = 10): string[] {
  const part = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
  return Array.from({ length: count }, () => `${part()}-${part()}`);
}

/** As it is kept. */
export function recoveryDigest(code: string): string {
  return digest(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
}
