/** Asks the box over HTTP; the answers are events of the machine. */
import type {
  ConsentGiver,
  ConsentRequest,
  FieldTestRequest,
  LeaveRequest,
  RedeemRequest,
  ResumeRequest,
} from '../../server/consultations/phone-protocol.ts';
import type { Code } from '../machine/code.ts';
import type { MachineEvent } from '../machine/events.ts';
import type { StoredSession } from '../machine/model.ts';
import { type HttpAnswer, type HttpRequest, type Platform, RequestFailed } from '../platform/platform.ts';
import type { Memory } from './memory.ts';
import { readAdmission, readAdvice, readErrorCode } from './read.ts';

/** The version of the text in `i18n/`, to be raised whenever a sentence `consent.*` changes its meaning. */
export const consentVersion = '1';

/** ms. */
const timeout = 5000;
/** iOS fails every request while it asks about the local network: so long it is asked again, ms. */
const iosQuestion = 8000;

const wait = (platform: Platform, ms: number) =>
  new Promise<void>((resolve) => {
    platform.after(ms, resolve);
  });

/** How long the last requests took, for the page of field tests, ms. */
export interface Timings {
  redeem: number | null;
}

export class BoxClient {
  readonly timings: Timings = { redeem: null };

  constructor(
    private readonly platform: Platform,
    private readonly memory: Memory,
  ) {}

  /** Redeems a pairing, or joins a place's list. */
  async join(code: Code, nonce: string): Promise<MachineEvent> {
    const id = encodeURIComponent(code.id);
    const path = code.kind === 'pairing' ? `/api/pairings/${id}/redeem` : `/api/places/${id}/join`;
    const body: RedeemRequest = { clientNonce: nonce };
    const began = this.platform.now();
    const event = await this.#ask(code.base, path, body);
    if (event.type === 'admitted') this.timings.redeem = this.platform.now() - began;
    return event;
  }

  async resume({ base, consultationId, resumeToken }: StoredSession): Promise<MachineEvent> {
    const body: ResumeRequest = { resumeToken };
    return await this.#ask(base, `/api/consultations/${consultationId}/resume`, body);
  }

  /** A box of version 0.1.0 has no place for it and answers `not_found`. */
  async consent(session: StoredSession, by: ConsentGiver): Promise<MachineEvent> {
    const { resumeToken } = session;
    const body: ConsentRequest = { resumeToken, version: consentVersion, by };
    const answer = await this.#post(session, 'consent', body);
    if (answer?.status === 200) return { type: 'consent_kept' };
    const taken = answer !== null && answer.status < 500;
    return { type: 'consent_failed', code: taken ? (readErrorCode(answer.body) ?? 'unknown') : null };
  }

  /** @returns whether there is nothing more to say: the box has it, or will never take it */
  async leave(session: StoredSession, left: LeaveRequest): Promise<boolean> {
    const answer = await this.#post(session, 'leave', left);
    return answer !== null && answer.status < 500 && answer.status !== 429;
  }

  /** @returns whether the box has it */
  async fieldTest(session: StoredSession, results: FieldTestRequest['results']): Promise<boolean> {
    const { resumeToken } = session;
    const body: FieldTestRequest = { resumeToken, results };
    const answer = await this.#post(session, 'field-test', body);
    return answer !== null && answer.status >= 200 && answer.status < 300;
  }

  /** A request that costs the box nothing. @returns how long it took, ms; null when it failed */
  async measure(base: string): Promise<number | null> {
    const began = this.platform.now();
    try {
      await this.platform.request({ method: 'GET', url: `${base}/livez`, timeout });
      return this.platform.now() - began;
    } catch (error) {
      if (error instanceof RequestFailed) return null;
      throw error;
    }
  }

  /** Tells the box of a joined consultation, once. @returns null when it was not reached */
  async #post(
    { base, consultationId }: StoredSession,
    what: string,
    body: object,
  ): Promise<HttpAnswer | null> {
    try {
      const url = `${base}/api/consultations/${consultationId}/${what}`;
      return await this.platform.request({ method: 'POST', url, body, timeout });
    } catch (error) {
      if (error instanceof RequestFailed) return null;
      throw error;
    }
  }

  async #ask(base: string, path: string, body: object): Promise<MachineEvent> {
    try {
      const answer = await this.#insist({ method: 'POST', url: `${base}${path}`, body, timeout });
      const admission = answer.status === 200 ? readAdmission(answer.body) : null;
      if (admission !== null) return { type: 'admitted', admission, base };
      // Something answered that is no box, or not as a box does.
      return {
        type: 'denied',
        code: readErrorCode(answer.body) ?? 'internal',
        advice: readAdvice(answer.body),
      };
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      return {
        type: 'not_reached',
        facts: {
          failure: error.failure,
          platform: this.platform.device().platform,
          base,
          knownGood: this.memory.reachedLately(base),
          ...(await this.platform.network()),
        },
      };
    }
  }

  /** Once more after a failure; on iOS for as long as its question may stand on the screen. */
  async #insist(request: HttpRequest): Promise<HttpAnswer> {
    const began = this.platform.now();
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.platform.request(request);
      } catch (error) {
        if (!(error instanceof RequestFailed)) throw error;
        const asks = error.failure === 'prohibited' && this.platform.now() - began < iosQuestion;
        if (!asks && tries >= 2) throw error;
        await wait(this.platform, asks ? 1000 : 300);
      }
    }
  }
}
