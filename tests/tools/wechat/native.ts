/** Native components as a page shows them, and what runs them. */
export type NativeTag = 'live-pusher' | 'live-player';

/** A native component on a page. */
export interface NativeElement {
  readonly tag: NativeTag;
  /** Empty when it has none. */
  readonly id: string;
  /** By their names in WXML (`min-cache`, `enable-mic`), as evaluated; an attribute without a value is true. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Calls what `bind…` names: `emit('statechange', { code, message })`. */
  emit(event: string, detail: Record<string, unknown>): void;
}

/** Told by the view what is on the screen. */
export interface NativeHost {
  attached(element: NativeElement): void;
  changed(element: NativeElement): void;
  detached(element: NativeElement): void;
}
