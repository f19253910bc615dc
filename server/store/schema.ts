/** The tables. Migrations are additive, so that the version before can read what this one wrote. Times: ms since 1970. */
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** One row for each consultation, ended ones too. */
export const consultations = sqliteTable('consultations', {
  id: text().primaryKey(),
  state: text({ enum: ['open', 'waiting', 'live', 'ended'] }).notNull(),
  createdAt: integer().notNull(),
  admittedAt: integer(),
  endedAt: integer(),
  patientLabel: text(),
  /** Rises when another phone joins; the patient's stream keys and resume tokens are made of it. */
  phoneGeneration: integer().notNull().default(0),
  /** Rises at each resume. */
  resumeGeneration: integer().notNull().default(0),
  /** When `resumeGeneration` last rose: the token before stays good for a while, its answer may have been lost. */
  resumedAt: integer(),
  /** The address that redeemed or resumed last; stream keys are good from there alone. */
  phoneAddress: text(),
  /** Who the patient is told to see. */
  doctorName: text(),
  doctorTitle: text(),
  doctorDepartment: text(),
  /** What the doctor wrote for the patient to take home. */
  advice: text(),
});

/** What patients agreed to: kept for as long as the consultation, one row for each phone and version. */
export const consents = sqliteTable(
  'consents',
  {
    consultationId: text()
      .notNull()
      .references(() => consultations.id),
    /** The `phoneGeneration` of the phone that agreed. */
    phoneGeneration: integer().notNull(),
    /** Of the text that was shown. */
    version: text().notNull(),
    by: text({ enum: ['patient', 'family'] }).notNull(),
    /** The text said that the consultation is recorded. */
    recorded: integer({ mode: 'boolean' }).notNull(),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.consultationId, table.phoneGeneration, table.version] })],
);

/** The doctor's large-letter messages and what was answered. */
export const messages = sqliteTable(
  'messages',
  {
    id: text().primaryKey(),
    consultationId: text()
      .notNull()
      .references(() => consultations.id),
    at: integer().notNull(),
    text: text().notNull(),
    answers: text({ mode: 'json' }).$type<string[]>().notNull(),
    answered: text(),
    answeredAt: integer(),
  },
  (table) => [index('messages_by_consultation').on(table.consultationId, table.at)],
);

/** One-time tokens of the QR codes. */
export const pairings = sqliteTable(
  'pairings',
  {
    /** SHA-256 of the token, hex. */
    tokenHash: text().primaryKey(),
    consultationId: text()
      .notNull()
      .references(() => consultations.id),
    /** The token itself while it can be redeemed, for the QR code; null afterwards. */
    token: text(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
    usedAt: integer(),
    revokedAt: integer(),
    /** SHA-256 of the nonce that redeemed it, hex. */
    nonceHash: text(),
    /** `phoneGeneration` that the redemption made: another phone since then makes a repeat worthless. */
    phoneGeneration: integer(),
  },
  (table) => [index('pairings_by_consultation').on(table.consultationId)],
);

/** The timelines. */
export const events = sqliteTable(
  'events',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    consultationId: text()
      .notNull()
      .references(() => consultations.id),
    at: integer().notNull(),
    kind: text().notNull(),
    detail: text({ mode: 'json' }).$type<Record<string, string | number | boolean | null>>().notNull(),
  },
  (table) => [index('events_by_consultation').on(table.consultationId)],
);

/** Browsers that gave the access code. */
export const sessions = sqliteTable('sessions', {
  /** SHA-256 of the cookie's value, hex. */
  tokenHash: text().primaryKey(),
  createdAt: integer().notNull(),
  expiresAt: integer().notNull(),
});
