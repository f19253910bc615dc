/**
 * A code that stands on the box's own screen alone: whoever types it stands before the box. It is never logged, and
 * no listener that faces the LAN gives it.
 */
import { randomInt } from 'node:crypto';
import { sameSecret } from '../access/digest.ts';
import { Refusal } from '../errors.ts';
import { tooMany } from '../people/sign-in.ts';
import { Throttle } from '../people/throttle.ts';

/** Without 0, O, 1, I and L, which are read wrongly from a screen. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** e.g. `K7PM-4XQ9`: 39 bits, with the limits below more than 100,000 years for all of them. */
export function makeCode(): string {
  const letters = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return letters.replace(/(.{4})(?=.)/, '$1-');
}

/** What people type is compared without case, spaces and dashes. */
const plain = (code: string): string => code.toUpperCase().replaceAll(/[\s-]/g, '');

const perAddress = { attempts: 10, window: 60_000 };
const together = { attempts: 60, window: 60_000 };

/** Guesses at a code. */
export class CodeCheck {
  readonly #own: Throttle;
  readonly #all: Throttle;

  constructor(now: () => number = Date.now) {
    this.#own = new Throttle(perAddress, now);
    this.#all = new Throttle(together, now);
  }

  /** @param right null: there is none @throws Refusal `wrong_setup_code`, `too_many_attempts` */
  check(given: string, right: string | null, address: string): void {
    if (this.#own.wait(address) > 0 || this.#all.wait('') > 0) throw tooMany();
    if (right !== null && sameSecret(plain(given), plain(right))) return;
    this.#own.fail(address);
    this.#all.fail('');
    throw new Refusal('wrong_setup_code', 'wrong code: it stands on the screen that is connected to the box');
  }
}
