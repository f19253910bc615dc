/** What a password must be, and how it is kept. */
import { dictionary } from '@zxcvbn-ts/language-common';

/** Short ones are guessed; without other rules, so that people choose a sentence (NIST SP 800-63B, 5.1.1.2). */
export const shortestPassword = 10;
/** Argon2 reads every byte: a long text must not keep the box busy. */
export const longestPassword = 128;

const common = new Set(dictionary['passwords-common'].map((each) => String(each).toLowerCase()));

/** Why a password is refused: the page has a sentence for each. */
export type PasswordWeakness = 'short' | 'long' | 'common' | 'personal' | 'simple';

/**
 * @param personal names that are no secret: login, name, clinic
 * @returns null when it is good enough
 */
export function weaknessOf(password: string, personal: readonly string[]): PasswordWeakness | null {
  const plain = password.toLowerCase().normalize('NFKC');
  if ([...password].length < shortestPassword) return 'short';
  if (Buffer.byteLength(password) > longestPassword) return 'long';
  if (common.has(plain) || common.has(plain.replaceAll(/\d+$/g, ''))) return 'common';
  const known = personal.map((each) => each.toLowerCase().trim()).filter((each) => each.length >= 3);
  if (known.some((each) => plain.replaceAll(each, '').length < shortestPassword - 4)) return 'personal';
  if (new Set(plain).size < 5) return 'simple';
  return null;
}

/** Argon2id with the parameters that OWASP names (19 MiB, 2 passes): about 50 ms on a small box. */
const cost = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const;

export function hashPassword(password: string): Promise<string> {
  return Bun.password.hash(password.normalize('NFKC'), cost);
}

export function isPassword(password: string, hash: string): Promise<boolean> {
  return Bun.password.verify(password.normalize('NFKC'), hash);
}

/** Nobody's: who asks for a login that does not exist waits as long as for a wrong password. */
const nobody = hashPassword(crypto.randomUUID());

/** Takes as long as a real comparison. */
export async function compareWithNobody(password: string): Promise<void> {
  await isPassword(password, await nobody);
}
