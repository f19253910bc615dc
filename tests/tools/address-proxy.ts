/** Brings each connection to the box from another address of 127.0.0.0/8: many phones, each with limits of its own. */
import { connect, createServer, type Server } from 'node:net';

/** Listens on a port of 127.0.0.1. */
export class AddressProxy {
  #count = 0;
  readonly #server: Server;

  /** @param to a port of 127.0.0.1 */
  constructor(to: number) {
    this.#server = createServer((client) => {
      const upstream = connect({ port: to, host: '127.0.0.1', localAddress: this.#next() });
      for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
      client.pipe(upstream).pipe(client);
      client.once('close', () => upstream.destroy());
      upstream.once('close', () => client.destroy());
    });
  }

  /** @returns the port on which it listens */
  start(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.once('error', reject);
    this.#server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = this.#server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('no port'));
    });
    return promise;
  }

  stop(): void {
    this.#server.close();
  }

  #next(): string {
    this.#count += 1;
    return `127.1.${(this.#count >> 8) & 255}.${this.#count & 255}`;
  }
}
