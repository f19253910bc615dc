/**
 * How a guest's TCP port behaves, seen through QEMU's user network. There a connection alone says nothing: QEMU accepts
 * it before it asks the guest. What follows tells the guest's answer.
 */
import { once } from 'node:events';
import { createConnection } from 'node:net';

/** What a port did. */
export interface Exchange {
  /** What came back. */
  received: Buffer;
  /** The other side ended the connection. */
  ended: boolean;
}

/**
 * - `refused`: ended before anything was sent: the guest answered the connection with a reset, for nobody listens.
 * - `silent`: neither ended nor anything received: the guest's firewall dropped it, or a server waits for words.
 * - `talks`: something was received.
 */
export type Behaviour = 'refused' | 'silent' | 'talks';

/**
 * Connects to a forwarded port, says something, and listens until the other side ends, answers, or the patience is over.
 * @param words null: nothing is said
 * @param patience ms
 */
export async function exchange(port: number, words: Uint8Array | null, patience: number): Promise<Exchange> {
  const socket = createConnection({ host: '127.0.0.1', port });
  const received: Buffer[] = [];
  let ended = false;
  const finished = Promise.withResolvers<void>();
  socket.on('data', (bytes: Buffer) => {
    received.push(bytes);
    finished.resolve();
  });
  // A reset is an end too.
  for (const event of ['end', 'close', 'error']) {
    socket.on(event, () => {
      ended = true;
      finished.resolve();
    });
  }
  const timer = setTimeout(() => finished.resolve(), patience);
  if (words !== null) socket.write(words);
  await finished.promise;
  clearTimeout(timer);
  const result = { received: Buffer.concat(received), ended };
  if (!socket.closed) {
    socket.destroy();
    await once(socket, 'close');
  }
  return result;
}

/** What a port does of itself. @param patience ms */
export async function behaviour(port: number, patience: number): Promise<Behaviour> {
  const { received, ended } = await exchange(port, null, patience);
  if (received.length > 0) return 'talks';
  return ended ? 'refused' : 'silent';
}

/** The first words of an RTMP client, C0 and C1; a server answers with its own, which begin with the version 3. */
export function rtmpHello(): Uint8Array {
  const words = new Uint8Array(1537);
  words[0] = 3;
  return words;
}

/** No STUN message in the frame of RFC 4571: ICE over TCP hangs up. */
export const iceNonsense = new Uint8Array([0, 4, 0xff, 0xff, 0xff, 0xff]);
