/** What crosses between the logic layer, which always runs on Bun, and the view, which is drawn anywhere. All of it is JSON. */
import type { NativeHost } from '../native.ts';

/** An element as an event tells it. */
export interface EventElement {
  id: string;
  dataset: Record<string, unknown>;
}

/** An event as a page's method receives it. */
export interface ViewEvent {
  type: string;
  timeStamp: number;
  detail: unknown;
  target: EventElement;
  currentTarget: EventElement;
}

/** A page that is to be drawn. */
export interface PageOpening {
  /** As in app.json. */
  route: string;
  data: Record<string, unknown>;
  /** The names that `bind…` can call. */
  methods: string[];
}

/** Told by the view what happens on a page. */
export interface PageListener {
  called(method: string, event: ViewEvent): void;
  native: NativeHost;
}

/** One page as it is drawn. */
export interface DrawnPage {
  /** Kept when it is on the screen. */
  set(change: Record<string, unknown>): Promise<void>;
  /** Whether it is the page that the patient looks at. */
  show(shown: boolean): void;
  close(): void;
}

/** Where pages are drawn. */
export interface ViewLayer<Drawn extends DrawnPage = DrawnPage> {
  open(page: PageOpening, listener: PageListener): Drawn;
}
