/** Hashes and comparisons for secrets. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** SHA-256, hex: what is stored in place of a secret. */
export function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** @returns a URL-safe secret of `bytes` random bytes; 24 bytes are 192 bits and 32 characters */
export function randomSecret(bytes = 24): string {
  return randomBytes(bytes).toString('base64url');
}

/** Compares without telling by its duration how much was right. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(digest(a)), Buffer.from(digest(b)));
}
