/** A listener whose certificate can be replaced while connections go on. */
import type { AnyElysia } from 'elysia';
import type { Credentials } from '../tls/authority.ts';

export interface ListenerOptions {
  port: number;
  hostname: string;
  /** A fresh app for each start: Bun's `reload` ignores a new certificate, so a rotation listens anew. */
  app: () => AnyElysia;
}

/** Seconds; LL-HLS waits for its next part, and a slow start of the media server for its answer. */
const idleTimeout = 60;

export class Listener {
  #app: AnyElysia | null = null;

  constructor(private readonly options: ListenerOptions) {}

  /** @throws Error when the port is busy */
  start(credentials?: Credentials): void {
    const { port, hostname, app } = this.options;
    this.#app = app().listen({
      port,
      hostname,
      idleTimeout,
      // A second program on the same port would silently take every other connection.
      reusePort: false,
      maxRequestBodySize: 1024 * 1024,
      ...(credentials === undefined ? {} : { tls: credentials }),
    });
  }

  /** Listens with new credentials. Connections made before go on with the old ones until they end. */
  rotate(credentials: Credentials): void {
    void this.#app?.stop(false);
    this.start(credentials);
  }

  async stop(): Promise<void> {
    await this.#app?.stop(true);
    this.#app = null;
  }
}
