/** The tables. Migrations are additive, so that the version before can read what this one wrote. Times: ms since 1970. */

import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Role } from '../people/roles.ts';

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
  /** The `phoneGeneration` that was admitted last. */
  admittedGeneration: integer(),
  /** Rises at each resume. */
  resumeGeneration: integer().notNull().default(0),
  /** When `resumeGeneration` last rose: the token before stays good for a while, its answer may have been lost. */
  resumedAt: integer(),
  /** The token of `resumeGeneration` was shown: its answer arrived, and the one before is of no use any more. */
  resumeConfirmed: integer({ mode: 'boolean' }).notNull().default(false),
  /** The address that redeemed or resumed last; stream keys are good from there alone. */
  phoneAddress: text(),
  /** Who the patient is told to see. */
  doctorName: text(),
  doctorTitle: text(),
  doctorDepartment: text(),
  doctorLicence: text(),
  /** What the doctor wrote for the patient to take home. */
  advice: text(),
  /** Whose consultation it is; null for one of a version that knew no people. */
  doctorId: text(),
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

/** Who works with the box. Nobody is ever deleted: what they did stays theirs. */
export const people = sqliteTable('people', {
  id: text().primaryKey(),
  /** What is typed at sign-in, in lower case. */
  login: text().notNull().unique(),
  name: text().notNull(),
  roles: text({ mode: 'json' }).$type<Role[]>().notNull(),
  title: text(),
  department: text(),
  /** Number of the practising licence. */
  licence: text(),
  /** Argon2id. */
  passwordHash: text().notNull(),
  /** Somebody else chose the password: it is good for choosing another. */
  mustChangePassword: integer({ mode: 'boolean' }).notNull().default(false),
  active: integer({ mode: 'boolean' }).notNull().default(true),
  createdAt: integer().notNull(),
  /** Base32; null without an authenticator app. */
  totpSecret: text(),
  /** The period of the code that was taken last: none is taken twice. */
  totpPeriod: integer(),
  /** SHA-256 of those that are left, hex. */
  recoveryCodes: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
});

/** Browsers and programs that are signed in. */
export const sessions = sqliteTable('sessions', {
  /** SHA-256 of the cookie's value or the program's token, hex. */
  tokenHash: text().primaryKey(),
  createdAt: integer().notNull(),
  expiresAt: integer().notNull(),
  /** null: of a version that knew no people, and good for nothing. */
  personId: text().references(() => people.id),
  lastSeenAt: integer(),
  /** Where it was opened from. */
  address: text(),
  /** A program's name; null for a browser. */
  program: text(),
});

/** What the operator has done with WeChat: a step that is not here is still to come. */
export const miniappSteps = sqliteTable('miniapp_steps', {
  step: text().primaryKey(),
  doneAt: integer().notNull(),
  personId: text().references(() => people.id),
});

/** The audit log; triggers refuse every change of it. */
export const audit = sqliteTable(
  'audit',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    actorId: text(),
    actor: text().notNull(),
    action: text().notNull(),
    target: text(),
    detail: text({ mode: 'json' }).$type<Record<string, string | number | boolean | null>>().notNull(),
    address: text(),
    hash: text().notNull(),
  },
  (table) => [index('audit_by_time').on(table.at)],
);
