/** Who may what on the clinic's listener: one table. A route that is not in it keeps the box from starting. */
import type { Role } from '../people/roles.ts';

/**
 * `anyone`: before the first start too. `visitor`: anyone, once the box is set up. `setup`: anyone, until it is.
 * `person`: whoever is signed in, also with a password that somebody else chose. Else one of the roles.
 */
export type Who = 'anyone' | 'visitor' | 'setup' | 'person' | readonly Role[];

/** A route's rule. */
export interface Rule {
  who: Who;
  /** `:id` is a consultation, and it must be the doctor's own. */
  own?: true;
}

const doctor: Rule = { who: ['doctor'], own: true };
const technician: Rule = { who: ['technician'] };
const person: Rule = { who: 'person' };
const anyone: Rule = { who: 'anyone' };

/** By method and route; sockets are `WS`. */
export const rules: Readonly<Record<string, Rule>> = {
  'GET /': anyone,
  'GET /admin': anyone,
  'GET /admin/https': anyone,
  'GET /livez': anyone,
  'GET /readyz': anyone,
  'GET /api/openapi.json': anyone,

  'GET /api/setup': anyone,
  'POST /api/setup/check': { who: 'setup' },
  'POST /api/setup': { who: 'setup' },
  'POST /api/reset/begin': { who: 'visitor' },
  'POST /api/reset': { who: 'visitor' },

  'POST /api/session': { who: 'visitor' },
  'GET /api/session': person,
  'DELETE /api/session': anyone,
  'PUT /api/session/password': person,
  'POST /api/session/totp': person,
  'PUT /api/session/totp': person,
  'DELETE /api/session/totp': person,
  'GET /api/session/all': person,
  'DELETE /api/session/all/:id': person,
  'POST /api/session/programs': person,

  'GET /api/people': technician,
  'POST /api/people': technician,
  'PATCH /api/people/:id': technician,
  'PUT /api/people/:id/password': technician,
  'GET /api/audit': technician,
  'GET /api/audit/check': technician,
  'GET /api/audit/export': technician,

  'POST /api/consultations': { who: ['doctor'] },
  // Everybody who works here sees a list; whose consultations and how much of them is the role's.
  'GET /api/consultations': { who: ['doctor', 'receptionist', 'technician'] },
  'GET /api/consultations/:id': doctor,
  'GET /api/consultations/:id/timeline': doctor,
  'POST /api/consultations/:id/pairing': doctor,
  'POST /api/consultations/:id/admit': doctor,
  'POST /api/consultations/:id/messages': doctor,
  'PUT /api/consultations/:id/advice': doctor,
  'POST /api/consultations/:id/end': doctor,
  'WS /api/consultations/:id/events': doctor,
  'POST /api/consultations/:id/doctor/whip': doctor,
  'PATCH /api/consultations/:id/doctor/whip/:session': doctor,
  'DELETE /api/consultations/:id/doctor/whip/:session': doctor,
  'POST /api/consultations/:id/patient/whep': doctor,
  'PATCH /api/consultations/:id/patient/whep/:session': doctor,
  'DELETE /api/consultations/:id/patient/whep/:session': doctor,
  'GET /api/consultations/:id/:side/hls/:file': doctor,

  'GET /api/miniapp': technician,
  'PUT /api/miniapp/steps/:step': technician,

  'GET /api/https': technician,
  'GET /api/https/policies/:kind': technician,
  'POST /api/https/request': technician,
  'POST /api/https/import': technician,
  'DELETE /api/https/import': technician,
  'POST /api/https/public-name/order': technician,

  'GET /api/status': technician,
  'GET /metrics': technician,
};

/** The pages' scripts and styles. */
const asset = /^GET \/assets\//;

/** null: there is no rule. @param method of a request, or `WS` @param route with its parameters' names */
export function ruleFor(method: string, route: string): Rule | null {
  const key = `${method === 'HEAD' ? 'GET' : method} ${route}`;
  if (asset.test(key)) return anyone;
  return rules[key] ?? (method === 'GET' ? rules[`WS ${route}`] : undefined) ?? null;
}

/** @throws Error that names the routes without a rule: such a box does not start */
export function checkRules(routes: readonly { method: string; path: string }[]): void {
  const without = routes.filter(({ method, path }) => ruleFor(method, path) === null);
  if (without.length > 0) {
    const names = without.map(({ method, path }) => `${method} ${path}`).join(', ');
    throw new Error(`routes without a rule in server/http/rules.ts: ${names}`);
  }
}
