/** A mini-program whose pages are drawn by glass-easel on Bun: tests tap what a patient sees. */
import { Miniapp } from '../logic/miniapp.ts';
import type { NativeHost } from '../native.ts';
import { type BunPage, BunView } from './bun-view.ts';
import { compileTemplates } from './templates.ts';

export class RenderedMiniapp extends Miniapp<BunPage> {
  /**
   * @param dir the built package
   * @param wx what it may call; navigation and the title are answered here
   * @param host runs live-pusher and live-player
   * @throws Error when its WXML has a fault
   */
  constructor(dir: string, wx: Record<string, unknown>, host: NativeHost) {
    super(dir, wx, host, new BunView(compileTemplates(dir)));
  }

  /** Everything that is readable on the page that is shown, one line for each text element. */
  text(): string {
    return this.shown.text();
  }

  /** Taps what has exactly this text, else what contains it. @throws Error with `text()` when the page has nothing there */
  tap(label: string): void {
    this.#touch('tap', label);
  }

  /** Puts a finger down and leaves it there. @throws as `tap` */
  press(label: string): void {
    this.#touch('touchstart', label);
  }

  /** @throws as `tap` */
  release(label: string): void {
    this.#touch('touchend', label);
  }

  #touch(event: 'tap' | 'touchstart' | 'touchend', label: string): void {
    if (this.shown.touch(event, label)) return;
    throw new Error(`nothing on ${this.route} takes a ${event} on “${label}”; it shows:\n${this.text()}`);
  }
}
