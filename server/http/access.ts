/** Signing in and out of the clinic's pages. */
import { Elysia, t } from 'elysia';
import type { Access } from '../access/access-code.ts';
import {
  clearedCookieHeader,
  clientAddress,
  requireAccess,
  sessionCookieHeader,
  sessionSecret,
} from './guard.ts';
import { guarded, nothing, refusals } from './models.ts';

/** `/api/access`. */
export function accessController(access: Access) {
  return new Elysia({ prefix: '/api/access', tags: ['access'] })
    .post(
      '',
      ({ body, request, server }) => {
        const secret = access.signIn(body.code, clientAddress(request, server));
        return new Response(null, { status: 204, headers: { 'Set-Cookie': sessionCookieHeader(secret) } });
      },
      {
        body: t.Object({ code: t.String({ minLength: 1, maxLength: 64 }) }),
        response: {
          204: nothing,
          ...refusals('invalid_request', 'wrong_access_code', 'too_many_attempts', 'too_large'),
        },
        detail: { summary: 'Sign in with the access code', security: [] },
      },
    )
    .get(
      '',
      ({ request, server }) => {
        requireAccess(access, request, clientAddress(request, server));
        return new Response(null, { status: 204 });
      },
      { response: { 204: nothing, ...guarded() }, detail: { summary: 'Is this browser signed in?' } },
    )
    .delete(
      '',
      ({ request }) => {
        const secret = sessionSecret(request);
        if (secret !== null) access.signOut(secret);
        return new Response(null, { status: 204, headers: { 'Set-Cookie': clearedCookieHeader } });
      },
      { response: { 204: nothing }, detail: { summary: 'Sign out', security: [] } },
    );
}
