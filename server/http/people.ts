/** People and the audit log, for technicians. */
import { Elysia, t } from 'elysia';
import type { AuditLog } from '../audit/log.ts';
import type { People } from '../people/people.ts';
import { actorOf, type GuardDependencies, guard } from './guard.ts';
import { guarded, nothing } from './models.ts';
import { auditLine, newPerson, password, personChange, personView } from './people-models.ts';

/** `/api/people`. */
export function peopleController(people: People, guarding: GuardDependencies) {
  return new Elysia({ prefix: '/api/people', tags: ['people'] })
    .use(guard(guarding))
    .get('', () => ({ people: people.list() }), {
      response: { 200: t.Object({ people: t.Array(personView) }), ...guarded() },
      detail: { summary: 'Who works with the box' },
    })
    .post(
      '',
      async ({ body, caller, status }) => status(201, await people.create(actorOf(caller), body, true)),
      {
        body: newPerson,
        response: {
          201: personView,
          ...guarded('invalid_request', 'login_taken', 'weak_password', 'too_large'),
        },
        detail: { summary: 'A new person, who chooses another password at the first sign-in' },
      },
    )
    .patch('/:id', ({ params, body, caller }) => people.change(actorOf(caller), params.id, body), {
      body: personChange,
      response: {
        200: personView,
        ...guarded('invalid_request', 'not_found', 'last_technician', 'too_large'),
      },
      detail: { summary: 'Change a person; who is not active is signed out everywhere' },
    })
    .put(
      '/:id/password',
      async ({ params, body, caller, set }) => {
        await people.resetPassword(actorOf(caller), params.id, body.password);
        set.status = 204;
      },
      {
        body: t.Object({ password }),
        response: { 204: nothing, ...guarded('invalid_request', 'not_found', 'weak_password', 'too_large') },
        detail: {
          summary: 'A new password for somebody who forgot theirs; ends their authenticator app, too',
        },
      },
    );
}

const time = t.Optional(t.Integer({ description: 'ms since 1970' }));

/** `/api/audit`. */
export function auditController(audit: AuditLog, guarding: GuardDependencies) {
  return new Elysia({ prefix: '/api/audit', tags: ['audit'] })
    .use(guard(guarding))
    .get('', ({ query }) => ({ lines: audit.list(query) }), {
      query: t.Object({
        action: t.Optional(t.String()),
        actorId: t.Optional(t.String()),
        ...{ from: time, to: time },
        before: t.Optional(t.Integer({ description: 'lines older than this id' })),
        limit: t.Optional(t.Integer({ minimum: 1, maximum: 1000 })),
      }),
      response: { 200: t.Object({ lines: t.Array(auditLine) }), ...guarded('invalid_request') },
      detail: { summary: 'Who did what, newest first' },
    })
    .get('/check', () => audit.verify(), {
      response: {
        200: t.Object({
          id: t.Nullable(t.Integer({ description: 'The first line that does not fit; null: all do' })),
          lines: t.Integer(),
        }),
        ...guarded(),
      },
      detail: { summary: 'Was a line changed or taken out?' },
    })
    .get(
      '/export',
      ({ caller }) => {
        audit.add(actorOf(caller), 'audit_exported');
        return new Response([...audit.csv()].join(''), {
          headers: {
            'Content-Type': 'text/csv; charset=utf-8',
            'Content-Disposition': 'attachment; filename="consultbox-audit.csv"',
            'Cache-Control': 'no-store',
          },
        });
      },
      {
        response: { 200: t.String({ contentMediaType: 'text/csv' }), ...guarded() },
        detail: { summary: 'All of it, for a spreadsheet' },
      },
    );
}
