/** What the phone keeps when the mini-program is gone. Nothing medical: where the box is, and how to go back. */
import type { LeaveReport } from '../../server/consultations/phone-protocol.ts';
import type { Language } from '../i18n/catalogue.ts';
import type { StoredSession } from '../machine/model.ts';
import type { Platform } from '../platform/platform.ts';
import { fieldsOf } from './read.ts';

/** The clinic of the last visit. */
export interface RememberedClinic {
  name: string;
  wifi: string | null;
  telephone: string | null;
  base: string;
}

/** What the patient said on leaving. */
export interface Farewell {
  session: StoredSession;
  reason: LeaveReport['reason'];
}

const leaveReasons = ['ended', 'not_me', 'disagreed'] as const;

/** A box gives the same answer to the same nonce for a minute; after that a nonce is of no use, ms. */
const nonceLife = 60_000;

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export class Memory {
  constructor(private readonly platform: Platform) {}

  #fields(key: string): Record<string, unknown> {
    return fieldsOf(this.platform.storage.read(key));
  }

  language(): Language | null {
    const { language } = this.#fields('language');
    return language === 'zh' || language === 'en' ? language : null;
  }

  keepLanguage(language: Language): void {
    this.platform.storage.write('language', { language });
  }

  clinic(): RememberedClinic | null {
    const { name, wifi, telephone, base } = this.#fields('clinic');
    if (typeof name !== 'string' || typeof base !== 'string') return null;
    return { name, wifi: text(wifi), telephone: text(telephone), base };
  }

  keepClinic({ name, wifi, telephone, base }: RememberedClinic): void {
    this.platform.storage.write('clinic', { name, wifi, telephone, base, at: this.platform.now() });
  }

  /** This phone has reached a box there within the last day. */
  reachedLately(address: string): boolean {
    const { base, at } = this.#fields('clinic');
    return base === address && typeof at === 'number' && this.platform.now() - at < 86_400_000;
  }

  /** null when there is none, or its consultation has ended by itself since. */
  session(): StoredSession | null {
    return this.#sessionIn(this.#fields('session'));
  }

  keepSession(session: StoredSession): void {
    this.platform.storage.write('session', session);
  }

  forgetSession(): void {
    this.platform.storage.remove('session');
  }

  /** What the patient said on leaving, and the box has not heard; null when there is nothing, or it is too late. */
  farewell(): Farewell | null {
    const { session, reason } = this.#fields('farewell');
    const kept = this.#sessionIn(fieldsOf(session));
    const known = leaveReasons.find((each) => each === reason);
    return kept === null || known === undefined ? null : { session: kept, reason: known };
  }

  keepFarewell(farewell: Farewell): void {
    this.platform.storage.write('farewell', farewell);
  }

  forgetFarewell(): void {
    this.platform.storage.remove('farewell');
  }

  /** The nonce with which this code was redeemed within the last minute. */
  nonceOf(codeId: string): string | null {
    const { id, nonce, at } = this.#fields('nonce');
    const fresh = typeof at === 'number' && this.platform.now() - at < nonceLife;
    return id === codeId && fresh ? text(nonce) : null;
  }

  keepNonce(id: string, nonce: string): void {
    if (this.nonceOf(id) === null)
      this.platform.storage.write('nonce', { id, nonce, at: this.platform.now() });
  }

  #sessionIn(fields: Record<string, unknown>): StoredSession | null {
    const { consultationId, resumeToken, base, eventsUrl, expiresAt, codeId, by, confirmed } = fields;
    if (
      typeof consultationId !== 'string' ||
      typeof resumeToken !== 'string' ||
      typeof base !== 'string' ||
      typeof eventsUrl !== 'string' ||
      typeof expiresAt !== 'string'
    ) {
      return null;
    }
    if (Date.parse(expiresAt) <= this.platform.now()) return null;
    return {
      consultationId,
      resumeToken,
      base,
      eventsUrl,
      expiresAt,
      codeId: text(codeId),
      by: by === 'family' ? 'family' : 'patient',
      confirmed: confirmed === true,
    };
  }
}
