/** Prometheus metrics, with MediaMTX's names. */
import type { EngineContext } from '../context.ts';
import { sessionKinds } from '../sessions.ts';

const names = {
  rtmpconns: 'rtmp_conns',
  webrtcsessions: 'webrtc_sessions',
  rtspsessions: 'rtsp_sessions',
  hlssessions: 'hls_sessions',
} as const;

/** `/metrics`, where an address for it is configured. */
export class MetricsServer {
  private server: Bun.Server<undefined> | null = null;

  constructor(private readonly context: EngineContext) {}

  /** @throws Error when the port is busy */
  start(): void {
    const address = this.context.configuration.metrics;
    if (address === null) return;
    this.server = Bun.serve({
      hostname: address.host,
      port: address.port,
      fetch: () => new Response(this.text(), { headers: { 'Content-Type': 'text/plain' } }),
    });
  }

  async stop(): Promise<void> {
    await this.server?.stop(true);
  }

  private text(): string {
    const { paths, sessions } = this.context;
    const lines = paths
      .list()
      .flatMap(({ name, ready, stream, readers }) => [
        `paths{name="${name}",state="${ready ? 'ready' : 'notReady'}"} 1`,
        `paths_bytes_received{name="${name}"} ${stream?.bytesReceived ?? 0}`,
        `paths_readers{name="${name}"} ${readers.size}`,
      ]);
    for (const kind of sessionKinds) lines.push(`${names[kind]} ${sessions.list(kind).length}`);
    return `${lines.join('\n')}\n`;
  }
}
