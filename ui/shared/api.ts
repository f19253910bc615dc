import type { ChainedLine } from '../../server/audit/chain.ts';
import type { ConsultationEvent, ConsultationView, ErrorBody } from '../../server/consultations/view.ts';
import type { MiniappView } from '../../server/miniapp/view.ts';
import type { NewPerson, PersonChange, PersonView, SessionView, SignedIn } from '../../server/people/view.ts';
import type { ClinicAnswers, SetupFacts } from '../../server/setup/view.ts';

/** The server refused (its code), or could not be reached (`network`). */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** The code of anything that was thrown. */
export function errorCode(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return 'unknown';
}

/** A request that hangs is as bad as one that fails: the page must be able to say so. */
const patience = 15_000;
/** Asked only to learn whether the server is there. */
const probePatience = 5000;

/** How far the server's clock is ahead of this computer's, ms: clinic PCs are often minutes off. */
let clockOffset = 0;

/** The server's time, in ms since 1970, as good as its answers told (to the second). */
export function serverNow(): number {
  return Date.now() + clockOffset;
}

function readClock(response: Response): void {
  const date = Date.parse(response.headers.get('Date') ?? '');
  if (Number.isNaN(date)) return;
  const offset = date - Date.now();
  // Below two seconds it is the header's resolution and the way here, not a wrong clock.
  clockOffset = Math.abs(offset) < 2000 ? 0 : offset;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

async function request(method: Method, path: string, body?: object, timeout = patience): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeout);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: abort.signal,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
  } catch (error) {
    throw new ApiError('network', 0, String(error));
  } finally {
    clearTimeout(timer);
  }
  readClock(response);
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response: Response): Promise<ApiError> {
  try {
    const { error } = (await response.json()) as ErrorBody;
    return new ApiError(error.code, response.status, error.message);
  } catch (error) {
    const code = response.status === 401 ? 'access_required' : `http_${response.status}`;
    return new ApiError(code, response.status, String(error));
  }
}

/** The answer's JSON. @param timeout ms @throws ApiError */
export async function json<T>(method: Method, path: string, body?: object, timeout?: number): Promise<T> {
  return (await (await request(method, path, body, timeout)).json()) as T;
}

const consultationPath = (id: string, rest = ''): string =>
  `/api/consultations/${encodeURIComponent(id)}${rest}`;

/** The clinic's API. Every function throws an {@link ApiError}. */
export const api = {
  /** Who is signed in at this browser; null: nobody. */
  async session(): Promise<SignedIn | null> {
    try {
      return await json<SignedIn>('GET', '/api/session');
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  /** @param code of an authenticator app, where it was asked for */
  async signIn(login: string, password: string, code: string | null): Promise<void> {
    await request('POST', '/api/session', { login, password, ...(code === null ? {} : { code }) });
  },
  async signOut(): Promise<void> {
    await request('DELETE', '/api/session');
  },
  async changePassword(current: string, next: string): Promise<void> {
    await request('PUT', '/api/session/password', { current, next });
  },
  proposeTotp: (): Promise<{ secret: string; uri: string }> => json('POST', '/api/session/totp'),
  /** @returns recovery codes, shown once */
  async confirmTotp(secret: string, code: string): Promise<string[]> {
    return (await json<{ recoveryCodes: string[] }>('PUT', '/api/session/totp', { secret, code }))
      .recoveryCodes;
  },
  async removeTotp(password: string): Promise<void> {
    await request('DELETE', '/api/session/totp', { password });
  },
  async sessions(): Promise<SessionView[]> {
    return (await json<{ sessions: SessionView[] }>('GET', '/api/session/all')).sessions;
  },
  async endSession(id: string): Promise<void> {
    await request('DELETE', `/api/session/all/${encodeURIComponent(id)}`);
  },
  /** Is the box still to be set up? */
  async setupNeeded(): Promise<boolean> {
    return (await json<{ needed: boolean }>('GET', '/api/setup')).needed;
  },
  checkSetupCode: (code: string): Promise<SetupFacts> => json('POST', '/api/setup/check', { code }),
  async setUp(code: string, clinic: ClinicAnswers, person: NewPerson): Promise<void> {
    await request('POST', '/api/setup', { code, clinic, person });
  },
  /** A code for a new password appears on the box's own screen. */
  async beginReset(): Promise<void> {
    await request('POST', '/api/reset/begin');
  },
  async reset(code: string, login: string, password: string): Promise<void> {
    await request('POST', '/api/reset', { code, login, password });
  },
  async people(): Promise<PersonView[]> {
    return (await json<{ people: PersonView[] }>('GET', '/api/people')).people;
  },
  addPerson: (person: NewPerson): Promise<PersonView> => json('POST', '/api/people', person),
  changePerson: (id: string, change: PersonChange): Promise<PersonView> =>
    json('PATCH', `/api/people/${encodeURIComponent(id)}`, change),
  async resetPassword(id: string, password: string): Promise<void> {
    await request('PUT', `/api/people/${encodeURIComponent(id)}/password`, { password });
  },
  miniapp: (): Promise<MiniappView> => json('GET', '/api/miniapp'),
  miniappStep: (step: string, done: boolean): Promise<MiniappView> =>
    json('PUT', `/api/miniapp/steps/${encodeURIComponent(step)}`, { done }),
  /** Newest first. @param filter `before`: lines older than this id */
  async audit(filter: { action?: string; before?: number }): Promise<ChainedLine[]> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filter)) query.set(name, String(value));
    return (await json<{ lines: ChainedLine[] }>('GET', `/api/audit?${query}`)).lines;
  },
  checkAudit: (): Promise<{ id: number | null; lines: number }> => json('GET', '/api/audit/check'),
  /** Newest first. */
  async consultations(): Promise<ConsultationView[]> {
    return (await json<{ consultations: ConsultationView[] }>('GET', '/api/consultations')).consultations;
  },
  create: (patientLabel: string | null): Promise<ConsultationView> =>
    json('POST', '/api/consultations', { patientLabel }),
  consultation: (id: string): Promise<ConsultationView> => json('GET', consultationPath(id)),
  /** The same, but gives up sooner. */
  probe: (id: string): Promise<ConsultationView> =>
    json('GET', consultationPath(id), undefined, probePatience),
  freshPairing: (id: string): Promise<ConsultationView> => json('POST', consultationPath(id, '/pairing')),
  admit: (id: string): Promise<ConsultationView> => json('POST', consultationPath(id, '/admit')),
  end: (id: string): Promise<ConsultationView> => json('POST', consultationPath(id, '/end')),
  /** @param answers the buttons under it */
  sendMessage: (id: string, text: string, answers: string[]): Promise<ConsultationView> =>
    json('POST', consultationPath(id, '/messages'), { text, answers }),
  /** What the patient takes home; empty: nothing. */
  advise: (id: string, text: string): Promise<ConsultationView> =>
    json('PUT', consultationPath(id, '/advice'), { text }),
  async timeline(id: string): Promise<ConsultationEvent[]> {
    return (await json<{ events: ConsultationEvent[] }>('GET', consultationPath(id, '/timeline'))).events;
  },
};
