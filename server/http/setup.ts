/** The first start, and new passwords for whoever stands before the box. */
import { Elysia, t } from 'elysia';
import type { Setup } from '../setup/setup.ts';
import { type GuardDependencies, guard, sessionCookieHeader } from './guard.ts';
import { nothing, refusals } from './models.ts';
import { clinicAnswers, code, login, newPerson, password, setupFacts } from './people-models.ts';

/** `/api/setup`, `/api/reset`. */
export function setupController(setup: Setup, guarding: GuardDependencies) {
  const wrong = refusals('invalid_request', 'wrong_setup_code', 'too_many_attempts', 'too_large');
  return new Elysia({ prefix: '/api', tags: ['setup'] })
    .use(guard(guarding))
    .get('/setup', () => ({ needed: setup.needed }), {
      response: { 200: t.Object({ needed: t.Boolean() }) },
      detail: { summary: 'Is the box still to be set up?', security: [] },
    })
    .post('/setup/check', ({ body, caller }) => setup.check(body.code, caller.address), {
      body: t.Object({ code }),
      response: { 200: setupFacts, ...wrong, ...refusals('setup_done') },
      detail: { summary: 'The code on the box’s screen: what the owner needs to know', security: [] },
    })
    .post(
      '/setup',
      async ({ body, caller }) => {
        const { secret } = await setup.complete(body.code, body.clinic, body.person, caller.address);
        return new Response(null, { status: 204, headers: { 'Set-Cookie': sessionCookieHeader(secret) } });
      },
      {
        body: t.Object({ code, clinic: clinicAnswers, person: newPerson }),
        response: { 204: nothing, ...wrong, ...refusals('setup_done', 'weak_password', 'login_taken') },
        detail: { summary: 'Make the first technician and name the clinic; signs in', security: [] },
      },
    )
    .post(
      '/reset/begin',
      ({ caller, set }) => {
        setup.beginReset(caller.address);
        set.status = 204;
      },
      {
        response: { 204: nothing, ...refusals('setup_required') },
        detail: { summary: 'Show a code for a new password on the box’s own screen', security: [] },
      },
    )
    .post(
      '/reset',
      async ({ body, caller, set }) => {
        await setup.reset(body.code, body.login, body.password, caller.address);
        set.status = 204;
      },
      {
        body: t.Object({ code, login, password }),
        response: { 204: nothing, ...wrong, ...refusals('setup_required', 'weak_password', 'not_found') },
        detail: { summary: 'A new password by the code on the box’s screen', security: [] },
      },
    );
}
