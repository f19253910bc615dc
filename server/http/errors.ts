/** One shape for every error: `{error: {code, message}}`. */
import { Elysia } from 'elysia';
import type { ErrorBody } from '../consultations/view.ts';
import { messageOf, Refusal, type RefusalCode } from '../errors.ts';
import type { Logger } from '../log/logger.ts';

/** The status of each refusal. */
export const statusOf: Record<RefusalCode, number> = {
  setup_required: 403,
  setup_done: 409,
  wrong_setup_code: 401,
  access_required: 401,
  wrong_password: 401,
  totp_required: 401,
  wrong_totp: 401,
  password_change_required: 403,
  weak_password: 400,
  login_taken: 409,
  last_technician: 409,
  forbidden: 403,
  too_many_attempts: 429,
  invalid_request: 400,
  too_large: 413,
  not_found: 404,
  token_unknown: 404,
  token_used: 410,
  token_expired: 410,
  token_revoked: 410,
  resume_refused: 403,
  consultation_ended: 410,
  nobody_waiting: 409,
  no_address: 409,
  not_publishing: 404,
  bad_offer: 400,
  media_unavailable: 503,
  wrong_host: 421,
  foreign_origin: 403,
};

/** An error that no service threw, in the one shape. @param code for programs; `message` is for people */
export function errorResponse(
  status: number,
  code: string,
  message: string,
  beside: Refusal['beside'] = {},
): Response {
  const body: ErrorBody = { ...beside, error: { code, message } };
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } });
}

/** A refusal with the status of its code. */
export function refusalResponse(refusal: Refusal): Response {
  const { code, message, beside, retryAfter } = refusal;
  const response = errorResponse(statusOf[code], code, message, beside);
  if (retryAfter !== null) response.headers.set('Retry-After', String(retryAfter));
  return response;
}

/** The first thing that is wrong with a body, in words; never what the caller sent. */
function firstProblem(error: { all?: readonly { summary?: string | undefined }[] }): string {
  return error.all?.[0]?.summary ?? 'the request is not as documented';
}

/** Turns everything that a handler throws into the one shape. */
export function errorShape(logger: Logger) {
  return new Elysia({ name: 'error-shape' }).onError({ as: 'global' }, ({ code, error, route }) => {
    if (error instanceof Refusal) return refusalResponse(error);
    // Elysia wraps what a body parser throws.
    if (code === 'PARSE' && error.cause instanceof Refusal) return refusalResponse(error.cause);
    switch (code) {
      case 'NOT_FOUND':
        return errorResponse(404, 'not_found', 'there is nothing at this address');
      case 'VALIDATION':
        return errorResponse(400, 'invalid_request', firstProblem(error));
      case 'PARSE':
        return errorResponse(400, 'invalid_request', 'the body is not valid JSON');
      default: {
        // The stack is for us; the caller gets a sentence.
        const stack = error instanceof Error ? error.stack : undefined;
        logger.error({ route, stack }, `request failed: ${messageOf(error)}`);
        return errorResponse(500, 'internal', 'something went wrong here: try again, then restart the box');
      }
    }
  });
}
