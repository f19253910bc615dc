/** The processes of a box, from /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Every process whose ancestors include `pid`. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended while the list was read.
      parents.delete(Number(name));
    }
  }
  const found: number[] = [];
  const visit = (parent: number) => {
    for (const [child, of] of parents) {
      if (of !== parent) continue;
      found.push(child);
      visit(child);
    }
  };
  visit(pid);
  return found;
}

/** Whether a process exists and has not ended. */
export function isRunning(pid: number): boolean {
  try {
    // A zombie has ended: only its parent has not asked yet.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** A socket that waits for whoever comes. */
export interface OpenPort {
  protocol: 'tcp' | 'udp';
  /** `*` for every address of the machine, else the one it is bound to. */
  address: string;
  port: number;
}

/** Linux' numbers: a TCP socket that listens, a UDP socket that is bound to no peer. */
const waiting = { tcp: '0A', udp: '07' };

/** What the processes listen on, as the kernel sees it. */
export function openPorts(pids: number[]): OpenPort[] {
  const own = new Set(pids.flatMap(socketsOf));
  const found: OpenPort[] = [];
  for (const protocol of ['tcp', 'udp'] as const) {
    for (const family of ['', '6']) {
      for (const row of readFileSync(`/proc/net/${protocol}${family}`, 'utf8').trim().split('\n').slice(1)) {
        const fields = row.trim().split(/\s+/);
        const [, local = '', , state] = fields;
        if (state !== waiting[protocol] || !own.has(fields[9] ?? '')) continue;
        const [address = '', port = ''] = local.split(':');
        found.push({ protocol, address: readAddress(address), port: Number.parseInt(port, 16) });
      }
    }
  }
  return found;
}

/** The inodes of a process's sockets. */
function socketsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? [];
    } catch {
      // Closed while the list was read.
      return [];
    }
  });
}

/** The kernel's hexadecimal, in words of the machine's byte order. */
function readAddress(hex: string): string {
  if (/^0+$/.test(hex)) return '*';
  const bytes = Buffer.concat((hex.match(/.{8}/g) ?? []).map((word) => Buffer.from(word, 'hex').reverse()));
  // ::ffff:127.0.0.1 is 127.0.0.1.
  const isIpv4 = bytes.length === 4 || /^0{20}ffff/.test(bytes.toString('hex'));
  return isIpv4 ? bytes.subarray(-4).join('.') : bytes.toString('hex');
}
