/** What crosses between Bun and the browser that draws the pages. JSON. */
import type { NativeTag } from '../../native.ts';
import type { PageOpening, ViewEvent } from '../protocol.ts';
import type { CompiledTemplates } from '../templates.ts';

/** Pages are numbered by Bun. */
export type ToBrowser = { page: number } & (
  | { type: 'open'; opening: PageOpening; templates: CompiledTemplates; styles: string }
  | { type: 'set'; change: Record<string, unknown> }
  | { type: 'show'; shown: boolean }
  | { type: 'emit'; element: number; event: string; detail: Record<string, unknown> }
  | { type: 'close' }
);

/** A page's native components are numbered by the browser. */
export type Told =
  | { type: 'called'; method: string; event: ViewEvent }
  | { type: 'attached'; element: number; tag: NativeTag; id: string; attributes: Record<string, unknown> }
  | { type: 'changed'; element: number; attributes: Record<string, unknown> }
  | { type: 'detached'; element: number };

export type FromBrowser = { page: number } & Told;
