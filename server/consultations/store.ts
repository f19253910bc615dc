/** Reads and writes consultations, pairing tokens and timelines. */
import { and, asc, desc, eq, isNull, ne, sql } from 'drizzle-orm';
import { digest } from '../access/digest.ts';
import type { Store } from '../store/database.ts';
import { consents, consultations, events, messages, pairings } from '../store/schema.ts';
import type { ConsultationEvent } from './view.ts';

/** A consultation as it is kept. */
export type ConsultationRecord = typeof consultations.$inferSelect;
/** A pairing token as it is kept: its hash. */
export type PairingRecord = typeof pairings.$inferSelect;
/** What a phone's owner agreed to, as it is kept. */
export type ConsentRecord = typeof consents.$inferSelect;
/** A message as it is kept. */
export type MessageRecord = typeof messages.$inferSelect;
type Detail = ConsultationEvent['detail'];

/** How many consultations a list holds: a long day's. */
const listLimit = 200;

/** The one place that knows the tables of consultations. */
export class ConsultationStore {
  constructor(private readonly store: Store) {}

  /** Runs `work` so that either all of its writes are kept or none. */
  transaction<T>(work: () => T): T {
    return this.store.transaction(() => work());
  }

  insert(
    record: Pick<ConsultationRecord, 'id' | 'createdAt' | 'patientLabel'> &
      Partial<
        Pick<
          ConsultationRecord,
          'doctorId' | 'doctorName' | 'doctorTitle' | 'doctorDepartment' | 'doctorLicence'
        >
      >,
  ): ConsultationRecord {
    return this.store
      .insert(consultations)
      .values({ ...record, state: 'open' })
      .returning()
      .get();
  }

  find(id: string): ConsultationRecord | undefined {
    return this.store.select().from(consultations).where(eq(consultations.id, id)).get();
  }

  /** Newest first. @param doctorId whose; null: everybody's */
  list(doctorId: string | null): ConsultationRecord[] {
    return this.store
      .select()
      .from(consultations)
      .where(doctorId === null ? undefined : eq(consultations.doctorId, doctorId))
      .orderBy(desc(consultations.createdAt), desc(consultations.id))
      .limit(listLimit)
      .all();
  }

  /** All that have not ended, however many. */
  running(): ConsultationRecord[] {
    return this.store.select().from(consultations).where(ne(consultations.state, 'ended')).all();
  }

  update(id: string, change: Partial<Omit<ConsultationRecord, 'id'>>): ConsultationRecord {
    return this.store.update(consultations).set(change).where(eq(consultations.id, id)).returning().get();
  }

  insertPairing(pairing: {
    consultationId: string;
    token: string;
    createdAt: number;
    expiresAt: number;
  }): void {
    this.store
      .insert(pairings)
      .values({ ...pairing, tokenHash: digest(pairing.token) })
      .run();
  }

  findPairing(token: string): PairingRecord | undefined {
    return this.store
      .select()
      .from(pairings)
      .where(eq(pairings.tokenHash, digest(token)))
      .get();
  }

  /** The pairing that can still be redeemed, whether or not it has expired. */
  openPairing(consultationId: string): PairingRecord | undefined {
    return this.store
      .select()
      .from(pairings)
      .where(
        and(eq(pairings.consultationId, consultationId), isNull(pairings.usedAt), isNull(pairings.revokedAt)),
      )
      .orderBy(desc(pairings.createdAt))
      .get();
  }

  /** When the phone of this generation joined, ms since 1970; 0 when nobody knows. */
  joinedAt(consultationId: string, phoneGeneration: number): number {
    const pairing = this.store
      .select({ usedAt: pairings.usedAt })
      .from(pairings)
      .where(and(eq(pairings.consultationId, consultationId), eq(pairings.phoneGeneration, phoneGeneration)))
      .get();
    return pairing?.usedAt ?? 0;
  }

  revokePairings(consultationId: string, at: number): void {
    this.store
      .update(pairings)
      .set({ revokedAt: at, token: null })
      .where(
        and(eq(pairings.consultationId, consultationId), isNull(pairings.usedAt), isNull(pairings.revokedAt)),
      )
      .run();
  }

  usePairing(tokenHash: string, use: { usedAt: number; nonceHash: string; phoneGeneration: number }): void {
    this.store
      .update(pairings)
      .set({ ...use, token: null })
      .where(eq(pairings.tokenHash, tokenHash))
      .run();
  }

  /** @returns whether it was not there already */
  addConsent(consent: ConsentRecord): boolean {
    const added = this.store.insert(consents).values(consent).onConflictDoNothing().returning().all();
    return added.length > 0;
  }

  /** What the phone of this generation agreed to last. */
  findConsent(consultationId: string, phoneGeneration: number): ConsentRecord | undefined {
    return this.store
      .select()
      .from(consents)
      .where(and(eq(consents.consultationId, consultationId), eq(consents.phoneGeneration, phoneGeneration)))
      .orderBy(desc(consents.at))
      .get();
  }

  addMessage(message: Omit<MessageRecord, 'answered' | 'answeredAt'>): void {
    this.store.insert(messages).values(message).run();
  }

  /** Oldest first. */
  messages(consultationId: string): MessageRecord[] {
    return this.store
      .select()
      .from(messages)
      .where(eq(messages.consultationId, consultationId))
      .orderBy(asc(messages.at), sql`rowid`)
      .all();
  }

  answerMessage(id: string, answered: string, answeredAt: number): void {
    this.store.update(messages).set({ answered, answeredAt }).where(eq(messages.id, id)).run();
  }

  addEvent(consultationId: string, at: number, kind: string, detail: Detail): ConsultationEvent {
    const row = this.store.insert(events).values({ consultationId, at, kind, detail }).returning().get();
    return { id: row.id, at: new Date(row.at).toISOString(), kind, detail };
  }

  /** Oldest first. */
  timeline(consultationId: string): ConsultationEvent[] {
    return this.store
      .select()
      .from(events)
      .where(eq(events.consultationId, consultationId))
      .orderBy(asc(events.id))
      .all()
      .map((row) => ({
        id: row.id,
        at: new Date(row.at).toISOString(),
        kind: row.kind,
        detail: row.detail,
      }));
  }
}
