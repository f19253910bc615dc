/** Whether the ports that are needed are free, so that the message names the setting and not a stack. */
import { createServer } from 'node:net';

/** A TCP port and the setting that chooses it. */
export interface NeededPort {
  setting: string;
  port: number;
  host: string;
}

function isFree({ port, host }: NeededPort): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** How long a process that is just ending may still hold a port, ms. */
const patience = 5000;
const interval = 200;

/**
 * Waits until all are free: after a crash the kernel may take a moment to end the children.
 * @throws Error that names each busy port, its setting, and what to do
 */
export async function waitForFreePorts(ports: NeededPort[]): Promise<void> {
  const until = Date.now() + patience;
  for (;;) {
    const free = await Promise.all(ports.map(isFree));
    const busy = ports.filter((_, index) => !free[index]);
    if (busy.length === 0) return;
    if (Date.now() > until) {
      const list = busy.map(({ setting, port }) => `${port} (setting ${setting})`).join(', ');
      throw new Error(
        `another program uses TCP port ${list}: end it, or choose other ports (docs/settings.md)`,
      );
    }
    await Bun.sleep(interval);
  }
}
