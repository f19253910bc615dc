/** HLS over HTTP: `/<path>/index.m3u8` and what it names. */
import type { EngineContext } from '../context.ts';
import { bearerToken, clientAddress, jsonError } from '../http.ts';
import { messageOf } from '../log.ts';
import { isPathName } from '../paths/name.ts';
import { HlsMuxer } from './muxer.ts';

const fileName = /^[A-Za-z0-9_-]+\.(m3u8|m4s|mp4|ts)$/;

export class HlsServer {
  private readonly muxers = new Map<string, HlsMuxer>();
  private server: Bun.Server<undefined> | null = null;

  constructor(private readonly context: EngineContext) {}

  /** @throws Error when the port is busy */
  start(): void {
    const { host, port } = this.context.configuration.hls;
    this.server = Bun.serve({
      hostname: host,
      port,
      idleTimeout: 60,
      fetch: (request, server) => this.route(request, clientAddress(request, server)),
      error: (error) => jsonError(500, messageOf(error)),
    });
  }

  async stop(): Promise<void> {
    for (const muxer of [...this.muxers.values()]) muxer.close('the engine ends');
    await this.server?.stop(true);
  }

  private async route(request: Request, remote: { ip: string; port: number }): Promise<Response> {
    const match = /^\/(.+)\/([^/]+)$/.exec(new URL(request.url).pathname);
    const [, path = '', name = ''] = match ?? [];
    if (request.method !== 'GET' || !isPathName(path) || !fileName.test(name))
      return jsonError(404, 'not found');
    const allowed = await this.context.authorisation.authorise({
      ...{ ip: remote.ip, token: bearerToken(request), action: 'read', path, protocol: 'hls' },
      userAgent: request.headers.get('user-agent') ?? '',
    });
    if (!allowed) return jsonError(401, 'authentication error');
    const stream = this.context.paths.find(path)?.stream;
    if (stream?.kind !== 'flv' || !stream.ready) {
      return jsonError(404, `no one is publishing to path '${path}'`);
    }
    const muxer = this.muxers.get(path) ?? this.open(path, `${remote.ip}:${remote.port}`);
    return (await muxer.file(name)) ?? jsonError(404, 'no such file');
  }

  private open(path: string, remote: string): HlsMuxer {
    const muxer = new HlsMuxer(this.context, path, remote, () => this.muxers.delete(path));
    this.muxers.set(path, muxer);
    return muxer;
  }
}
