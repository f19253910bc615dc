/** What is true of a consultation right now and is not kept: its streams and the patient's phone. */
import type { DeviceState, StreamView } from './view.ts';

/** One consultation, as it is seen at this moment. */
export interface LiveState {
  doctor: StreamView;
  patient: StreamView;
  /** The phone says that its mini-program is hidden. */
  background: boolean;
  /** Open events sockets of the phone. */
  phoneSockets: number;
}

const silent: StreamView = { publishing: false, watched: false, codecs: [], problem: null };

/** All of them; lost with the process, seen anew within a second. */
export class LiveStates {
  readonly #states = new Map<string, LiveState>();

  get(id: string): LiveState {
    return this.#states.get(id) ?? { doctor: silent, patient: silent, background: false, phoneSockets: 0 };
  }

  /** @returns whether anything changed */
  update(id: string, change: Partial<LiveState>): boolean {
    const before = this.get(id);
    const after = { ...before, ...change };
    if (Bun.deepEquals(before, after)) return false;
    this.#states.set(id, after);
    return true;
  }

  forget(id: string): void {
    this.#states.delete(id);
  }
}

/**
 * The phone's state, from what is seen of it.
 * @param joined a phone redeemed the code
 * @param seen it was connected before: then silence means `lost`, not `connecting`
 */
export function deviceState(live: LiveState, joined: boolean, seen: boolean): DeviceState {
  if (!joined) return 'none';
  if (live.background) return 'background';
  if (live.patient.publishing || live.doctor.watched) return 'connected';
  if (live.phoneSockets > 0) return 'connecting';
  return seen ? 'lost' : 'connecting';
}
