/** The clinic's consultations. */
import { Elysia, t } from 'elysia';
import type { Access } from '../access/access-code.ts';
import type { ConsultationService } from '../consultations/service.ts';
import { guard } from './guard.ts';
import { consultationEvent, consultationView, guarded } from './models.ts';

const created = t.Nullable(
  t.Object({ patientLabel: t.Optional(t.Nullable(t.String({ minLength: 1, maxLength: 80 }))) }),
);

/** `/api/consultations`. */
export function consultationsController(service: ConsultationService, access: Access) {
  return new Elysia({ prefix: '/api/consultations', tags: ['consultations'] })
    .use(guard(access))
    .post('', ({ body, status }) => status(201, service.create(body?.patientLabel ?? null)), {
      body: t.Optional(created),
      response: { 201: consultationView, ...guarded('invalid_request', 'too_large') },
      detail: { summary: 'Begin a consultation' },
    })
    .get('', () => ({ consultations: service.list() }), {
      response: { 200: t.Object({ consultations: t.Array(consultationView) }), ...guarded() },
      detail: { summary: 'The latest consultations, newest first' },
    })
    .get('/:id', ({ params }) => service.view(params.id), {
      response: { 200: consultationView, ...guarded('not_found') },
      detail: { summary: 'One consultation' },
    })
    .get('/:id/timeline', ({ params }) => ({ events: service.timeline(params.id) }), {
      response: { 200: t.Object({ events: t.Array(consultationEvent) }), ...guarded('not_found') },
      detail: { summary: 'What happened, oldest first' },
    })
    .post('/:id/pairing', ({ params }) => service.freshPairing(params.id), {
      response: { 200: consultationView, ...guarded('not_found', 'consultation_ended', 'no_address') },
      detail: { summary: 'A fresh QR code; the one before is worthless from now on' },
    })
    .post('/:id/admit', ({ params }) => service.admit(params.id), {
      response: { 200: consultationView, ...guarded('not_found', 'consultation_ended', 'nobody_waiting') },
      detail: { summary: 'Let the waiting patient in' },
    })
    .post('/:id/end', ({ params }) => service.end(params.id), {
      response: { 200: consultationView, ...guarded('not_found') },
      detail: { summary: 'End it for good: codes, keys and streams' },
    });
}
