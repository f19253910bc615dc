/** A wire that can be cut: between the page and the box, as a switch or a cable would be. */
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to the box that can be cut. */
export class TcpProxy {
  readonly #sockets = new Set<Socket>();
  #cut = false;

  readonly #server: Server;

  /**
   * @param to a port of 127.0.0.1
   * @param from this machine's address for the next connection to the box; else the system chooses
   */
  constructor(
    to: number,
    private readonly from: (() => string) | null = null,
  ) {
    this.#server = createServer((client) => this.#accept(client, to));
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

  /** Nothing comes through any more, in either direction, and nobody is told. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** What was made while it was cut is gone: nobody retransmits that long. */
  mend(): void {
    this.#cut = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  stop(): void {
    this.mend();
    this.#server.close();
  }

  #accept(client: Socket, to: number): void {
    this.#keep(client);
    if (this.#cut) {
      client.pause();
      return;
    }
    const source = this.from === null ? {} : { localAddress: this.from() };
    const upstream = connect({ port: to, host: '127.0.0.1', ...source });
    this.#keep(upstream);
    client.on('data', (data) => void upstream.write(data));
    upstream.on('data', (data) => void client.write(data));
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
