/** The life of a consultation: open → waiting → live → ended. */
import { randomInt } from 'node:crypto';
import { randomSecret } from '../access/digest.ts';
import { Refusal } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Settings } from '../settings/schema.ts';
import type { EventHub } from './events.ts';
import { deviceState, type LiveState, LiveStates, type PhoneUse } from './live-state.ts';
import { patientLink } from './patient-link.ts';
import type { ConsultationRecord, ConsultationStore } from './store.ts';
import type { ConsentView, ConsultationEvent, ConsultationView, DoctorView, PairingView } from './view.ts';

/** What consultations need of the rest. */
export interface ConsultationDependencies {
  store: ConsultationStore;
  hub: EventHub;
  settings: Settings;
  logger: Logger;
  /** The LAN address for the QR code; null when there is none. */
  phoneOrigin: () => string | null;
  /** Ends at once what the media server carries and what is not allowed any more. */
  enforce: () => Promise<void>;
  now?: () => number;
}

const idLetters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** 20 letters and digits: 103 bits, and a legal path name on the media server. */
function makeId(): string {
  return Array.from({ length: 20 }, () => idLetters[randomInt(idLetters.length)]).join('');
}

/** Every change of a consultation goes through here, and everyone who looks at it is told. */
export class ConsultationService {
  readonly now: () => number;
  readonly #live = new LiveStates();
  /** Consultations whose phone was connected since the supervisor started. */
  readonly #phoneSeen = new Set<string>();

  /** Running consultations that this supervisor found when it started, until their doctor publishes again. */
  readonly #interrupted: Set<string>;
  readonly #endListeners = new Set<(id: string) => void>();
  readonly #recordListeners = new Set<(id: string, kind: string) => void>();

  constructor(private readonly dependencies: ConsultationDependencies) {
    this.now = dependencies.now ?? Date.now;
    this.#interrupted = new Set(this.running().map(({ id }) => id));
  }

  /** The supervisor was restarted in the middle of it: what its page believes to be connected is not. */
  wasInterrupted(id: string): boolean {
    return this.#interrupted.has(id);
  }

  /** Called with each consultation that ends, after its end was kept. */
  onEnded(listener: (id: string) => void): void {
    this.#endListeners.add(listener);
  }

  /**
   * @param patientLabel what the clinic calls the patient on screen
   * @param doctor whose it is, and who the patient is told to see
   */
  create(patientLabel: string | null, doctor: (DoctorView & { id: string }) | null = null): ConsultationView {
    const { store } = this.dependencies;
    const record = store.transaction(() => {
      const created = store.insert({
        ...{ id: makeId(), createdAt: this.now(), patientLabel },
        doctorId: doctor?.id ?? null,
        doctorName: doctor?.name ?? null,
        doctorTitle: doctor?.title ?? null,
        doctorDepartment: doctor?.department ?? null,
        doctorLicence: doctor?.licence ?? null,
      });
      this.#newPairing(created.id);
      return created;
    });
    this.record(record.id, 'created');
    return this.view(record.id);
  }

  /** @throws Refusal `not_found` */
  get(id: string): ConsultationRecord {
    const record = this.dependencies.store.find(id);
    if (record === undefined) throw noSuch();
    return record;
  }

  /** @throws Refusal `not_found`, `consultation_ended` */
  getRunning(id: string): ConsultationRecord {
    const record = this.get(id);
    if (record.state === 'ended') {
      throw new Refusal('consultation_ended', 'this consultation has ended: begin a new one');
    }
    return record;
  }

  /** It exists and has not ended. */
  isRunning(id: string): boolean {
    const state = this.dependencies.store.find(id)?.state;
    return state !== undefined && state !== 'ended';
  }

  /** @throws Refusal `not_found` */
  view(id: string): ConsultationView {
    return this.#viewOf(this.get(id));
  }

