/**
 * What a caller can be refused with. Services throw these and know nothing of HTTP; `server/http/errors.ts`
 * gives each code its status. A page has a sentence of its own for each code.
 */
export type RefusalCode =
  | 'setup_required'
  | 'setup_done'
  | 'wrong_setup_code'
  | 'access_required'
  | 'wrong_password'
  | 'totp_required'
  | 'wrong_totp'
  | 'password_change_required'
  | 'weak_password'
  | 'login_taken'
  | 'last_technician'
  | 'forbidden'
  | 'too_many_attempts'
  | 'invalid_request'
  | 'too_large'
  | 'not_found'
  | 'token_unknown'
  | 'token_used'
  | 'token_expired'
  | 'token_revoked'
  | 'resume_refused'
  | 'consultation_ended'
  | 'nobody_waiting'
  | 'no_address'
  | 'not_publishing'
  | 'bad_offer'
  | 'media_unavailable'
  | 'wrong_host'
  | 'foreign_origin';

/** An expected refusal. `message` is English and says what to do next. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    /** What stands beside the error in its body. */
    readonly beside: Record<string, string | null> = {},
    /** Seconds after which the same may be asked again. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** The text of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ');
}
