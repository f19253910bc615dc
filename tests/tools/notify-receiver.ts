/** Stands where systemd stands: a real Unix datagram socket that keeps what a service tells it. */
import { dlopen, FFIType, ptr } from 'bun:ffi';
import { unixAddress } from '../../server/host/datagram.ts';

const { symbols: libc } = dlopen('libc.so.6', {
  socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  bind: { args: [FFIType.i32, FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
  recv: { args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32], returns: FFIType.i64 },
  close: { args: [FFIType.i32], returns: FFIType.i32 },
});
const dontWait = 0x40;

/** systemd’s end of the notify socket. */
export class NotifyReceiver {
  readonly #descriptor: number;
  readonly #messages: string[] = [];

  /** @param path as in NOTIFY_SOCKET */
  constructor(readonly path: string) {
    this.#descriptor = libc.socket(1, 2, 0);
    const address = unixAddress(path);
    if (libc.bind(this.#descriptor, ptr(address), address.length) !== 0) {
      throw new Error(`nothing can be received at ${path}`);
    }
  }

  /** Every message so far. */
  messages(): string[] {
    const buffer = Buffer.alloc(4096);
    for (;;) {
      const length = Number(libc.recv(this.#descriptor, ptr(buffer), buffer.length, dontWait));
      if (length < 0) return [...this.#messages];
      this.#messages.push(buffer.toString('utf8', 0, length));
    }
  }

  /** Every line of every message so far. */
  lines(): string[] {
    return this.messages().flatMap((message) => message.split('\n'));
  }

  count(line: string): number {
    return this.lines().filter((each) => each === line).length;
  }

  close(): void {
    libc.close(this.#descriptor);
  }
}
