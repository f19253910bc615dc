/** WHIP and WHEP (RFC 9725 and its draft for playing). */
import type { EngineContext } from '../context.ts';
import { bearerToken, clientAddress, jsonError } from '../http.ts';
import { messageOf } from '../log.ts';
import { isPathName } from '../paths/name.ts';
import { WebRtcSession } from './session.ts';

/** A large SDP has 15 KB. */
const bodyLimit = 64 * 1024;

/** The signalling of all WebRTC sessions. */
export class WebRtcServer {
  /** By the secret in their URL. */
  private readonly sessions = new Map<string, WebRtcSession>();
  private server: Bun.Server<undefined> | null = null;

  constructor(private readonly context: EngineContext) {}

  /** @throws Error when the port is busy */
  start(): void {
    const { host, port } = this.context.configuration.webrtc;
    this.server = Bun.serve({
      hostname: host,
      port,
      maxRequestBodySize: bodyLimit,
      fetch: (request, server) => this.route(request, clientAddress(request, server)),
      error: (error) => jsonError(500, messageOf(error)),
    });
  }

  async stop(): Promise<void> {
    await this.server?.stop(true);
  }

  /** The ICE candidates of every connection are wrong now. */
  dropAll(reason: string): void {
    for (const session of [...this.sessions.values()]) session.close(reason);
  }

  private async route(request: Request, remote: { ip: string; port: number }): Promise<Response> {
    const match = /^\/(.+)\/(whip|whep)(?:\/([^/]+))?$/.exec(new URL(request.url).pathname);
    const [, path = '', protocol, secret] = match ?? [];
    if (match === null || !isPathName(path)) return jsonError(404, 'not found');
    if (secret !== undefined) return this.session(request, secret);
    if (request.method === 'OPTIONS') return new Response(null, { status: 204 });
    if (request.method !== 'POST') return jsonError(405, 'method not allowed');
    const role = protocol === 'whip' ? 'publish' : 'read';
    const allowed = await this.context.authorisation.authorise({
      ...{ ip: remote.ip, token: bearerToken(request), action: role, path, protocol: 'webrtc' },
      userAgent: request.headers.get('user-agent') ?? '',
    });
    if (!allowed) return jsonError(401, 'authentication error');
    if (!(request.headers.get('content-type') ?? '').startsWith('application/sdp')) {
      return jsonError(400, 'the body must be application/sdp');
    }
    const stream = this.context.paths.find(path)?.stream;
    if (role === 'read' && !(stream?.kind === 'rtp' && stream.ready)) {
      return jsonError(404, `no one is publishing to path '${path}'`);
    }
    return await this.open(role, path, `${remote.ip}:${remote.port}`, await request.text());
  }

  private async open(
    role: 'publish' | 'read',
    path: string,
    remote: string,
    offer: string,
  ): Promise<Response> {
    try {
      const session = new WebRtcSession(this.context, role, path, remote, offer, (closed) =>
        this.sessions.delete(closed.secret),
      );
      this.sessions.set(session.secret, session);
      const answer = await session.answer();
      return new Response(answer, {
        status: 201,
        headers: {
          'Content-Type': 'application/sdp',
          ETag: '*',
          ID: session.id,
          Location: `/${path}/${role === 'publish' ? 'whip' : 'whep'}/${session.secret}`,
        },
      });
    } catch (error) {
      return jsonError(400, messageOf(error));
    }
  }

  private session(request: Request, secret: string): Response {
    const session = this.sessions.get(secret);
    if (session === undefined) return jsonError(404, 'session not found');
    if (request.method === 'DELETE') {
      session.close('ended by the client');
      return new Response(null, { status: 200 });
    }
    // The browser's packets tell where it is: its later candidates are not needed.
    if (request.method === 'PATCH') return new Response(null, { status: 204 });
    return jsonError(405, 'method not allowed');
  }
}
