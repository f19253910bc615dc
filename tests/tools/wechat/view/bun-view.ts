/** Pages without a screen: drawn by glass-easel, but on nothing. Fast, and enough for everything that is not looks. */
import { EmptyBackendContext } from 'glass-easel';
import { PageView } from './page-view.ts';
import type { DrawnPage, PageListener, PageOpening, ViewLayer } from './protocol.ts';
import { disabled, elementsNamed, textOf } from './reading.ts';
import type { CompiledTemplates } from './templates.ts';

class BunPage implements DrawnPage {
  readonly #view: PageView;
  /** Methods that were called, counted, so that a finger knows whether it landed on something. */
  #calls = 0;

  constructor(templates: CompiledTemplates, page: PageOpening, listener: PageListener) {
    this.#view = new PageView(
      templates,
      page,
      {
        native: listener.native,
        called: (method, event) => {
          this.#calls += 1;
          listener.called(method, event);
        },
      },
      new EmptyBackendContext(),
    );
    this.#view.attach();
  }

  async set(change: Record<string, unknown>): Promise<void> {
    this.#view.set(change);
  }

  /** Nothing is drawn, so nothing is covered. */
  show(): void {
    // Pages below the one that is shown stay as they are.
  }

  close(): void {
    this.#view.close();
  }

  text(): string {
    return textOf(this.#view.component);
  }

  /** A finger's event on what is named so. @returns whether the page listens there */
  touch(event: 'tap' | 'touchstart' | 'touchend', label: string): boolean {
    for (const element of elementsNamed(this.#view.component, label)) {
      if (disabled(element)) continue;
      const before = this.#calls;
      const point = { identifier: 0, pageX: 0, pageY: 0, clientX: 0, clientY: 0 };
      element.triggerEvent(
        event,
        { x: 0, y: 0 },
        { bubbles: true, composed: true, capturePhase: true, extraFields: { touches: [point] } },
      );
      if (this.#calls > before) return true;
    }
    return false;
  }
}

export class BunView implements ViewLayer<BunPage> {
  constructor(private readonly templates: CompiledTemplates) {}

  open(page: PageOpening, listener: PageListener): BunPage {
    return new BunPage(this.templates, page, listener);
  }
}

export type { BunPage };
