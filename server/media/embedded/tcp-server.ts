/** A TCP listener that hands each connection on, and never more of them than can be meant. */
import { createServer, type Server, type Socket } from 'node:net';
import { isLoopback, plainAddress } from './authorisation.ts';
import type { ListenAddress } from './configuration.ts';
import type { Limits } from './limits.ts';

/** What a listener needs. */
export interface TcpServerOptions {
  address: ListenAddress;
  limits: Pick<Limits, 'connectionsOfLoopback' | 'connectionsOfAddress'>;
  accept: (socket: Socket) => void;
}

/** Counts connections until their sockets are really closed, not until somebody asked for it. */
export class TcpServer {
  private readonly counts = new Map<string, number>();
  private readonly server: Server;

  constructor(private readonly options: TcpServerOptions) {
    this.server = createServer((socket) => this.accept(socket));
  }

  /** @throws Error when the port is busy */
  start(): Promise<void> {
    const { host, port } = this.options.address;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host, port }, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  /** Takes no new connections; those that are open stay. */
  stop(): void {
    this.server.close();
  }

  private accept(socket: Socket): void {
    const ip = plainAddress(socket.remoteAddress);
    const count = this.counts.get(ip) ?? 0;
    const { connectionsOfLoopback, connectionsOfAddress } = this.options.limits;
    if (count >= (isLoopback(ip) ? connectionsOfLoopback : connectionsOfAddress)) {
      socket.on('error', () => socket.destroy());
      socket.destroy();
      return;
    }
    this.counts.set(ip, count + 1);
    socket.once('close', () => {
      const left = (this.counts.get(ip) ?? 1) - 1;
      if (left > 0) this.counts.set(ip, left);
      else this.counts.delete(ip);
    });
    this.options.accept(socket);
  }
}
