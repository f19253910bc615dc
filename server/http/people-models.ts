/** The shapes of people, sessions and the first start. */
import { t } from 'elysia';

const time = t.String({ format: 'date-time' });
const short = t.String({ minLength: 1, maxLength: 40 });
const optional = t.Optional(t.Nullable(t.String({ maxLength: 40 })));
const roles = t.Array(t.UnionEnum(['doctor', 'receptionist', 'technician']), { minItems: 1, maxItems: 3 });

/** A login as typed. */
export const login = t.String({ minLength: 1, maxLength: 80 });
/** A password as typed; what it must be is `weak_password`'s to say. */
export const password = t.String({ minLength: 1, maxLength: 512 });
/** A code from a screen, an app, or a list of recovery codes. */
export const code = t.String({ minLength: 1, maxLength: 40 });

export const personView = t.Object({
  id: t.String(),
  login: t.String(),
  name: t.String(),
  roles: t.Array(t.UnionEnum(['doctor', 'receptionist', 'technician'])),
  title: t.Nullable(t.String()),
  department: t.Nullable(t.String()),
  licence: t.Nullable(t.String()),
  active: t.Boolean(),
  mustChangePassword: t.Boolean(),
  hasTotp: t.Boolean(),
  createdAt: time,
});

export const newPerson = t.Object({
  ...{ login, password, name: short, roles },
  ...{ title: optional, department: optional, licence: optional },
});

export const personChange = t.Object({
  name: t.Optional(short),
  roles: t.Optional(roles),
  active: t.Optional(t.Boolean()),
  ...{ title: optional, department: optional, licence: optional },
});

export const signedInView = t.Object({ person: personView, clinicName: t.String() });

export const sessionView = t.Object({
  id: t.String(),
  createdAt: time,
  lastSeenAt: time,
  address: t.Nullable(t.String()),
  program: t.Nullable(t.String()),
  current: t.Boolean(),
});

export const clinicAnswers = t.Object({
  name: t.String({ maxLength: 40 }),
  language: t.UnionEnum(['zh', 'en']),
  timeZone: t.String({ minLength: 1, maxLength: 60, description: 'IANA, e.g. Asia/Shanghai' }),
});

export const setupFacts = t.Object({
  now: time,
  network: t.Object({
    address: t.Nullable(t.String()),
    interface: t.Nullable(t.String()),
    mac: t.Nullable(t.String()),
    reason: t.String(),
  }),
  clinic: clinicAnswers,
});

export const auditLine = t.Object({
  id: t.Integer(),
  at: t.Integer({ description: 'ms since 1970' }),
  actorId: t.Nullable(t.String()),
  actor: t.String(),
  action: t.String(),
  target: t.Nullable(t.String()),
  detail: t.Record(t.String(), t.Union([t.String(), t.Number(), t.Boolean(), t.Null()])),
  address: t.Nullable(t.String()),
  hash: t.String({ description: 'SHA-256 of the line and the hash before it, hex' }),
});
