/** Phones: redeeming a code, resuming, and what a phone is told. */
import { digest, sameSecret } from '../access/digest.ts';
import type { StreamAction, StreamKeys } from '../access/stream-keys.ts';
import { Refusal } from '../errors.ts';
import type { Settings } from '../settings/schema.ts';
import { consentVersion, consultationsAreRecorded } from './consent.ts';
import { grantFor, type PathKind, pathName } from './paths.ts';
import type { FieldTestRequest, LeaveRequest, PhoneAdmission, PhoneView } from './phone-protocol.ts';
import { type ConsultationService, doctorOf } from './service.ts';
import type { ConsultationRecord, ConsultationStore, PairingRecord } from './store.ts';

/** How a phone reached the box. */
export interface PhoneContact {
  /** The phone's address: its stream keys are good from there alone. */
  from: string;
  /** The box's address that the phone reached, as in its request's Host: what it reached once it reaches again. */
  host: string;
  /** How it reached it: `http://192.168.1.20:8080`, or `https://name:8444`. */
  origin: string;
}

/** A phone shows the last one in large letters; the ones before are there for whoever looks back. */
const shownMessages = 20;

/** A lost answer may be asked for again for this long, ms. */
const repeatWindow = 60_000;

/** What pairing needs of the rest. */
export interface PairingDependencies {
  consultations: ConsultationService;
  store: ConsultationStore;
  keys: StreamKeys;
  settings: Settings;
  /** Ends what is not allowed any more: the streams of the phone that was there before. */
  enforce: () => void;
}

/** What phones ask for; the supervisor's side of the QR code. */
export class Pairing {
  constructor(private readonly dependencies: PairingDependencies) {}

  /**
   * Redeems a one-time token. The same nonce gets the same answer again for a minute, because a phone whose
   * answer was lost on the way cannot know that it was redeemed.
   * @param nonce a random text that the phone keeps, 8–128 characters
   * @throws Refusal `token_unknown`, `token_used`, `token_expired`, `token_revoked`, `consultation_ended`
   */
  redeem(token: string, nonce: string, contact: PhoneContact): PhoneAdmission {
    const { store, consultations } = this.dependencies;
    const pairing = store.findPairing(token);
    if (pairing === undefined) {
      throw new Refusal('token_unknown', 'no such code: ask the doctor for a new one');
    }
    const before = consultations.getRunning(pairing.consultationId);
    if (this.#isRepeat(pairing, before, nonce)) return this.#admission(before, contact);
    this.#checkRedeemable(pairing);
    const record = store.transaction(() => {
      const phoneGeneration = before.phoneGeneration + 1;
      store.usePairing(pairing.tokenHash, {
        usedAt: consultations.now(),
        nonceHash: digest(nonce),
        phoneGeneration,
      });
      return store.update(before.id, {
        phoneGeneration,
        resumeGeneration: 0,
        resumedAt: null,
        resumeConfirmed: false,
        phoneAddress: contact.from,
        // Another phone is another person until the doctor has looked: it waits again.
        state: 'waiting',
      });
    });
    const replaced = before.phoneGeneration > 0;
    consultations.record(record.id, replaced ? 'phone_replaced' : 'phone_joined');
    if (replaced) consultations.observe(record.id, { phone: 'foreground', left: null });
    this.#admitByItself(record);
    if (replaced) this.dependencies.enforce();
    consultations.changed(record.id);
    return this.#admission(consultations.get(record.id), contact);
  }

  /**
   * A phone comes back, perhaps with another address. The token it gives is good until the one in the answer was shown,
   * and for a minute after it was given: an answer that is lost costs nothing, however long the phone is away.
   * @throws Refusal `not_found`, `consultation_ended`, `resume_refused`
   */
  resume(id: string, resumeToken: string, contact: PhoneContact): PhoneAdmission {
    const { store, consultations } = this.dependencies;
    const record = consultations.get(id);
    const which = this.#whichResumeToken(record, resumeToken);
    if (record.state === 'ended') {
      // The phone may have slept through the end: what it was to be told is told now.
      throw new Refusal(
        'consultation_ended',
        'this consultation has ended',
        which === null ? {} : { advice: adviceFor(record) },
      );
    }
    if (which === null) throw refusedPhone();
    // Only the current token moves on: the one before gets the same answer again.
    const rotated = {
      resumeGeneration: record.resumeGeneration + 1,
      resumedAt: consultations.now(),
      resumeConfirmed: false,
    };
    const resumed = store.update(id, {
      ...(which === 'current' ? rotated : {}),
      phoneAddress: contact.from,
    });
    consultations.record(id, 'phone_resumed');
    consultations.observePhone(id, 'foreground');
    consultations.observe(id, { left: null });
    return this.#admission(resumed, contact);
  }

  /**
   * The phone that a request proves itself to be.
   * @throws Refusal `not_found`, `consultation_ended`, `resume_refused`
   */
  checkPhone(id: string, resumeToken: string): void {
    if (!this.#prove(this.dependencies.consultations.getRunning(id), resumeToken)) throw refusedPhone();
  }

  /** The patient went while no socket was there to say so. @throws Refusal as {@link checkPhone} */
  leave(id: string, { resumeToken, reason }: LeaveRequest): void {
    this.checkPhone(id, resumeToken);
    this.dependencies.consultations.observeLeft(id, reason);
  }

  /** What an installer's phone measured, into the timeline. @throws Refusal as {@link checkPhone} */
  keepFieldTest(id: string, { resumeToken, results }: FieldTestRequest): void {
    this.checkPhone(id, resumeToken);
    const detail = Object.fromEntries(
      results.map(({ name, value, unit }) => [name, unit === '' ? value : `${value} ${unit}`]),
    );
    this.dependencies.consultations.record(id, 'field_test', detail);
  }

  /**
   * Whether an events socket's first message comes from this consultation's phone.
   * @returns its `phoneGeneration`, or null
   */
  provePhone(id: string, resumeToken: string): number | null {
    const record = this.dependencies.store.find(id);
    if (record === undefined || record.state === 'ended') return null;
    return this.#prove(record, resumeToken) ? record.phoneGeneration : null;
  }

  /** Whether the phone that proved itself then is still the consultation's phone. */
  isCurrentPhone(id: string, generation: number): boolean {
    return this.dependencies.store.find(id)?.phoneGeneration === generation;
  }

  /** @throws Refusal `not_found` */
  phoneView(id: string, contact: PhoneContact): PhoneView {
    const { consultations, settings, store } = this.dependencies;
    const record = consultations.get(id);
    const live = consultations.liveState(id);
    // Another phone is another person: what was written to the one before is none of its business.
    const since = record.phoneGeneration > 1 ? store.joinedAt(id, record.phoneGeneration) : 0;
    const url = (kind: PathKind, action: StreamAction) =>
      record.state === 'live' ? this.#streamUrl(record, kind, action, contact.host) : null;
    return {
      consultationId: id,
      state: record.state,
      pushUrl: url('patient', 'publish'),
      playUrl: url('doctor_aac', 'read'),
      player: settings.player,
      pusher: settings.pusher,
      doctorPublishing: live.doctor.publishing,
      watched: live.patient.watched,
      clinic: {
        name: settings.clinic.name.trim(),
        telephone: orNull(settings.clinic.telephone),
        wifi: orNull(settings.clinic.wifi),
      },
      doctor: doctorOf(record),
      patientLabel: record.patientLabel,
      consent: {
        version: consentVersion,
        accepted: store.findConsent(id, record.phoneGeneration)?.version === consentVersion,
        recorded: consultationsAreRecorded,
      },
      // Before the end it may be half written.
      advice: record.state === 'ended' ? adviceFor(record) : null,
      messages: store
        .messages(id)
        .filter(({ at }) => at >= since)
        .slice(-shownMessages)
        .map(({ id: messageId, text, answers, answered }) => ({ id: messageId, text, answers, answered })),
    };
  }

  #checkRedeemable(pairing: PairingRecord): void {
    if (pairing.usedAt !== null) {
      throw new Refusal('token_used', 'this code was used by another phone: ask the doctor for a new one');
    }
    if (pairing.revokedAt !== null) {
      throw new Refusal('token_revoked', 'the doctor has made a newer code: scan that one');
    }
    if (pairing.expiresAt <= this.dependencies.consultations.now()) {
      throw new Refusal('token_expired', 'this code has expired: ask the doctor for a new one');
    }
  }

  #isRepeat(pairing: PairingRecord, record: ConsultationRecord, nonce: string): boolean {
    return (
      pairing.usedAt !== null &&
      this.dependencies.consultations.now() - pairing.usedAt <= repeatWindow &&
      pairing.nonceHash === digest(nonce) &&
      pairing.phoneGeneration === record.phoneGeneration
    );
  }

