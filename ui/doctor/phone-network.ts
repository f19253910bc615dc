/** The phone's network in one line: the worse of its two directions is what the doctor feels. */
import type { NetworkLevel, PhoneNetwork, PhoneNetworkSide } from '../../server/consultations/view.ts';
import type { Tone } from './status.ts';

const tones: Record<NetworkLevel, Tone> = { good: 'good', fair: 'busy', poor: 'bad' };
const order: NetworkLevel[] = ['good', 'fair', 'poor'];

/** What the status panel shows. */
export interface NetworkLine {
  level: NetworkLevel;
  tone: Tone;
  push: PhoneNetworkSide | null;
  play: PhoneNetworkSide | null;
}

/** null while the phone reports nothing. */
export function networkLine({ push, play }: PhoneNetwork): NetworkLine | null {
  const worst = Math.max(...[push, play].map((side) => (side === null ? -1 : order.indexOf(side.level))));
  const level = order[worst];
  return level === undefined ? null : { level, tone: tones[level], push, play };
}
