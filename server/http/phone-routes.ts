/**
 * What a phone may ask, with its shapes. The handlers are handed in: the phone's listener answers, and the clinic's
 * OpenAPI document, which is the one for both, only reads the shapes.
 */
import { Elysia, t } from 'elysia';
import type { PhoneAdmission } from '../consultations/pairing.ts';
import { clientAddress } from './guard.ts';
import { certificate, html, phoneAdmission, refusals } from './models.ts';

/** What answers the phone’s routes. */
export interface PhoneHandlers {
  /** Leads a doctor to HTTPS. */
  lead: (request: Request) => Promise<Response>;
  /** Behind a QR code, for a phone that is not in the mini-program. */
  scanned: () => Promise<Response>;
  rootCertificate: () => Response;
  /** @param from the phone's address */
  redeem: (token: string, nonce: string, request: Request, from: string) => PhoneAdmission;
  resume: (id: string, resumeToken: string, request: Request, from: string) => PhoneAdmission;
}

const nonce = t.String({
  minLength: 8,
  maxLength: 128,
  pattern: '^[\\x21-\\x7e]+$',
  description: 'Random, kept by the phone: the same gets the same answer again for a minute',
});

/** The phone’s routes with their shapes; the handlers are handed in, so that the document needs no box. */
export function phoneRoutes({ lead, scanned, rootCertificate, redeem, resume }: PhoneHandlers) {
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
      .post(
        '/api/pairings/:token/redeem',
        ({ params, body, request, server }) =>
          redeem(params.token, body.clientNonce, request, clientAddress(request, server)),
        {
          body: t.Object({ clientNonce: nonce }),
          response: {
            200: phoneAdmission,
            ...refusals('invalid_request', 'token_unknown', 'token_used', 'token_expired', 'token_revoked'),
            ...refusals('consultation_ended', 'too_large'),
          },
          detail: { summary: 'A phone joins by the code that it scanned; once' },
        },
      )
      .post(
        '/api/consultations/:id/resume',
        ({ params, body, request, server }) =>
          resume(params.id, body.resumeToken, request, clientAddress(request, server)),
        {
          body: t.Object({ resumeToken: t.String({ minLength: 1, maxLength: 128 }) }),
          response: {
            200: phoneAdmission,
            ...refusals('invalid_request', 'resume_refused', 'not_found', 'consultation_ended', 'too_large'),
          },
          detail: { summary: 'A phone comes back; its token is rotated' },
        },
      )
  );
}
