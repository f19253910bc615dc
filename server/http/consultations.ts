/** The clinic's consultations. */
import { Elysia, t } from 'elysia';
import type { AuditLog } from '../audit/log.ts';
import type { Conversation } from '../consultations/conversation.ts';
import type { ConsultationService } from '../consultations/service.ts';
import type { ConsultationView } from '../consultations/view.ts';
import { actorOf, type Caller, type GuardDependencies, guard, signedIn } from './guard.ts';
import { consultationEvent, consultationView, guarded } from './models.ts';

const created = t.Nullable(
  t.Object({ patientLabel: t.Optional(t.Nullable(t.String({ minLength: 1, maxLength: 80 }))) }),
);

/** Whose it is and who the patient is told to see: the person who begins it. */
function doctorFrom(caller: Caller) {
  const { id, name, title, department, licence } = signedIn(caller).person;
  return { id, name, title, department, licence };
}

/**
 * What somebody may see who has no part in it: that it is, and how it stands. No code, no words, no addresses of
 * picture and sound. A technician's telephone is no place for a patient's name.
 */
function forOthers(view: ConsultationView, role: 'receptionist' | 'technician'): ConsultationView {
  return {
    ...view,
    patientLabel: role === 'receptionist' ? view.patientLabel : null,
    ...{ pairing: null, messages: [], advice: null, consent: null },
    ...{ whipUrl: '', whepUrl: '', hlsUrl: '' },
  };
}

/** A doctor's own; a receptionist and a technician see of everybody's how they stand. */
function listFor(service: ConsultationService, caller: Caller): ConsultationView[] {
  const { id, roles } = signedIn(caller).person;
  if (roles.includes('doctor')) return service.list(id);
  const role = roles.includes('receptionist') ? 'receptionist' : 'technician';
  return service.list().map((view) => forOthers(view, role));
}

/** `/api/consultations`. */
export function consultationsController(
  service: ConsultationService,
  conversation: Conversation,
  audit: AuditLog,
  guarding: GuardDependencies,
) {
  return new Elysia({ prefix: '/api/consultations', tags: ['consultations'] })
    .use(guard(guarding))
    .post(
      '',
      ({ body, caller, status }) => {
        const view = service.create(body?.patientLabel ?? null, doctorFrom(caller));
        audit.add(actorOf(caller), 'consultation_created', view.id);
        return status(201, view);
      },
      {
        body: t.Optional(created),
        response: { 201: consultationView, ...guarded('invalid_request', 'too_large') },
        detail: { summary: 'Begin a consultation' },
      },
    )
    .get('', ({ caller }) => ({ consultations: listFor(service, caller) }), {
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
    .post(
      '/:id/pairing',
      ({ params, caller }) => {
        const view = service.freshPairing(params.id);
        audit.add(actorOf(caller), 'pairing_renewed', params.id);
        return view;
      },
      {
        response: { 200: consultationView, ...guarded('not_found', 'consultation_ended', 'no_address') },
        detail: { summary: 'A fresh QR code; the one before is worthless from now on' },
      },
    )
    .post(
      '/:id/admit',
      ({ params, caller }) => {
        const view = service.admit(params.id);
        audit.add(actorOf(caller), 'patient_admitted', params.id);
        return view;
      },
      {
        response: { 200: consultationView, ...guarded('not_found', 'consultation_ended', 'nobody_waiting') },
        detail: { summary: 'Let the waiting patient in' },
      },
    )
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
    .post(
      '/:id/end',
      async ({ params, caller }) => {
        const view = await service.end(params.id);
        audit.add(actorOf(caller), 'consultation_ended', params.id);
        return view;
      },
      {
        response: { 200: consultationView, ...guarded('not_found') },
        detail: { summary: 'End it for good: codes, keys and streams' },
      },
    );
}
