/** Free ports, so that several boxes run side by side. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Below the range from which the kernel takes the ports of outgoing connections: those come at any moment. */
const [lowest, highest] = [18_000, 32_000];

/** Who was given one may bind it later: nobody else in this process gets it. */
const given = new Set<number>();

function freeTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function freeUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: '0.0.0.0', exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/** @returns `count` ports, free for TCP and UDP, that this process was not given before */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (given.has(port)) continue;
    given.add(port);
    if ((await freeTcp(port)) && (await freeUdp(port))) ports.push(port);
  }
  return ports;
}
