/** Why the box does not answer, from what a phone can find out by itself. */

/** What was seen when a request to the box failed. */
export interface ReachFacts {
  /**
   * How it failed: `refused` by the other side, `timeout`, `prohibited` by the phone, `foreign` to WeChat because the
   * address is in another subnet, or anything else.
   */
  failure: 'refused' | 'timeout' | 'prohibited' | 'foreign' | 'other';
  /** As WeChat names it. */
  network: 'wifi' | 'none' | 'cellular' | 'unknown';
  platform: 'ios' | 'android' | 'other';
  /** The phone's own IPv4 address; a hint only (wrong on some Android). */
  ownAddress: string | null;
  netmask: string | null;
  /** `http://IP:PORT` of the box. */
  base: string;
  /** This phone has reached a box at this address within the last day. */
  knownGood: boolean;
}

/** In the order in which they are asked. */
export type ReachFault = 'no_wifi' | 'other_network' | 'isolated' | 'ios_local_network' | 'box_off';

/** All of them, in that order. */
export const reachFaults: readonly ReachFault[] = [
  'no_wifi',
  'other_network',
  'isolated',
  'ios_local_network',
  'box_off',
];

function bytesOf(address: string): number[] | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  return match === null ? null : match.slice(1).map(Number);
}

/** Whether two addresses are in one subnet; null when that cannot be said. @param netmask null: as in 255.255.255.0 */
export function sameSubnet(one: string | null, other: string | null, netmask: string | null): boolean | null {
  const a = one === null ? null : bytesOf(one);
  const b = other === null ? null : bytesOf(other);
  if (a === null || b === null) return null;
  const mask = (netmask === null ? null : bytesOf(netmask)) ?? [255, 255, 255, 0];
  return mask.every((bits, at) => ((a[at] ?? 0) & bits) === ((b[at] ?? 0) & bits));
}

/** The address in `http://IP:PORT`; null for a name. */
export function addressOf(base: string): string | null {
  return /^https?:\/\/(\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?$/.exec(base)?.[1] ?? null;
}

/** The one sentence that is most likely true. */
export function diagnose(facts: ReachFacts): ReachFault {
  if (facts.network === 'none' || facts.network === 'cellular') return 'no_wifi';
  if (sameSubnet(facts.ownAddress, addressOf(facts.base), facts.netmask) === false) return 'other_network';
  if (facts.failure === 'foreign' && addressOf(facts.base) !== null) return 'other_network';
  // Something at that address said no: the way is free and the box's program is down.
  if (facts.failure === 'refused') return 'box_off';
  // iOS fails at once and speaks of being offline while the Wi-Fi is there.
  if (facts.platform === 'ios' && facts.failure === 'prohibited') return 'ios_local_network';
  // A code is fresh: its box was on minutes ago. Only a box that was reached before may have been switched off since.
  return facts.knownGood ? 'box_off' : 'isolated';
}
