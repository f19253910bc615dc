/** A listener whose certificate can be replaced while connections go on. */
import type { AnyElysia } from 'elysia';
import { messageOf } from '../errors.ts';
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
  #secure = false;

  constructor(private readonly options: ListenerOptions) {}

  /** @throws Error when the port is busy */
  start(credentials?: Credentials): void {
    const { port, hostname, app } = this.options;
    this.#secure = credentials !== undefined;
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

  /**
   * Asks as a client does, by a new connection: a listener that can accept none any more is found out too.
   * @param patience ms
   * @throws Error when nothing is answered; what is answered does not matter
   */
  async answer(patience: number): Promise<void> {
    const { port } = this.options;
    const scheme = this.#secure ? 'https' : 'http';
    try {
      const response = await fetch(`${scheme}://127.0.0.1:${port}/livez`, {
        keepalive: false,
        signal: AbortSignal.timeout(patience),
        tls: { rejectUnauthorized: false },
      });
      await response.body?.cancel();
    } catch (error) {
      throw new Error(`the listener on port ${port} does not answer: ${messageOf(error)}`);
    }
  }

  async stop(): Promise<void> {
    await this.#app?.stop(true);
    this.#app = null;
  }
}
