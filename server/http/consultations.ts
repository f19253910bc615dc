/** The clinic's consultations. */
import { Elysia, t } from 'elysia';
import type { Access } from '../access/access-code.ts';
import type { ConsultationService } from '../consultations/service.ts';
import { guard } from './guard.ts';

const stream = t.Object({
  publishing: t.Boolean(),
  watched: t.Boolean(),
  codecs: t.Array(t.String()),
  problem: t.Union([t.Literal('no_h264'), t.Literal('transcoder_failing'), t.Null()]),
});
const time = t.String({ format: 'date-time' });

const consultationView = t.Object(
  {
    id: t.String(),
    state: t.UnionEnum(['open', 'waiting', 'live', 'ended']),
    createdAt: time,
    admittedAt: t.Nullable(time),
    endedAt: t.Nullable(time),
    patientLabel: t.Nullable(t.String()),
    device: t.UnionEnum(['none', 'connecting', 'connected', 'background', 'lost']),
    doctor: stream,
    patient: stream,
    pairing: t.Nullable(t.Object({ url: t.String(), token: t.String(), expiresAt: time })),
    whipUrl: t.String(),
    whepUrl: t.String(),
    hlsUrl: t.String(),
  },
  { description: 'A consultation as a page needs it' },
);

const event = t.Object({
  id: t.Integer(),
  at: time,
  kind: t.String(),
  detail: t.Record(t.String(), t.Union([t.String(), t.Number(), t.Boolean(), t.Null()])),
});

const created = t.Nullable(
  t.Object({ patientLabel: t.Optional(t.Nullable(t.String({ minLength: 1, maxLength: 80 }))) }),
);

export function consultationsController(service: ConsultationService, access: Access) {
  return new Elysia({ prefix: '/api/consultations', tags: ['consultations'] })
    .use(guard(access))
    .post('', ({ body, status }) => status(201, service.create(body?.patientLabel ?? null)), {
      body: t.Optional(created),
      response: { 201: consultationView },
      detail: { summary: 'Begin a consultation' },
    })
    .get('', () => ({ consultations: service.list() }), {
      response: t.Object({ consultations: t.Array(consultationView) }),
      detail: { summary: 'The latest consultations, newest first' },
    })
    .get('/:id', ({ params }) => service.view(params.id), {
      response: consultationView,
      detail: { summary: 'One consultation' },
    })
    .get('/:id/timeline', ({ params }) => ({ events: service.timeline(params.id) }), {
      response: t.Object({ events: t.Array(event) }),
      detail: { summary: 'What happened, oldest first' },
    })
    .post('/:id/pairing', ({ params }) => service.freshPairing(params.id), {
      response: consultationView,
      detail: { summary: 'A fresh QR code; the one before is worthless from now on' },
    })
    .post('/:id/admit', ({ params }) => service.admit(params.id), {
      response: consultationView,
      detail: { summary: 'Let the waiting patient in' },
    })
    .post('/:id/end', ({ params }) => service.end(params.id), {
      response: consultationView,
      detail: { summary: 'End it for good: codes, keys and streams' },
    });
}
