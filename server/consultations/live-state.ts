/** What is true of a consultation right now and is not kept: its streams and the patient's phone. */
import type { PhoneReport } from './phone-protocol.ts';
import type { ConsultationView, DeviceState, PhoneNetwork, StreamView } from './view.ts';

/** How the phone says that it is used. */
export type PhoneUse = Extract<PhoneReport, { type: 'device' }>['state'];

/** One consultation, as it is seen at this moment. */
export interface LiveState {
  doctor: StreamView;
  patient: StreamView;
  /** What the phone said last. */
  phone: PhoneUse;
  /** Open events sockets of the phone. */
  phoneSockets: number;
  phoneNetwork: PhoneNetwork;
  left: ConsultationView['left'];
}

const silent: StreamView = { publishing: false, watched: false, codecs: [], problem: null };
const unknown: LiveState = {
  doctor: silent,
  patient: silent,
  phone: 'foreground',
  phoneSockets: 0,
  phoneNetwork: { push: null, play: null },
  left: null,
};

/** All of them; lost with the process, seen anew within a second. */
export class LiveStates {
  readonly #states = new Map<string, LiveState>();

  get(id: string): LiveState {
    return this.#states.get(id) ?? unknown;
  }

  /** @returns whether anything changed */
  update(id: string, change: Partial<LiveState>): boolean {
    const before = this.get(id);
    const after = withoutStale({ ...before, ...change });
    if (Bun.deepEquals(before, after)) return false;
    this.#states.set(id, after);
    return true;
  }

  forget(id: string): void {
    this.#states.delete(id);
  }
}

/** A stream that is gone has no rate. */
function withoutStale(live: LiveState): LiveState {
  const { push, play } = live.phoneNetwork;
  const phoneNetwork = {
    push: live.patient.publishing ? push : null,
    play: live.doctor.watched ? play : null,
  };
  return { ...live, phoneNetwork };
}

/**
 * The phone's state, from what is seen of it.
 * @param joined a phone redeemed the code
 * @param seen it was connected before: then silence means `lost`, not `connecting`
 */
export function deviceState(live: LiveState, joined: boolean, seen: boolean): DeviceState {
  if (!joined) return 'none';
  if (live.phone !== 'foreground') return live.phone;
  if (live.patient.publishing || live.doctor.watched) return 'connected';
  if (live.phoneSockets > 0) return 'connecting';
  return seen ? 'lost' : 'connecting';
}
