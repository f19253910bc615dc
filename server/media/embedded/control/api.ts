/** The part of MediaMTX's Control API v3 that the supervisor uses, with its shapes. */
import { additionalHosts, ConfigurationError } from '../configuration.ts';
import type { EngineContext } from '../context.ts';
import { jsonError } from '../http.ts';
import { messageOf } from '../log.ts';
import type { MediaPath } from '../paths/registry.ts';
import { type Session, type SessionKind, sessionKinds } from '../sessions.ts';

/** What changes over the API reach. */
export interface ControlHooks {
  /** The ICE candidates changed. */
  hostsChanged: () => void;
}

function list<T>(items: T[]): Response {
  return Response.json({ itemCount: items.length, pageCount: 1, items });
}

function pathView(path: MediaPath) {
  const { name, ready, source, stream, readers, bytesSent } = path;
  return {
    name,
    confName: 'all_others',
    ready,
    readyTime: stream?.readyTime?.toISOString() ?? null,
    available: ready,
    availableTime: stream?.readyTime?.toISOString() ?? null,
    online: ready,
    onlineTime: stream?.readyTime?.toISOString() ?? null,
    source: source === null ? null : { type: source.type, id: source.id },
    tracks: stream?.codecs ?? [],
    readers: [...readers.values()].map(({ type, id }) => ({ type, id })),
    inboundBytes: stream?.bytesReceived ?? 0,
    outboundBytes: bytesSent,
    bytesReceived: stream?.bytesReceived ?? 0,
    bytesSent,
  };
}

function sessionView({ id, created, remoteAddr, state, path, bytesReceived, bytesSent }: Session) {
  return { id, created: created.toISOString(), remoteAddr, state, path, bytesReceived, bytesSent };
}

function isSessionKind(kind: string | undefined): kind is SessionKind {
  return sessionKinds.some((each) => each === kind);
}

/** The Control API's HTTP server. */
export class ControlServer {
  private server: Bun.Server<undefined> | null = null;

  constructor(
    private readonly context: EngineContext,
    private readonly hooks: ControlHooks,
  ) {}

  /** On loopback, so nothing more is asked of a client. @throws Error when the port is busy */
  start(): void {
    const { host, port } = this.context.configuration.api;
    this.server = Bun.serve({
      hostname: host,
      port,
      maxRequestBodySize: 64 * 1024,
      fetch: (request) => this.route(request),
      error: (error) => jsonError(500, messageOf(error)),
    });
  }

  async stop(): Promise<void> {
    await this.server?.stop(true);
  }

  private async route(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const { configuration, paths, sessions } = this.context;
    const what = `${request.method} ${pathname}`;
    if (what === 'GET /v3/info') return Response.json({ version: 'embedded', started: null });
    if (what === 'GET /v3/paths/list') return list(paths.list().map(pathView));
    if (what === 'GET /v3/config/global/get') {
      return Response.json({ webrtcAdditionalHosts: configuration.additionalHosts });
    }
    if (what === 'PATCH /v3/config/global/patch') return await this.patch(request);
    const one = /^\/v3\/paths\/get\/(.+)$/.exec(pathname)?.[1];
    if (one !== undefined && request.method === 'GET') {
      const path = paths.find(decodeURIComponent(one));
      return path ? Response.json(pathView(path)) : jsonError(404, 'path not found');
    }
    const [, kind, verb, id] = /^\/v3\/(\w+)\/(list|kick)(?:\/([\w-]+))?$/.exec(pathname) ?? [];
    if (!isSessionKind(kind)) return jsonError(404, 'not found');
    if (verb === 'list' && request.method === 'GET') return list(sessions.list(kind).map(sessionView));
    if (verb !== 'kick' || request.method !== 'POST') return jsonError(405, 'method not allowed');
    const session = sessions.find(kind, id ?? '');
    if (session === undefined) return jsonError(404, 'session not found');
    session.close('terminated by the API');
    return Response.json({ status: 'ok' });
  }

  private async patch(request: Request): Promise<Response> {
    const { configuration, log } = this.context;
    try {
      const body: unknown = await request.json();
      if (typeof body !== 'object' || body === null) throw new ConfigurationError('expected keys and values');
      for (const key of Object.keys(body)) {
        if (key !== 'webrtcAdditionalHosts') throw new ConfigurationError(`${key} cannot be changed here`);
      }
      const hosts = additionalHosts('webrtcAdditionalHosts' in body ? body.webrtcAdditionalHosts : []);
      if (!Bun.deepEquals(hosts, configuration.additionalHosts)) {
        configuration.additionalHosts = hosts;
        log('INF', `[WebRTC] additional hosts: ${hosts.join(', ')}`);
        this.hooks.hostsChanged();
      }
      return Response.json({ status: 'ok' });
    } catch (error) {
      return jsonError(400, messageOf(error));
    }
  }
}
