/** The clinic's consultations. */
import { Elysia, t } from 'elysia';
import type { Access } from '../access/access-code.ts';
import type { Conversation } from '../consultations/conversation.ts';
import type { ConsultationService } from '../consultations/service.ts';
import type { DoctorView } from '../consultations/view.ts';
import { guard } from './guard.ts';
import { consultationEvent, consultationView, guarded } from './models.ts';

const shortText = t.String({ minLength: 1, maxLength: 40 });

const created = t.Nullable(
  t.Object({
    patientLabel: t.Optional(t.Nullable(t.String({ minLength: 1, maxLength: 80 }))),
    doctor: t.Optional(
      t.Nullable(
        t.Object(
          {
            name: shortText,
            title: t.Optional(t.Nullable(shortText)),
            department: t.Optional(t.Nullable(shortText)),
          },
          { description: 'Who the patient is told to see' },
        ),
      ),
    ),
  }),
);
type Created = NonNullable<(typeof created)['static']>;

function doctorOf({ doctor }: Created): DoctorView | null {
  if (doctor === undefined || doctor === null) return null;
  return { name: doctor.name, title: doctor.title ?? null, department: doctor.department ?? null };
}

/** `/api/consultations`. */
export function consultationsController(
  service: ConsultationService,
  conversation: Conversation,
  access: Access,
) {
  return new Elysia({ prefix: '/api/consultations', tags: ['consultations'] })
    .use(guard(access))
    .post(
      '',
      ({ body, status }) => status(201, service.create(body?.patientLabel ?? null, doctorOf(body ?? {}))),
      {
        body: t.Optional(created),
        response: { 201: consultationView, ...guarded('invalid_request', 'too_large') },
        detail: { summary: 'Begin a consultation' },
      },
    )
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
    .post(
      '/:id/messages',
      ({ params, body, status }) => status(201, conversation.send(params.id, body.text, body.answers ?? [])),
      {
        body: t.Object({
          text: t.String({ minLength: 1, maxLength: 200 }),
          answers: t.Optional(
            t.Array(t.String({ minLength: 1, maxLength: 20 }), {
              maxItems: 4,
              description: 'Buttons under it',
            }),
          ),
        }),
        response: {
          201: consultationView,
          ...guarded('invalid_request', 'too_large', 'not_found', 'consultation_ended'),
        },
        detail: { summary: 'Show the patient a message in large letters' },
      },
    )
    .put('/:id/advice', ({ params, body }) => conversation.advise(params.id, body.text), {
      body: t.Object({ text: t.String({ maxLength: 1000, description: 'Empty: none' }) }),
      response: { 200: consultationView, ...guarded('invalid_request', 'too_large', 'not_found') },
      detail: { summary: 'What the patient is told to take home, at the end' },
    })
    .post('/:id/end', ({ params }) => service.end(params.id), {
      response: { 200: consultationView, ...guarded('not_found') },
      detail: { summary: 'End it for good: codes, keys and streams' },
    });
}
