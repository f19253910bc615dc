/** Whether the ports that are needed are free, so that the message names the setting and not a stack. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** A port that is needed, and the setting that chooses it. */
export interface NeededPort {
  setting: string;
  protocol: 'TCP' | 'UDP';
  port: number;
  /** The address that it will be bound to, IPv4. */
  host: string;
}

/** Binds as the real listener will: only the kernel knows whether it can. */
function isFree({ protocol, port, host }: NeededPort): Promise<boolean> {
  return new Promise((resolve) => {
    if (protocol === 'UDP') {
      const socket = createSocket('udp4');
      socket.once('error', () => {
        socket.close();
        resolve(false);
      });
      socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(true)));
      return;
    }
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** How long a process that is just ending may still hold a port, ms. */
const defaultPatience = 5000;
const interval = 200;

/**
 * Waits until all are free: after a crash the kernel may take a moment to end the children.
 * @param patience how long to wait, ms
 * @throws Error that names each busy port, its setting, and what to do
 */
export async function waitForFreePorts(ports: NeededPort[], patience = defaultPatience): Promise<void> {
  const until = Date.now() + patience;
  for (;;) {
    const free = await Promise.all(ports.map(isFree));
    const busy = ports.filter((_, index) => !free[index]);
    if (busy.length === 0) return;
    if (Date.now() > until) {
      const list = busy.map(({ protocol, setting, port }) => `${protocol} port ${port} (setting ${setting})`);
      throw new Error(
        `another program uses ${list.join(', ')}: end it, or choose other ports (docs/settings.md)`,
      );
    }
    await Bun.sleep(interval);
  }
}
