/**
 * WHIP, WHEP and HLS on the page's own origin. Upstream addresses are built from what was recognised, never from
 * the path that was asked for; the page's session becomes a stream key here, and no key reaches the browser.
 */
import { Elysia } from 'elysia';
import type { StreamAction, StreamKeys } from '../access/stream-keys.ts';
import { doctorGeneration } from '../consultations/authorisation.ts';
import { grantFor, type PathKind, pathName } from '../consultations/paths.ts';
import type { ConsultationService } from '../consultations/service.ts';
import { messageOf, Refusal, type RefusalCode } from '../errors.ts';
import type { Settings } from '../settings/schema.ts';
import type { DoctorPages } from './doctor-pages.ts';
import { type GuardDependencies, guard, signedIn } from './guard.ts';
import { guarded, nothing, playlistOrSegment, sdp } from './models.ts';

/** What the media proxy needs. */
export interface MediaProxyDependencies {
  settings: Settings['media'];
  keys: StreamKeys;
  consultations: ConsultationService;
  pages: DoctorPages;
}

type Signalling = 'whip' | 'whep';

/** The page's addresses → the media server's paths. */
const signalled: Record<Signalling, { side: string; kind: PathKind; action: StreamAction }> = {
  whip: { side: 'doctor', kind: 'doctor', action: 'publish' },
  whep: { side: 'patient', kind: 'patient_opus', action: 'read' },
};
const hlsSides: Record<string, PathKind | undefined> = { patient: 'patient', doctor: 'doctor_aac' };

/** Both engines name sessions by a UUID; anything else MediaMTX calls a bad request. */
const sessionPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const hlsFilePattern = /^[A-Za-z0-9_.-]{1,128}$/;
const hlsCookies = ['cookieCheck', 'hlsSession'];
/** The playlist's blocking reload of LL-HLS waits up to 3 target durations. */
const hlsTimeout = 15_000;
const signallingTimeout = 10_000;
/** FFmpeg needs about a second from the publisher to its first packet, ms. */
const transcoderPatience = 4000;
const retryInterval = 100;

/** Passes the page’s WHIP, WHEP and HLS on to the media server, with the doctor’s key. */
export class MediaProxy {
  constructor(private readonly dependencies: MediaProxyDependencies) {}

  /** A new WHIP or WHEP session. @throws Refusal */
  async offer(protocol: Signalling, id: string, sdp: unknown): Promise<Response> {
    this.dependencies.consultations.getRunning(id);
    if (typeof sdp !== 'string' || !sdp.startsWith('v=0')) {
      throw new Refusal('bad_offer', 'the body must be an SDP offer (application/sdp)');
    }
    const { side } = signalled[protocol];
    const { upstream, answer } = await this.#offerUntilReady(protocol, id, sdp);
    if (upstream.status !== 201) throw refusalOf(upstream.status, answer);
    const session = (upstream.headers.get('location') ?? '').split('/').at(-1) ?? '';
    return new Response(answer, {
      status: 201,
      headers: {
        'Content-Type': 'application/sdp',
        Location: `/api/consultations/${id}/${side}/${protocol}/${session}`,
        ETag: upstream.headers.get('etag') ?? '*',
        'Cache-Control': 'no-store',
      },
    });
  }

  /**
   * The patient's stream is there before FFmpeg has made it playable: the page's offer waits here for that moment
   * instead of being refused and coming back after a pause.
   */
  async #offerUntilReady(protocol: Signalling, id: string, sdp: string) {
    const until = Date.now() + transcoderPatience;
    for (;;) {
      const upstream = await this.#signal('POST', protocol, id, '', sdp, 'application/sdp');
      const answer = await upstream.text();
      const coming = protocol === 'whep' && this.dependencies.consultations.liveState(id).patient.publishing;
      if (upstream.status !== 404 || !coming || Date.now() > until) return { upstream, answer };
      await Bun.sleep(retryInterval);
    }
  }

  /** Trickle (PATCH) or end (DELETE) of a session. @throws Refusal */
  async session(
    method: 'PATCH' | 'DELETE',
    protocol: Signalling,
    id: string,
    session: string,
    body?: unknown,
  ): Promise<Response> {
    this.dependencies.consultations.get(id);
    if (!sessionPattern.test(session)) throw new Refusal('not_found', 'no such media session');
    const type = method === 'PATCH' ? 'application/trickle-ice-sdpfrag' : null;
    const text = typeof body === 'string' ? body : '';
    const upstream = await this.#signal(method, protocol, id, `/${session}`, text, type);
    const answer = await upstream.text();
    if (upstream.status === 404) throw new Refusal('not_found', 'no such media session');
    if (!upstream.ok) throw refusalOf(upstream.status, answer);
    return new Response(null, { status: 204 });
  }

  /** A playlist or segment. @throws Refusal */
  async hls(id: string, side: string, file: string, request: Request): Promise<Response> {
    this.dependencies.consultations.getRunning(id);
    const kind = hlsSides[side];
    if (kind === undefined || !hlsFilePattern.test(file)) throw new Refusal('not_found', 'no such file');
    const prefix = `/${pathName(id, kind)}/`;
    const own = `/api/consultations/${id}/${side}/hls/`;
    const query = new URL(request.url).search;
    const cookies = (request.headers.get('cookie') ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => hlsCookies.includes(pair.split('=')[0] ?? ''));
    const upstream = await this.#reach(
      `http://127.0.0.1:${this.dependencies.settings.hlsPort}${prefix}${file}${query}`,
      {
        headers: {
          Authorization: `Bearer ${this.#key(id, kind, 'read')}`,
          ...(cookies.length === 0 ? {} : { Cookie: cookies.join('; ') }),
        },
        redirect: 'manual',
        signal: AbortSignal.any([request.signal, AbortSignal.timeout(hlsTimeout)]),
      },
    );
    if (upstream.status >= 400) throw refusalOf(upstream.status, await upstream.text());
    return new Response(upstream.body, {
      status: upstream.status,
      headers: hlsHeaders(upstream, prefix, own),
    });
  }

  #key(id: string, kind: PathKind, action: StreamAction): string {
    const grant = grantFor('doctor', id, kind, action);
    if (grant === null) throw new Refusal('not_found', 'no such stream');
    return this.dependencies.keys.derive(grant, doctorGeneration);
  }

  #signal(
    method: string,
    protocol: Signalling,
    id: string,
    rest: string,
    body: string,
    type: string | null,
  ): Promise<Response> {
    const { kind, action } = signalled[protocol];
    const url = `http://127.0.0.1:${this.dependencies.settings.webrtcPort}/${pathName(id, kind)}/${protocol}${rest}`;
    return this.#reach(url, {
      method,
      headers: {
        Authorization: `Bearer ${this.#key(id, kind, action)}`,
        ...(type === null ? {} : { 'Content-Type': type }),
      },
      ...(method === 'DELETE' ? {} : { body }),
      signal: AbortSignal.timeout(signallingTimeout),
    });
  }

  async #reach(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (error) {
      throw new Refusal(
        'media_unavailable',
        `the media server does not answer (${messageOf(error)}): try again`,
      );
    }
  }
}

