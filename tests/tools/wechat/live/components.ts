/** The live-pusher and the live-player of the page that is shown. */
import type { NativeElement, NativeHost } from '../native.ts';
import { type Callbacks, fail } from '../wx/callbacks.ts';
import type { Handset } from '../wx/handset.ts';
import { LivePlayer } from './live-player.ts';
import { LivePusher } from './live-pusher.ts';

/** A context of a component that is not there: every call of it fails. */
function contextOfNothing(name: string): Record<string, (options?: Callbacks) => void> {
  const failing = (options?: Callbacks) => fail(name, options, 'not found');
  return new Proxy({}, { get: () => failing });
}

export class LiveComponents implements NativeHost {
  readonly #pushers = new Map<NativeElement, LivePusher>();
  readonly #players = new Map<NativeElement, LivePlayer>();

  /** @param prepare what the test wants of each new pusher, e.g. its tone */
  constructor(
    private readonly handset: Handset,
    private readonly prepare: (pusher: LivePusher) => void,
  ) {}

  attached(element: NativeElement): void {
    if (element.tag === 'live-player') this.#players.set(element, new LivePlayer(element, this.handset));
    else {
      const pusher = new LivePusher(element, this.handset);
      this.prepare(pusher);
      this.#pushers.set(element, pusher);
    }
  }

  changed(element: NativeElement): void {
    this.#pushers.get(element)?.changed();
  }

  detached(element: NativeElement): void {
    this.#pushers.get(element)?.destroy();
    this.#players.get(element)?.destroy();
    this.#pushers.delete(element);
    this.#players.delete(element);
  }

  /** The one of the page that is shown; a page has one. */
  get pusher(): LivePusher | null {
    return [...this.#pushers.values()].at(-1) ?? null;
  }

  get player(): LivePlayer | null {
    return [...this.#players.values()].at(-1) ?? null;
  }

  pusherContext(): object {
    return this.pusher?.context ?? contextOfNothing('operateLivePusher');
  }

  playerContext(id: string): object {
    const found = [...this.#players].find(([element]) => element.id === id);
    return found?.[1].context ?? contextOfNothing('operateLivePlayer');
  }

  /** @param call a call took camera and microphone, else WeChat left the screen */
  putAside(call: boolean): void {
    this.pusher?.putAside(call ? 5001 : undefined);
    this.player?.putAside();
  }

  destroy(): void {
    for (const component of [...this.#pushers.values(), ...this.#players.values()]) component.destroy();
  }
}
