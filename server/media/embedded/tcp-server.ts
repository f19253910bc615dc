/** A TCP listener that hands each connection on, and never more of them than can be meant. */
import { createServer, type Server, type Socket } from 'node:net';
import { plainAddress } from './authorisation.ts';
import type { ListenAddress } from './configuration.ts';

export interface TcpServerOptions {
  address: ListenAddress;
  /** Connections from one address at the same time; a clinic's NAT may hide several phones. */
  perAddress: number;
  /** @param onClose must be called once when the connection is done with */
  accept: (socket: Socket, onClose: () => void) => void;
}

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

  stop(): void {
    this.server.close();
  }

  private accept(socket: Socket): void {
    const ip = plainAddress(socket.remoteAddress);
    const count = this.counts.get(ip) ?? 0;
    if (count >= this.options.perAddress) {
      socket.destroy();
      return;
    }
    this.counts.set(ip, count + 1);
    this.options.accept(socket, () => {
      const left = (this.counts.get(ip) ?? 1) - 1;
      if (left > 0) this.counts.set(ip, left);
      else this.counts.delete(ip);
    });
  }
}