  #admitByItself(record: ConsultationRecord): void {
    if (this.dependencies.settings.consultations.admission === 'automatic' && record.state === 'waiting') {
      this.dependencies.consultations.admit(record.id);
    }
  }

  #prove(record: ConsultationRecord, token: string): boolean {
    const which = this.#whichResumeToken(record, token);
    if (which === 'current' && !record.resumeConfirmed) {
      this.dependencies.store.update(record.id, { resumeConfirmed: true });
    }
    return which !== null;
  }

  #whichResumeToken(record: ConsultationRecord, token: string): 'current' | 'previous' | null {
    const { keys, consultations } = this.dependencies;
    if (record.phoneGeneration === 0) return null;
    const expected = (resumeGeneration: number) =>
      keys.resumeToken(record.id, record.phoneGeneration, resumeGeneration);
    if (sameSecret(token, expected(record.resumeGeneration))) return 'current';
    if (record.resumeGeneration === 0) return null;
    const lately = record.resumedAt !== null && consultations.now() - record.resumedAt <= repeatWindow;
    const good = lately || !record.resumeConfirmed;
    return good && sameSecret(token, expected(record.resumeGeneration - 1)) ? 'previous' : null;
  }

  #streamUrl(record: ConsultationRecord, kind: PathKind, action: StreamAction, host: string): string | null {
    const { keys, settings } = this.dependencies;
    const grant = grantFor('patient', record.id, kind, action);
    if (grant === null) return null;
    const key = keys.derive(grant, record.phoneGeneration);
    return `rtmp://${host}:${settings.media.rtmpPort}/${pathName(record.id, kind)}?token=${key}`;
  }

  #admission(record: ConsultationRecord, contact: PhoneContact): PhoneAdmission {
    const { keys, settings } = this.dependencies;
    const socket = contact.origin.replace(/^http/, 'ws');
    return {
      ...this.phoneView(record.id, contact),
      resumeToken: keys.resumeToken(record.id, record.phoneGeneration, record.resumeGeneration),
      eventsUrl: `${socket}/api/consultations/${record.id}/events`,
      expiresAt: new Date(record.createdAt + settings.consultations.longest * 1000).toISOString(),
    };
  }
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

function refusedPhone(): Refusal {
  return new Refusal('resume_refused', 'this phone has been replaced or is unknown: scan a new code');
}

/** Only for a phone whose owner the doctor let in. */
function adviceFor({ advice, admittedGeneration, phoneGeneration }: ConsultationRecord): string | null {
  return admittedGeneration === phoneGeneration ? advice : null;
}
