/** Which of the machine's addresses belong to the clinic's LAN, and which one the QR code carries. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** One IPv4 address of one interface. */
export interface InterfaceAddress {
  interface: string;
  address: string;
  /** e.g. 24 */
  prefixLength: number;
  /** e.g. `52:54:00:12:34:56` */
  mac: string;
  /** The default route leaves through this interface. */
  defaultRoute: boolean;
}

/** An address, and whether it is the LAN's. */
export interface ClassifiedAddress extends InterfaceAddress {
  eligible: boolean;
  /** Why it is or is not eligible, in English words. */
  reason: string;
}

/** What the supervisor knows of the LAN. */
export interface NetworkView {
  /** The address that the QR code carries; null when there is none. */
  chosen: { address: string; interface: string } | null;
  /** The setting `network.address`. */
  wanted: string;
  /** Why this one, or why none, in words. */
  reason: string;
  /** Every address seen, eligible or not. */
  addresses: ClassifiedAddress[];
}

/** Reads the addresses; handed in so that tests have their own network. */
export type NetworkReader = () => InterfaceAddress[];

/** Names of interfaces that other software makes: containers, virtual machines, VPNs. */
const virtualInterfaces: [RegExp, string][] = [
  [/^(docker|br-|veth.*docker|podman|cni|flannel|cali|lxc|lxdbr)/, 'made by a container runtime'],
  [/^(virbr|vmnet|vboxnet)/, 'made by a virtual machine host'],
  [/^(tun|tap|wg|tailscale|zt|ppp|utun|ipsec)/, 'a VPN'],
];

/** The interfaces that a default route leaves through, from /proc/net/route (destination 00000000). */
function defaultRouteInterfaces(): Set<string> {
  try {
    const rows = readFileSync('/proc/net/route', 'utf8').split('\n').slice(1);
    return new Set(
      rows
        .map((row) => row.split('\t'))
        .filter((row) => row[1] === '00000000')
        .map((row) => row[0] ?? ''),
    );
  } catch {
    // Not Linux, or /proc is hidden: the choice then goes by the interface's order alone.
    return new Set();
  }
}

/** The real reader. */
export const readNetwork: NetworkReader = () => {
  const viaDefault = defaultRouteInterfaces();
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter((each) => each.family === 'IPv4')
      .map((each) => ({
        interface: name,
        address: each.address,
        prefixLength: Number(each.cidr?.split('/')[1] ?? 32),
        mac: each.mac,
        defaultRoute: viaDefault.has(name),
      })),
  );
};

function classify(each: InterfaceAddress): ClassifiedAddress {
  const no = (reason: string): ClassifiedAddress => ({ ...each, eligible: false, reason });
  if (each.address.startsWith('127.')) return no('loopback');
  if (each.address.startsWith('169.254.')) return no('link-local: no DHCP server answered');
  const virtual = virtualInterfaces.find(([pattern]) => pattern.test(each.interface));
  if (virtual) return no(virtual[1]);
  return { ...each, eligible: true, reason: each.defaultRoute ? 'LAN, with the default route' : 'LAN' };
}

function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address);
}

/**
 * @param wanted the setting `network.address`: `auto` or an IPv4 address
 * @param previous the address chosen before: kept while it is eligible, so that a second cable changes nothing
 */
export function chooseAddress(
  found: InterfaceAddress[],
  wanted: string,
  previous: string | null,
): NetworkView {
  const addresses = found.map(classify);
  const chosen = (each: ClassifiedAddress, reason: string): NetworkView => ({
    chosen: { address: each.address, interface: each.interface },
    wanted,
    reason,
    addresses,
  });
  if (wanted !== 'auto') {
    const fixed = addresses.find((each) => each.address === wanted);
    if (fixed) return chosen(fixed, `fixed by the setting network.address`);
    return {
      chosen: null,
      wanted,
      reason: `network.address is ${wanted}, which is not an address of this machine (it has ${found.map((each) => each.address).join(', ') || 'none'})`,
      addresses,
    };
  }
  const eligible = addresses.filter((each) => each.eligible);
  const [only] = eligible;
  if (!only) {
    return {
      chosen: null,
      wanted,
      reason: 'no LAN address: is the network cable plugged in, and does the router give addresses?',
      addresses,
    };
  }
  if (eligible.length === 1) return chosen(only, 'the only LAN address');
  const kept = eligible.find((each) => each.address === previous);
  if (kept) return chosen(kept, 'kept: it was chosen before and is still there');
  const viaDefault = eligible.find((each) => each.defaultRoute);
  if (viaDefault) return chosen(viaDefault, 'its interface has the default route');
  const inPrivate = eligible.find((each) => isPrivate(each.address));
  if (inPrivate) return chosen(inPrivate, 'the first one in a private range');
  return chosen(only, 'the first one found');
}

/** Addresses for the media server's ICE candidates: all eligible ones, the chosen first. */
export function eligibleAddresses(view: NetworkView): string[] {
  const eligible = view.addresses.filter((each) => each.eligible).map((each) => each.address);
  const first = view.chosen?.address;
  return first === undefined ? eligible : [first, ...eligible.filter((each) => each !== first)];
}
