/** Under which names and addresses this box is meant when somebody asks for it. */
import type { NetworkReader } from './addresses.ts';

/** The box's name by mDNS. */
export const localName = 'consultbox.local';

/** What the names come from. */
export interface OwnNamesOptions {
  read: NetworkReader;
  /** Names that settings and certificates give it, e.g. `consult.example.org`. Asked each time. */
  further: () => readonly string[];
}

/** Whether a name is this box's. */
export class OwnNames {
  constructor(private readonly options: OwnNamesOptions) {}

  /** @param name a DNS name or an address, without a port; upper and lower case are the same */
  has(name: string): boolean {
    const { read, further } = this.options;
    const plain = name.toLowerCase().replace(/\.$/, '');
    if (['localhost', localName].includes(plain) || /^127\.\d+\.\d+\.\d+$/.test(plain)) return true;
    if (further().some((each) => each.toLowerCase() === plain)) return true;
    // Read anew, not from the watcher: a phone may use a new address before it counts as settled.
    return read().some(({ address }) => address === plain);
  }
}