function refusalOf(status: number, answer: string): Refusal {
  if (status === 404) return new Refusal('not_publishing', 'nobody is publishing there yet: try again');
  if (status === 400 || status === 406 || status === 415)
    return new Refusal('bad_offer', answer.slice(0, 200));
  return new Refusal('media_unavailable', `the media server answered ${status}: try again`);
}

function hlsHeaders(upstream: Response, prefix: string, own: string): Headers {
  const headers = new Headers({
    'Content-Type': upstream.headers.get('content-type') ?? 'application/octet-stream',
    'Cache-Control': 'no-store',
  });
  const location = upstream.headers.get('location');
  if (location !== null) headers.set('Location', location.replace(prefix, own));
  // MediaMTX sets each twice, once for frames of other sites; the page is of this one.
  const cookies = new Map(
    upstream.headers.getSetCookie().map((line) => {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      return [name, value] as const;
    }),
  );
  for (const [name, value] of cookies) {
    headers.append('Set-Cookie', `${name}=${value}; Path=${own}; Secure; HttpOnly; SameSite=Strict`);
  }
  return headers;
}

/** The bodies are read as text whatever they call themselves; this is what they should. */
const takes = (type: string) => ({ requestBody: { required: true, content: { [type]: { schema: sdp } } } });
const takesSdp = takes('application/sdp');
const takesCandidates = takes('application/trickle-ice-sdpfrag');

const offered = (...codes: RefusalCode[]) => ({
  201: sdp,
  ...guarded('bad_offer', 'not_found', 'consultation_ended', 'media_unavailable', 'too_large', ...codes),
});
const trickled = { 204: nothing, ...guarded('bad_offer', 'not_found', 'media_unavailable', 'too_large') };
const deleted = { 204: nothing, ...guarded('not_found', 'media_unavailable') };

/** `/api/consultations/:id/{doctor,patient}/{whip,whep,hls}`. */
export function mediaProxyController(dependencies: MediaProxyDependencies, guarding: GuardDependencies) {
  const proxy = new MediaProxy(dependencies);
  const { pages } = dependencies;
  return new Elysia({ prefix: '/api/consultations/:id', tags: ['media'] })
    .use(guard(guarding))
    .post(
      '/doctor/whip',
      async ({ params, body, caller }) => {
        const answer = await proxy.offer('whip', params.id, body);
        pages.publishes(params.id, signedIn(caller).session.tokenHash);
        return answer;
      },
      {
        response: offered(),
        detail: { summary: 'WHIP: publish the doctor’s stream (RFC 9725)', ...takesSdp },
      },
    )
    .patch(
      '/doctor/whip/:session',
      ({ params, body }) => proxy.session('PATCH', 'whip', params.id, params.session, body),
      { response: trickled, detail: { summary: 'WHIP: further ICE candidates', ...takesCandidates } },
    )
    .delete(
      '/doctor/whip/:session',
      ({ params }) => proxy.session('DELETE', 'whip', params.id, params.session),
      { response: deleted, detail: { summary: 'WHIP: end the session' } },
    )
    .post('/patient/whep', ({ params, body }) => proxy.offer('whep', params.id, body), {
      response: offered('not_publishing'),
      detail: { summary: 'WHEP: play the patient’s stream', ...takesSdp },
    })
    .patch(
      '/patient/whep/:session',
      ({ params, body }) => proxy.session('PATCH', 'whep', params.id, params.session, body),
      { response: trickled, detail: { summary: 'WHEP: further ICE candidates', ...takesCandidates } },
    )
    .delete(
      '/patient/whep/:session',
      ({ params }) => proxy.session('DELETE', 'whep', params.id, params.session),
      { response: deleted, detail: { summary: 'WHEP: end the session' } },
    )
    .get(
      '/:side/hls/:file',
      ({ params, request }) => proxy.hls(params.id, params.side, params.file, request),
      {
        response: {
          200: playlistOrSegment,
          302: nothing,
          ...guarded('not_found', 'not_publishing', 'consultation_ended', 'media_unavailable'),
        },
        detail: { summary: 'HLS of the patient’s stream, or of the doctor’s with AAC' },
      },
    );
}
