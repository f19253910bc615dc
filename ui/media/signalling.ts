/** One round of WHIP or WHEP over HTTP: an offer out, an answer back, and the address that ends the session. */
import type { Clock } from './clock.ts';

/** The part of `fetch` that is used; handed in by tests. */
export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

/** Why an attempt failed. `code` is the server's, or `network`, `ice_failed`, `ice_timeout`, `stalled`, `no_h264`. */
export interface MediaFailure {
  code: string;
  /** false: trying again by itself cannot help. */
  retryable: boolean;
}

/** The server refused an offer, or could not be reached. */
export class SignallingError extends Error implements MediaFailure {
  constructor(
    readonly code: string,
    readonly retryable: boolean,
    message: string,
  ) {
    super(message);
    this.name = 'SignallingError';
  }
}

/** What the server answered to an offer. */
export interface Answer {
  sdp: string;
  /** DELETE it to end the session; null when the server named none. */
  resource: string | null;
}

/** A media server that restarts leaves requests hanging: give up and try again. */
const postTimeout = 8000;

/**
 * Sends an offer.
 * @throws SignallingError
 */
export async function postOffer(fetch: Fetch, clock: Clock, url: string, sdp: string): Promise<Answer> {
  const abort = new AbortController();
  const cancelTimeout = clock.after(postTimeout, () => abort.abort());
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp' },
      body: sdp,
      credentials: 'same-origin',
      signal: abort.signal,
    });
    if (!response.ok) throw await refusal(response);
    return {
      sdp: await response.text(),
      resource: resolveResource(url, response.headers.get('Location')),
    };
  } catch (error) {
    if (error instanceof SignallingError) throw error;
    throw new SignallingError('network', true, String(error));
  } finally {
    cancelTimeout();
  }
}

/** Ends a session at the server; it does not matter whether it was still there. */
export function deleteResource(fetch: Fetch, resource: string | null): void {
  if (resource === null) return;
  // keepalive: the request outlives a page that is being closed.
  fetch(resource, { method: 'DELETE', credentials: 'same-origin', keepalive: true }).catch((error: unknown) =>
    console.debug('session not deleted', error),
  );
}

async function refusal(response: Response): Promise<SignallingError> {
  const retryable = [404, 408, 409, 425, 429].includes(response.status) || response.status >= 500;
  return new SignallingError(await errorCode(response), retryable, `answered ${response.status}`);
}

async function errorCode(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { error?: { code?: unknown } };
    if (typeof body.error?.code === 'string') return body.error.code;
  } catch (error) {
    console.debug('refusal without a JSON body', error);
  }
  const byStatus: Record<number, string> = {
    401: 'access_required',
    404: 'not_publishing',
    410: 'consultation_ended',
  };
  return byStatus[response.status] ?? (response.status >= 500 ? 'media_unavailable' : 'bad_offer');
}

function resolveResource(url: string, location: string | null): string | null {
  if (location === null || location === '') return null;
  if (location.startsWith('/') || /^https?:/.test(location)) return location;
  return url.replace(/[^/]*$/, '') + location;
}
