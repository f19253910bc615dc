import type {
  ConsultationEvent,
  ConsultationView,
  DoctorView,
  ErrorBody,
} from '../../server/consultations/view.ts';

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

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

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

async function json<T>(method: Method, path: string, body?: object, timeout?: number): Promise<T> {
  return (await (await request(method, path, body, timeout)).json()) as T;
}

const consultationPath = (id: string, rest = ''): string =>
  `/api/consultations/${encodeURIComponent(id)}${rest}`;

/** The clinic's API. Every function throws an {@link ApiError}. */
export const api = {
  /** Whether this browser is signed in. */
  async signedIn(): Promise<boolean> {
    try {
      await request('GET', '/api/access');
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return false;
      throw error;
    }
  },
  async signIn(code: string): Promise<void> {
    await request('POST', '/api/access', { code });
  },
  async signOut(): Promise<void> {
    await request('DELETE', '/api/access');
  },
  /** Newest first. */
  async consultations(): Promise<ConsultationView[]> {
    return (await json<{ consultations: ConsultationView[] }>('GET', '/api/consultations')).consultations;
  },
  /** @param doctor who the patient is told to see */
  create: (patientLabel: string | null, doctor: DoctorView | null): Promise<ConsultationView> =>
    json('POST', '/api/consultations', { patientLabel, doctor }),
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
