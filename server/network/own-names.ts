/** Under which names and addresses this box is meant when somebody asks for it. */
import { isIPv4 } from 'node:net';
import type { NetworkReader, NetworkView } from './addresses.ts';

/** The box's name by mDNS. */
export const localName = 'consultbox.local';

/** What the names come from. */
export interface OwnNamesOptions {
  /** As the watcher saw it last: asked first, since it costs nothing. */
  network: () => NetworkView;
  /** Read anew for what is not there: a phone may use a new address before it counts as settled. */
  read: NetworkReader;
  /** Names that settings and certificates give it, e.g. `consult.example.org`. Asked each time. */
  further: () => readonly string[];
}

/** Whether a name is this box's. */
export class OwnNames {
  constructor(private readonly options: OwnNamesOptions) {}

  /** @param name a DNS name or an address, without a port; upper and lower case are the same */
  has(name: string): boolean {
    const { network, read, further } = this.options;
    const plain = name.toLowerCase().replace(/\.$/, '');
    if (['localhost', localName].includes(plain) || /^127\.\d+\.\d+\.\d+$/.test(plain)) return true;
    if (further().some((each) => each.toLowerCase() === plain)) return true;
    const isIt = ({ address }: { address: string }) => address === plain;
    return network().addresses.some(isIt) || (isIPv4(plain) && read().some(isIt));
  }
}
