/**
 * Who may still be on a path. Authorisation is asked once, when a connection begins; afterwards the consultation
 * may end or another phone may take over, and a connection that was allowed a moment before may only now become
 * visible at the media server (MediaMTX analyses an RTMP publisher for two seconds). So every look at the paths is
 * held against what is allowed now.
 */
import type { MediaPath, MediaPeer } from '../media/contract.ts';
import { parsePathName } from './paths.ts';
import type { ConsultationRecord } from './store.ts';

/** What was allowed to a phone's connection. */
interface PhonePeer {
  /** The consultation's `phoneGeneration` then. */
  generation: number;
  /** Rises with each allowance: of two readers the later one stays. */
  order: number;
  allowedAt: number;
  seen: boolean;
}

/** A connection that has not become visible by then never will, ms. */
const forgetAfter = 60_000;

/** Remembers the phones' connections and names those that have to go. */
export class StreamPeers {
  readonly #phones = new Map<string, PhonePeer>();
  #order = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /**
   * A phone's connection was allowed.
   * @param peerId the media server's id of it, as in the authorisation question
   * @param generation the consultation's `phoneGeneration`
   */
  allowed(peerId: string, generation: number): void {
    this.#order += 1;
    this.#phones.set(peerId, { generation, order: this.#order, allowedAt: this.now(), seen: false });
  }

  /**
   * Publishers and readers that may not be there (any more): of a consultation that has ended, of a phone that was
   * replaced or is not admitted, and every reader but the phone's latest.
   * @param find a consultation by its id
   */
  unwanted(paths: MediaPath[], find: (id: string) => ConsultationRecord | undefined): MediaPeer[] {
    const unwanted: MediaPeer[] = [];
    const present = new Set<string>();
    for (const path of paths) {
      const peers = path.source === null ? path.readers : [path.source, ...path.readers];
      for (const { id } of peers) present.add(id);
      const consultationId = parsePathName(path.name)?.consultationId;
      const record = consultationId === undefined ? undefined : find(consultationId);
      if (record === undefined || record.state === 'ended') {
        unwanted.push(...peers);
        continue;
      }
      const latest = Math.max(0, ...path.readers.map((reader) => this.#phones.get(reader.id)?.order ?? 0));
      unwanted.push(
        ...peers.filter((peer) => {
          const phone = this.#phones.get(peer.id);
          if (phone === undefined) return false;
          if (record.state !== 'live' || phone.generation !== record.phoneGeneration) return true;
          return path.readers.includes(peer) && phone.order < latest;
        }),
      );
    }
    this.#forget(present);
    return unwanted;
  }

  #forget(present: Set<string>): void {
    for (const [id, phone] of this.#phones) {
      if (present.has(id)) phone.seen = true;
      else if (phone.seen || this.now() - phone.allowedAt > forgetAfter) this.#phones.delete(id);
    }
  }
}
