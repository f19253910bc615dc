/** HLS over HTTP: `/<path>/index.m3u8` and what it names. */
import { mkdirSync, rmSync } from 'node:fs';
import type { EngineContext } from '../context.ts';
import { bearerToken, clientAddress, jsonError } from '../http.ts';
import { messageOf } from '../log.ts';
import { isPathName } from '../paths/name.ts';
import { HlsMuxer } from './muxer.ts';

const fileName = /^[A-Za-z0-9_-]+\.(m3u8|m4s|mp4|ts)$/;

/** One muxer per watched path, made at the first request. */
export class HlsServer {
  private readonly muxers = new Map<string, HlsMuxer>();
  private server: Bun.Server<undefined> | null = null;

  constructor(private readonly context: EngineContext) {}

  /** @throws Error when the port is busy, or the directory cannot be made */
  start(): void {
    // A patient's picture may be left of an engine that was killed.
    rmSync(this.context.hlsDirectory, { recursive: true, force: true });
    mkdirSync(this.context.hlsDirectory, { recursive: true, mode: 0o700 });
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
    if (muxer === null) return jsonError(500, 'FFmpeg cannot be started');
    return (await muxer.file(name)) ?? jsonError(404, 'no such file');
  }

  private open(path: string, remote: string): HlsMuxer | null {
    try {
      const muxer = new HlsMuxer(this.context, path, remote, () => this.muxers.delete(path));
      this.muxers.set(path, muxer);
      return muxer;
    } catch (error) {
      this.context.log('ERR', `[HLS] [muxer ${path}] ${messageOf(error)}`);
      return null;
    }
  }
}
