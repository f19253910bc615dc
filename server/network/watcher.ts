/**
 * Watches the LAN addresses. A change counts only after it has lasted `settle`: the same address back within
 * seconds (a cable moved, a DHCP renewal) changes nothing, because a patch of the media server's hosts drops
 * every WebRTC session.
 */
import { chooseAddress, eligibleAddresses, type NetworkReader, type NetworkView } from './addresses.ts';

/** What is watched, and how patiently. */
export interface NetworkWatcherOptions {
  read: NetworkReader;
  /** The setting `network.address`. */
  wanted: string;
  /** How long a change must last, ms. */
  settle: number;
  /** How often the addresses are read, ms. */
  interval?: number;
}

/** Knows the LAN at any moment, and tells when it has really changed. */
export class NetworkWatcher {
  #view: NetworkView;
  #changedSince: number | null = null;
  #candidate = '';
  #timer: Timer | null = null;
  readonly #listeners = new Set<(view: NetworkView) => void>();

  constructor(private readonly options: NetworkWatcherOptions) {
    this.#view = chooseAddress(options.read(), options.wanted, null);
  }

  /** The LAN as it was taken to be last. */
  get view(): NetworkView {
    return this.#view;
  }

  /** Called after each real change. */
  onChange(listener: (view: NetworkView) => void): void {
    this.#listeners.add(listener);
  }

  /** Begins to watch; before, `view` is what was read first. */
  start(): void {
    this.#timer ??= setInterval(() => this.check(Date.now()), this.options.interval ?? 500);
  }

  /** Ends it; `view` stays. */
  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** @param now ms; handed in for tests */
  check(now: number): void {
    const next = chooseAddress(this.options.read(), this.options.wanted, this.#view.chosen?.address ?? null);
    const key = keyOf(next);
    if (key === keyOf(this.#view)) {
      this.#changedSince = null;
      return;
    }
    if (this.#changedSince === null || key !== this.#candidate) {
      this.#changedSince = now;
      this.#candidate = key;
    }
    // A first address has nothing to be lost by it: it counts at once.
    if (this.#view.chosen !== null && now - this.#changedSince < this.options.settle) return;
    this.#changedSince = null;
    this.#view = next;
    for (const listener of this.#listeners) listener(next);
  }
}

function keyOf(view: NetworkView): string {
  return JSON.stringify([view.chosen, eligibleAddresses(view).sort()]);
}
