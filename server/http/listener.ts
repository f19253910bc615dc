/** A listener whose certificate can be replaced while connections go on. */
import { createSecureContext } from 'node:tls';
import type { AnyElysia } from 'elysia';
import { messageOf } from '../errors.ts';
import type { Credentials } from '../tls/authority.ts';

/** Where a listener listens, and what answers there. */
export interface ListenerOptions {
  port: number;
  hostname: string;
  /** A fresh app for each start: Bun's `reload` ignores a new certificate, so a rotation listens anew. */
  app: () => AnyElysia;
}

/** Seconds; LL-HLS waits for its next part, and a slow start of the media server for its answer. */
const idleTimeout = 60;

/** How long a rotation tries to take its port back before it says that it could not, ms. */
const rotationPatience = 5000;
const rotationInterval = 100;

/** One port of the box. It can be started, given another certificate, and stopped. */
export class Listener {
  #app: AnyElysia | null = null;
  /** Apps of former certificates that still have requests or WebSockets. */
  readonly #draining = new Set<AnyElysia>();
  #stopped = false;
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
      // Bun's own refusal has no body; `limitedBodies` refuses in the one shape and never reads more than it takes.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      ...(credentials === undefined ? {} : { tls: credentials }),
    });
  }

  /**
   * Listens with new credentials. Requests and WebSockets that are under way go on with the old ones until they
   * end; idle connections close, and their browsers open others. One rotation at a time.
   * @throws Error when the credentials cannot be used: the old ones stay. Or when the port cannot be had any more.
   */
  async rotate(credentials: Credentials): Promise<void> {
    // What TLS will not take must show itself before the old listener closes.
    createSecureContext(credentials);
    const old = this.#app;
    this.#app = null;
    if (old !== null) this.#drain(old);
    const until = Date.now() + rotationPatience;
    while (!this.#stopped) {
      try {
        this.start(credentials);
        return;
      } catch (error) {
        // For a moment nobody listened: another program may have come between, and may go again.
        if (Date.now() > until) throw new Error(`port ${this.options.port}: ${messageOf(error)}`);
      }
      await Bun.sleep(rotationInterval);
    }
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

  /** Ends every connection, those of former certificates too, for good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const apps = [...this.#draining, ...(this.#app === null ? [] : [this.#app])];
    this.#app = null;
    this.#draining.clear();
    await Promise.all(apps.map((app) => app.stop(true)));
  }

  /** Accepts nothing new from this moment on. */
  #drain(app: AnyElysia): void {
    this.#draining.add(app);
    const drained = () => {
      this.#draining.delete(app);
    };
    void app.stop(false).then(drained, drained);
  }
}
