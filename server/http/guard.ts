/** Holds every request to the clinic's listener against the table of rules, before anything reads it. */
import { Elysia } from 'elysia';
import type { Actor } from '../audit/log.ts';
import type { ConsultationService } from '../consultations/service.ts';
import { Refusal } from '../errors.ts';
import type { Sessions, Visitor } from '../people/sessions.ts';
import type { Setup } from '../setup/setup.ts';
import { ruleFor } from './rules.ts';

/** `__Host-`: for this host alone, over HTTPS alone, whatever else runs on the machine. */
export const sessionCookie = '__Host-consultbox';

/** The browser keeps it for as long as the longest session; the box decides when it is over. */
const maxAge = 30 * 86_400;

/** The `Set-Cookie` of a new session. */
export function sessionCookieHeader(secret: string): string {
  return `${sessionCookie}=${secret}; Path=/; Max-Age=${maxAge}; Secure; HttpOnly; SameSite=Strict`;
}

/** The `Set-Cookie` of a sign-out. */
export const clearedCookieHeader = `${sessionCookie}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict`;

/** What the guard needs. */
export interface GuardDependencies {
  sessions: Sessions;
  setup: Setup;
  consultations: ConsultationService;
}

/** Who asks, as handlers get it. */
export interface Caller {
  /** null where anyone may ask. */
  visitor: Visitor | null;
  /** The client's, IPv4 where it is one. */
  address: string;
}

/** The session's secret in a request's cookies, if there is one. */
function cookieSecret(request: Request): string | null {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [name, value] = pair.trim().split('=');
    if (name === sessionCookie && value) return value;
  }
  return null;
}

/**
 * Pages of other origins are refused before any route (`ownOriginOnly`). Every browser sends `Origin` with what changes
 * something and with a socket: a request without it that carries a cookie is no browser's.
 */
function checkBrowser(request: Request): void {
  const safe = ['GET', 'HEAD'].includes(request.method) && request.headers.get('upgrade') === null;
  if (!safe && request.headers.get('origin') === null) {
    throw new Refusal(
      'foreign_origin',
      'a request with a cookie needs an Origin: programs send a token instead (POST /api/session/programs)',
    );
  }
}

function findVisitor(sessions: Sessions, request: Request): Visitor | null {
  const bearer = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  // No browser sends this by itself: another page cannot make it.
  if (bearer !== undefined) return sessions.find(bearer, 'program');
  const secret = cookieSecret(request);
  const visitor = secret === null ? null : sessions.find(secret, 'browser');
  if (visitor !== null) checkBrowser(request);
  return visitor;
}

/**
 * Elysia plugin: every route of the app needs a rule; handlers get `caller`.
 * @throws Refusal `setup_required`, `setup_done`, `access_required`, `foreign_origin`, `password_change_required`,
 * `forbidden`, `not_found` for another doctor's consultation
 */
export function guard({ sessions, setup, consultations }: GuardDependencies) {
  return new Elysia({ name: 'guard' }).derive(
    { as: 'global' },
    ({ request, route, params, server }): { caller: Caller } => {
      const address = clientAddress(request, server);
      const rule = ruleFor(request.method, route);
      if (rule === null) throw new Refusal('forbidden', 'nobody may do this');
      const { who } = rule;
      if (who === 'anyone') return { caller: { visitor: findQuietly(sessions, request), address } };
      if (setup.needed !== (who === 'setup')) {
        throw setup.needed
          ? new Refusal(
              'setup_required',
              'the box is not set up yet: open its page and type the code on its screen',
            )
          : new Refusal('setup_done', 'the box is set up already: sign in');
      }
      if (who === 'setup' || who === 'visitor') return { caller: { visitor: null, address } };
      const visitor = findVisitor(sessions, request);
      if (visitor === null) throw new Refusal('access_required', 'sign in first: POST /api/session');
      if (who === 'person') return { caller: { visitor, address } };
      const { person } = visitor;
      if (person.mustChangePassword) {
        throw new Refusal('password_change_required', 'choose a password of your own first');
      }
      if (!who.some((role) => person.roles.includes(role))) {
        throw new Refusal('forbidden', `this is for a ${who.join(' or a ')}: ask a technician for the role`);
      }
      if (rule.own === true) consultations.checkOwner(String(params.id), person.id);
      return { caller: { visitor, address } };
    },
  );
}

/** Where anyone may ask, a foreign page's request is a stranger's. */
function findQuietly(sessions: Sessions, request: Request): Visitor | null {
  try {
    return findVisitor(sessions, request);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Whoever is signed in. @throws Refusal `access_required` */
export function signedIn({ visitor }: Caller): Visitor {
  if (visitor === null) throw new Refusal('access_required', 'sign in first: POST /api/session');
  return visitor;
}

/** For the audit log. */
export function actorOf({ visitor, address }: Caller): Actor {
  const person = visitor?.person;
  return { id: person?.id ?? null, name: person?.name ?? 'stranger', address };
}

/** The client's address, IPv4 where it is one. */
export function clientAddress(
  request: Request,
  server: { requestIP(request: Request): { address: string } | null } | null,
): string {
  return (server?.requestIP(request)?.address ?? '').replace(/^::ffff:/, '');
}
