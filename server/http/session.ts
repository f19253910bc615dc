/** Signing in and out, and what a person does about their own account. */
import { Elysia, t } from 'elysia';
import type { AuditLog } from '../audit/log.ts';
import { Refusal } from '../errors.ts';
import { type People, personView as viewOf } from '../people/people.ts';
import type { Sessions } from '../people/sessions.ts';
import type { SignIn } from '../people/sign-in.ts';
import { totpUri } from '../people/totp.ts';
import {
  actorOf,
  clearedCookieHeader,
  type GuardDependencies,
  guard,
  sessionCookieHeader,
  signedIn,
} from './guard.ts';
import { guarded, nothing, refusals } from './models.ts';
import { code, login, password, sessionView, signedInView } from './people-models.ts';

/** What signing in needs. */
export interface SessionDependencies {
  signIn: SignIn;
  sessions: Sessions;
  people: People;
  audit: AuditLog;
  clinicName: () => string;
}

/** A program's token is good for at most a year: what nobody renews, nobody needs. */
const longestProgram = 365;

/** `/api/session`. */
export function sessionController(dependencies: SessionDependencies, guarding: GuardDependencies) {
  const { signIn, sessions, people, audit, clinicName } = dependencies;
  return new Elysia({ prefix: '/api/session', tags: ['session'] })
    .use(guard(guarding))
    .post(
      '',
      async ({ body, caller }) => {
        const secret = await signIn.signIn(body, caller.address);
        return new Response(null, { status: 204, headers: { 'Set-Cookie': sessionCookieHeader(secret) } });
      },
      {
        body: t.Object({ login, password, code: t.Optional(code) }),
        response: {
          204: nothing,
          ...refusals('invalid_request', 'too_large', 'setup_required'),
          ...refusals('wrong_password', 'totp_required', 'wrong_totp', 'too_many_attempts'),
        },
        detail: { summary: 'Sign in', security: [] },
      },
    )
    .get('', ({ caller }) => ({ person: viewOf(signedIn(caller).person), clinicName: clinicName() }), {
      response: { 200: signedInView, ...guarded() },
      detail: { summary: 'Who is signed in at this browser' },
    })
    .delete(
      '',
      ({ caller }) => {
        if (caller.visitor !== null) {
          sessions.end(caller.visitor.session.tokenHash);
          audit.add(actorOf(caller), 'sign_out');
        }
        return new Response(null, { status: 204, headers: { 'Set-Cookie': clearedCookieHeader } });
      },
      { response: { 204: nothing }, detail: { summary: 'Sign out', security: [] } },
    )
    .put(
      '/password',
      async ({ body, caller, set }) => {
        const { person, session } = signedIn(caller);
        await signIn.confirm(person, body.current, caller.address);
        await people.changePassword(actorOf(caller), person.id, body.next, session.tokenHash);
        set.status = 204;
      },
      {
        body: t.Object({ current: password, next: password }),
        response: {
          204: nothing,
          ...guarded('invalid_request', 'wrong_password', 'weak_password', 'too_many_attempts', 'too_large'),
        },
        detail: { summary: 'One’s own new password; every other session ends' },
      },
    )
    .post(
      '/totp',
      ({ caller }) => {
        const secret = signIn.proposeTotp();
        return { secret, uri: totpUri(secret, signedIn(caller).person.login, clinicName() || 'Consultbox') };
      },
      {
        response: { 200: t.Object({ secret: t.String(), uri: t.String() }), ...guarded() },
        detail: { summary: 'A secret for an authenticator app; asked for once it is confirmed' },
      },
    )
    .put(
      '/totp',
      ({ body, caller }) => ({
        recoveryCodes: signIn.confirmTotp(
          actorOf(caller),
          signedIn(caller).person.id,
          body.secret,
          body.code,
        ),
      }),
      {
        body: t.Object({ secret: t.String({ pattern: '^[A-Z2-7]{32}$' }), code }),
        response: {
          200: t.Object({ recoveryCodes: t.Array(t.String()) }),
          ...guarded('invalid_request', 'wrong_totp', 'too_large'),
        },
        detail: { summary: 'The app shows this code: from now on it is asked for' },
      },
    )
    .delete(
      '/totp',
      async ({ body, caller, set }) => {
        const { person } = signedIn(caller);
        await signIn.confirm(person, body.password, caller.address);
        signIn.removeTotp(actorOf(caller), person.id);
        set.status = 204;
      },
      {
        body: t.Object({ password }),
        response: {
          204: nothing,
          ...guarded('invalid_request', 'wrong_password', 'too_many_attempts', 'too_large'),
        },
        detail: { summary: 'No authenticator app any more' },
      },
    )
    .get(
      '/all',
      ({ caller }) => {
        const { person, session } = signedIn(caller);
        return { sessions: sessions.list(person.id, session.tokenHash) };
      },
      {
        response: { 200: t.Object({ sessions: t.Array(sessionView) }), ...guarded() },
        detail: { summary: 'Where one is signed in, programs too' },
      },
    )
    .delete(
      '/all/:id',
      ({ params, caller, set }) => {
        if (!sessions.endOne(signedIn(caller).person.id, params.id)) {
          throw new Refusal('not_found', 'this session is over already');
        }
        audit.add(actorOf(caller), 'session_ended');
        set.status = 204;
      },
      { response: { 204: nothing, ...guarded('not_found') }, detail: { summary: 'Sign out somewhere else' } },
    )
    .post(
      '/programs',
      ({ body, caller }) => {
        const { person } = signedIn(caller);
        const life = body.days * 86_400_000;
        const token = sessions.openForProgram(person.id, caller.address, body.name, life);
        audit.add(actorOf(caller), 'program_added', null, { name: body.name, days: body.days });
        return { token };
      },
      {
        body: t.Object({
          name: t.String({ minLength: 1, maxLength: 40 }),
          days: t.Integer({ minimum: 1, maximum: longestProgram, default: 90 }),
        }),
        response: { 200: t.Object({ token: t.String() }), ...guarded('invalid_request', 'too_large') },
        detail: { summary: 'A token for a program that may what this person may; shown once' },
      },
    );
}
