/**
 * What a phone may ask, with its shapes. The handlers are handed in: the phone's listener answers, and the clinic's
 * OpenAPI document, which is the one for both, only reads the shapes.
 */
import { Elysia, t } from 'elysia';
import type {
  ConsentRequest,
  FieldTestRequest,
  LeaveRequest,
  PhoneAdmission,
  PhoneView,
} from '../consultations/phone-protocol.ts';
import { clientAddress } from './guard.ts';
import { appleProfile, certificate, html, nothing, phoneAdmission, phoneAnswer, refusals } from './models.ts';

/** What answers the phone’s routes. */
export interface PhoneHandlers {
  /** Leads a doctor to HTTPS. */
  lead: (request: Request) => Promise<Response>;
  /** Behind a QR code, for a phone that is not in the mini-program. */
  scanned: () => Promise<Response>;
  rootCertificate: () => Response;
  /** The same for iPhones, iPads and Macs. */
  rootProfile: () => Response;
  /** How to trust it, and whether this browser does. */
  trust: (request: Request) => Promise<Response>;
  /** @param from the phone's address */
  redeem: (token: string, nonce: string, request: Request, from: string) => PhoneAdmission;
  resume: (id: string, resumeToken: string, request: Request, from: string) => PhoneAdmission;
  consent: (id: string, agreed: ConsentRequest, request: Request, from: string) => PhoneView;
  fieldTest: (id: string, results: FieldTestRequest) => void;
  leave: (id: string, left: LeaveRequest) => void;
}

/** What a phone's own requests share. */
const phoneRefusals = refusals(
  ...([
    'invalid_request',
    'resume_refused',
    'not_found',
    'consultation_ended',
    'too_large',
    'too_many_attempts',
  ] as const),
);
const resumeToken = t.String({ minLength: 1, maxLength: 128 });

const nonce = t.String({
  minLength: 8,
  maxLength: 128,
  pattern: '^[\\x21-\\x7e]+$',
  description: 'Random, kept by the phone: the same gets the same answer again for a minute',
});

/** The phone’s routes with their shapes; the handlers are handed in, so that the document needs no box. */
export function phoneRoutes(handlers: PhoneHandlers) {
  const { lead, scanned, rootCertificate, rootProfile, trust, redeem, resume, consent, fieldTest, leave } =
    handlers;
  return (
    new Elysia({ tags: ['phone'] })
      .get('/', ({ request }) => lead(request), { detail: { hide: true } })
      // The token stays what it is: a browser, or a messenger that looks ahead, must not use it up.
      .get('/p/:token', () => scanned(), {
        response: { 200: html },
        detail: { summary: 'The page behind the QR code of a consultation; never uses the token up' },
      })
      .get('/j/:place', () => scanned(), {
        response: { 200: html },
        detail: { summary: 'The page behind the printed QR code of a place' },
      })
      .get('/root.crt', () => rootCertificate(), {
        response: { 200: certificate },
        detail: { summary: 'The root of the box’s own authority' },
      })
      .get('/root.mobileconfig', () => rootProfile(), {
        response: { 200: appleProfile },
        detail: { summary: 'The same as a profile for iPhones, iPads and Macs' },
      })
      .get('/trust', ({ request }) => trust(request), {
        response: { 200: html },
        detail: { summary: 'How to trust the box’s own authority, and whether this browser does' },
      })
      .post(
        '/api/pairings/:token/redeem',
        ({ params, body, request, server }) =>
          redeem(params.token, body.clientNonce, request, clientAddress(request, server)),
        {
          body: t.Object({ clientNonce: nonce }),
          response: {
            200: phoneAdmission,
            ...refusals('invalid_request', 'token_unknown', 'token_used', 'token_expired', 'token_revoked'),
            ...refusals('consultation_ended', 'too_large', 'too_many_attempts'),
          },
          detail: { summary: 'A phone joins by the code that it scanned; once' },
        },
      )
      .post(
        '/api/consultations/:id/resume',
        ({ params, body, request, server }) =>
          resume(params.id, body.resumeToken, request, clientAddress(request, server)),
        {
          body: t.Object({ resumeToken }),
          response: { 200: phoneAdmission, ...phoneRefusals },
          detail: {
            summary: 'A phone comes back; its token is rotated',
            description:
              'After the end, 410 carries `advice` beside the error: what the patient was to be told, for the phone that proves itself.',
          },
        },
      )
      .post(
        '/api/consultations/:id/consent',
        ({ params, body, request, server }) =>
          consent(params.id, body, request, clientAddress(request, server)),
        {
          body: t.Object({
            resumeToken,
            version: t.String({ minLength: 1, maxLength: 20, description: 'Of the text that was shown' }),
            by: t.UnionEnum(['patient', 'family']),
          }),
          response: { 200: phoneAnswer, ...phoneRefusals },
          detail: { summary: 'The patient agrees; kept with the consultation' },
        },
      )
      .post(
        '/api/consultations/:id/leave',
        ({ params, body, set }) => {
          leave(params.id, body);
          set.status = 204;
        },
        {
          body: t.Object({ resumeToken, reason: t.UnionEnum(['ended', 'not_me', 'disagreed']) }),
          response: { 204: nothing, ...phoneRefusals },
          detail: {
            summary: 'The patient went, said without a socket',
            description: 'The consultation goes on until the doctor ends it, and resume stays possible.',
          },
        },
      )
      .post(
        '/api/consultations/:id/field-test',
        ({ params, body, set }) => {
          fieldTest(params.id, body);
          set.status = 204;
        },
        {
          body: t.Object({
            resumeToken,
            results: t.Array(
              t.Object({
                name: t.String({ minLength: 1, maxLength: 60 }),
                value: t.String({ maxLength: 200 }),
                unit: t.String({ maxLength: 20 }),
              }),
              { maxItems: 40 },
            ),
          }),
          response: { 204: nothing, ...phoneRefusals },
          detail: { summary: 'What an installer’s phone measured, into the timeline' },
        },
      )
  );
}