  /** Newest first. @param doctorId whose; null: everybody's */
  list(doctorId: string | null = null): ConsultationView[] {
    return this.dependencies.store.list(doctorId).map((record) => this.#viewOf(record));
  }

  /** @throws Refusal `not_found`: that there is another doctor's is nobody's business */
  checkOwner(id: string, doctorId: string): void {
    const record = this.get(id);
    // One of a version that knew no people is whoever's knows of it.
    if (record.doctorId !== null && record.doctorId !== doctorId) throw noSuch();
  }

  /** This person holds a consultation right now. */
  isConsulting(doctorId: string): boolean {
    return this.running().some((each) => each.doctorId === doctorId && each.state !== 'open');
  }

  /** All that have not ended. */
  running(): ConsultationRecord[] {
    return this.dependencies.store.running();
  }

  /** @throws Refusal `not_found` */
  timeline(id: string): ConsultationEvent[] {
    this.get(id);
    return this.dependencies.store.timeline(id);
  }

  /**
   * A fresh code; the one before is worthless from now on.
   * @throws Refusal `not_found`, `consultation_ended`, `no_address`
   */
  freshPairing(id: string): ConsultationView {
    this.getRunning(id);
    if (this.dependencies.phoneOrigin() === null) {
      throw new Refusal(
        'no_address',
        'this box has no LAN address for the QR code: check its network cable, then ask for a new code',
      );
    }
    this.dependencies.store.transaction(() => this.#newPairing(id));
    this.record(id, 'pairing_renewed');
    this.changed(id);
    return this.view(id);
  }

  /**
   * Lets the waiting patient in. Again is the same as once.
   * @throws Refusal `not_found`, `consultation_ended`, `nobody_waiting`
   */
  admit(id: string): ConsultationView {
    const record = this.getRunning(id);
    if (record.state === 'open') {
      throw new Refusal('nobody_waiting', 'nobody is waiting: let the patient scan the code first');
    }
    if (record.state === 'waiting') {
      this.dependencies.store.update(id, {
        state: 'live',
        admittedAt: record.admittedAt ?? this.now(),
        admittedGeneration: record.phoneGeneration,
      });
      this.record(id, 'admitted');
      this.changed(id);
    }
    return this.view(id);
  }

  /**
   * Ends it for good: codes, keys and streams. Again is the same as once.
   * @throws Refusal `not_found`
   */
  async end(id: string, by: 'doctor' | 'time_limit' = 'doctor'): Promise<ConsultationView> {
    const record = this.get(id);
    if (record.state !== 'ended') {
      const { store } = this.dependencies;
      const at = this.now();
      store.transaction(() => {
        store.update(id, { state: 'ended', endedAt: at });
        store.revokePairings(id, at);
      });
      for (const listener of this.#endListeners) listener(id);
      this.record(id, 'ended', { by });
      this.#live.forget(id);
      this.#phoneSeen.delete(id);
      this.#interrupted.delete(id);
      this.changed(id);
    }
    await this.dependencies.enforce();
    return this.view(id);
  }

  /** Ends what was forgotten. */
  async endOverdue(): Promise<void> {
    const longest = this.dependencies.settings.consultations.longest * 1000;
    for (const record of this.running()) {
      if (this.now() - record.createdAt > longest) await this.end(record.id, 'time_limit');
    }
  }

  /** What was seen of its streams or its phone; the news go out when something changed. */
  observe(id: string, change: Partial<LiveState>): void {
    const before = this.#live.get(id);
    if (!this.#live.update(id, change)) return;
    const after = this.#live.get(id);
    if (after.doctor.publishing) this.#interrupted.delete(id);
    if (after.patient.publishing || after.phoneSockets > 0) this.#phoneSeen.add(id);
    this.#recordStreams(id, before, after);
    this.changed(id);
  }

  /** The phone says how it is used; a change is a line of the timeline. */
  observePhone(id: string, phone: PhoneUse): void {
    if (this.#live.get(id).phone === phone) return;
    this.record(id, `phone_${phone}`);
    this.observe(id, { phone });
  }

  /** The patient pressed a button that leads out; coming back takes it back. */
  observeLeft(id: string, left: NonNullable<ConsultationView['left']>): void {
    if (this.#live.get(id).left === left) return;
    this.record(id, 'patient_left', { reason: left });
    this.observe(id, { left });
  }

  /** What is true of it right now and is not kept. */
  liveState(id: string): LiveState {
    return this.#live.get(id);
  }

  /** Sends everyone who looks at it the new picture of it. */
  changed(id: string): void {
    this.dependencies.hub.publish(id, { type: 'snapshot', consultation: this.view(id) });
  }

  /** The address changed: the codes on the pages carry another one now. */
  addressChanged(): void {
    for (const { id } of this.running()) this.changed(id);
    this.dependencies.hub.publishAll({ type: 'reconnect', reason: 'address_changed' });
  }

  /** The media server came back after it had ended: every connection through it is gone. */
  mediaRestarted(): void {
    this.dependencies.hub.publishAll({ type: 'reconnect', reason: 'media_restarted' });
  }

  /** Called with each line of a timeline. */
  onRecorded(listener: (id: string, kind: string) => void): void {
    this.#recordListeners.add(listener);
  }

  /** Writes a line of the timeline. */
  record(id: string, kind: string, detail: ConsultationEvent['detail'] = {}): void {
    const event = this.dependencies.store.addEvent(id, this.now(), kind, detail);
    this.dependencies.logger.info({ consultation: id, ...detail }, `consultation: ${kind}`);
    this.dependencies.hub.publish(id, { type: 'event', event });
    for (const listener of this.#recordListeners) listener(id, kind);
  }

  #recordStreams(id: string, before: LiveState, after: LiveState): void {
    for (const side of ['doctor', 'patient'] as const) {
      if (before[side].publishing !== after[side].publishing) {
        this.record(id, after[side].publishing ? `${side}_publishing` : `${side}_stopped`);
      }
      if (before[side].watched !== after[side].watched) {
        this.record(id, after[side].watched ? `${side}_seen` : `${side}_unseen`);
      }
      const problem = after[side].problem;
      if (problem !== null && before[side].problem !== problem)
        this.record(id, `${side}_problem`, { problem });
    }
  }

  #newPairing(consultationId: string): void {
    const { store, settings } = this.dependencies;
    const createdAt = this.now();
    store.revokePairings(consultationId, createdAt);
    store.insertPairing({
      consultationId,
      token: randomSecret(),
      createdAt,
      expiresAt: createdAt + settings.consultations.tokenLife * 1000,
    });
  }

  #pairingOf(id: string): PairingView | null {
    const { store, settings, phoneOrigin } = this.dependencies;
    const origin = phoneOrigin();
    const pairing = store.openPairing(id);
    if (origin === null || !pairing?.token || pairing.expiresAt <= this.now()) return null;
    return {
      url: patientLink(settings, origin, `p/${pairing.token}`),
      token: pairing.token,
      expiresAt: new Date(pairing.expiresAt).toISOString(),
    };
  }

  #consentOf({ id, phoneGeneration }: ConsultationRecord): ConsentView | null {
    const consent = this.dependencies.store.findConsent(id, phoneGeneration);
    if (consent === undefined) return null;
    return { version: consent.version, by: consent.by, at: new Date(consent.at).toISOString() };
  }

  #viewOf(record: ConsultationRecord): ConsultationView {
    const { id } = record;
    const live = this.#live.get(id);
    const ended = record.state === 'ended';
    const base = `/api/consultations/${id}`;
    return {
      id,
      state: record.state,
      createdAt: new Date(record.createdAt).toISOString(),
      admittedAt: record.admittedAt === null ? null : new Date(record.admittedAt).toISOString(),
      endedAt: record.endedAt === null ? null : new Date(record.endedAt).toISOString(),
      patientLabel: record.patientLabel,
      seenBy: doctorOf(record),
      left: live.left,
      phoneNetwork: live.phoneNetwork,
      consent: this.#consentOf(record),
      messages: this.dependencies.store.messages(id).map(({ at, text, answers, answered, ...message }) => ({
        ...{ id: message.id, at: new Date(at).toISOString(), text, answers, answered },
      })),
      advice: record.advice,
      device: ended ? 'none' : deviceState(live, record.phoneGeneration > 0, this.#phoneSeen.has(id)),
      doctor: live.doctor,
      patient: live.patient,
      pairing: ended ? null : this.#pairingOf(id),
      whipUrl: `${base}/doctor/whip`,
      whepUrl: `${base}/patient/whep`,
      hlsUrl: `${base}/patient/hls/index.m3u8`,
    };
  }
}

function noSuch(): Refusal {
  return new Refusal('not_found', 'no such consultation: go back to the list');
}

/** Who the patient is told to see; null when nobody said. */
export function doctorOf(record: ConsultationRecord): DoctorView | null {
  const { doctorName, doctorTitle, doctorDepartment, doctorLicence } = record;
  if (doctorName === null) return null;
  return { name: doctorName, title: doctorTitle, department: doctorDepartment, licence: doctorLicence };
}
