/** Writes to a reader, and notices when it does not keep up. */
import type { Socket } from 'node:net';
import type { Limits } from './limits.ts';

/** The sending side of one TCP connection. */
export class UnreadGuard {
  /** Since when something is waiting in this process without a pause; null when nothing is. */
  private waitingSince: number | null = null;

  constructor(
    private readonly socket: Socket,
    private readonly limits: Pick<Limits, 'unread' | 'stalled'>,
  ) {}

  /** @returns why the connection should end, or null while its reader keeps up */
  write(data: Buffer): string | null {
    if (this.socket.writableLength === 0) this.waitingSince = null;
    this.socket.write(data);
    const waiting = this.socket.writableLength;
    if (waiting === 0) return null;
    this.waitingSince ??= Date.now();
    if (waiting > this.limits.unread) return 'reads too slowly';
    return Date.now() - this.waitingSince > this.limits.stalled ? 'reads nothing any more' : null;
  }
}
