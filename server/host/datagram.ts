/**
 * Sends to a Unix datagram socket, which neither Node's nor Bun's API can: libc itself is called. Starting
 * `systemd-notify` for each message instead would cost a process every few seconds, and systemd would have to
 * take messages from every process of the service (NotifyAccess=all).
 */
import { dlopen, FFIType, ptr, read } from 'bun:ffi';

const unixFamily = 1;
const datagram = 2;
const closeOnExec = 0o2000000;
/** Never waits: a receiver that hangs must not stop our event loop. */
const dontWait = 0x40;
const noSignal = 0x4000;
const longestPath = 107;

/** libc is opened at the first use: on a machine without systemd never. */
let libc: ReturnType<typeof openLibc> | undefined;

function openLibc() {
  return dlopen('libc.so.6', {
    socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
    sendto: {
      args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32, FFIType.ptr, FFIType.u32],
      returns: FFIType.i64,
    },
    close: { args: [FFIType.i32], returns: FFIType.i32 },
    __errno_location: { args: [], returns: FFIType.ptr },
  }).symbols;
}

/**
 * `struct sockaddr_un`.
 * @param path absolute, or beginning with `@` for a name in the abstract namespace
 * @throws Error when it is neither, or too long
 */
export function unixAddress(path: string): Uint8Array {
  const name = Buffer.from(path);
  if (!/^[/@]./.test(path) || name.length > longestPath) {
    throw new Error(`not the name of a Unix socket: ${path}`);
  }
  // An abstract name begins with a zero and its length counts; a path ends with one.
  const abstract = path.startsWith('@');
  if (abstract) name[0] = 0;
  const address = Buffer.alloc(2 + name.length + (abstract ? 0 : 1));
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) address.writeUInt16LE(unixFamily);
  else address.writeUInt16BE(unixFamily);
  name.copy(address, 2);
  return address;
}

/** @throws Error with the number that libc gave, when nobody receives there */
export function sendDatagram(path: string, message: string): void {
  const address = unixAddress(path);
  libc ??= openLibc();
  const { socket, sendto, close, __errno_location } = libc;
  const errno = () => {
    const location = __errno_location();
    return location === null ? 'unknown' : String(read.i32(location, 0));
  };
  const descriptor = socket(unixFamily, datagram | closeOnExec, 0);
  if (descriptor < 0) throw new Error(`no Unix socket can be made (errno ${errno()})`);
  try {
    const bytes = Buffer.from(message);
    const sent = sendto(
      descriptor,
      ptr(bytes),
      bytes.length,
      dontWait | noSignal,
      ptr(address),
      address.length,
    );
    if (Number(sent) !== bytes.length) throw new Error(`${path} takes no message (errno ${errno()})`);
  } finally {
    close(descriptor);
  }
}
