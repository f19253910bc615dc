/** Who may use the clinic's API: browsers with a session, and programs that send the access code. */
import { Elysia } from 'elysia';
import type { Access } from '../access/access-code.ts';
import { digest } from '../access/digest.ts';
import { Refusal } from '../errors.ts';
import { checkOrigin } from './origin.ts';

/** `__Host-`: for this host alone, over HTTPS alone, whatever else runs on the machine. */
export const sessionCookie = '__Host-consultbox';

const maxAge = 30 * 86_400;

/** The `Set-Cookie` of a new session. */
export function sessionCookieHeader(secret: string): string {
  return `${sessionCookie}=${secret}; Path=/; Max-Age=${maxAge}; Secure; HttpOnly; SameSite=Strict`;
}

/** The `Set-Cookie` of a sign-out. */
export const clearedCookieHeader = `${sessionCookie}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict`;

/** The session's secret in a request's cookies, if there is one. */
export function sessionSecret(request: Request): string | null {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [name, value] = pair.trim().split('=');
    if (name === sessionCookie && value) return value;
  }
  return null;
}

/**
 * @returns a name for who it is, stable for a browser's session
 * @throws Refusal `access_required`, `wrong_access_code`, `too_many_attempts`
 */
export function requireAccess(access: Access, request: Request, address: string): string {
  const bearer = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  if (bearer !== undefined) {
    access.checkBearer(bearer, address);
    return `program ${address}`;
  }
  const secret = sessionSecret(request);
  if (secret === null || !access.hasSession(secret)) {
    throw new Refusal('access_required', 'give the access code first: POST /api/access {"code": …}');
  }
  checkOrigin(request);
  return digest(secret);
}

/** Elysia plugin: every route behind it needs access; handlers get `visitor`. */
export function guard(access: Access) {
  return new Elysia({ name: 'guard' }).derive({ as: 'scoped' }, ({ request, server }) => ({
    visitor: requireAccess(access, request, clientAddress(request, server)),
  }));
}

/** The client's address, IPv4 where it is one. */
export function clientAddress(
  request: Request,
  server: { requestIP(request: Request): { address: string } | null } | null,
): string {
  return (server?.requestIP(request)?.address ?? '').replace(/^::ffff:/, '');
}
