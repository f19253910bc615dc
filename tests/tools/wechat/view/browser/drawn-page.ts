/** One page in the document; those below the one that is shown are there, but not seen. */
import type { GeneralBackendElement } from 'glass-easel';
import type { NativeElement, NativeHost } from '../../native.ts';
import { PageView } from '../page-view.ts';
import { backend } from './backend.ts';
import { look } from './look.ts';
import type { ToBrowser, Told } from './messages.ts';

export class DrawnByBrowser implements NativeHost {
  readonly #view: PageView;
  readonly #element: HTMLElement;
  readonly #styles = document.createElement('style');
  readonly #natives = new Map<NativeElement, number>();
  #rootFontSize = '';
  #shown = false;
  #numbered = 0;

  constructor(
    { opening, templates, styles }: Extract<ToBrowser, { type: 'open' }>,
    private readonly tell: (message: Told) => void,
  ) {
    this.#styles.textContent = styles;
    const listener = {
      native: this,
      called: (method: string, event: Extract<Told, { type: 'called' }>['event']) =>
        this.tell({ type: 'called', method, event }),
    };
    this.#view = new PageView(templates, opening, listener, backend, (tag, component, attributes) => {
      if (tag === 'page-meta') this.#scale(String(attributes['root-font-size'] ?? ''));
      else look(tag, component.getBackendElement() as unknown as HTMLElement, attributes);
    });
    const placeholder = document.createElement('div');
    document.body.append(placeholder);
    this.#view.replace(
      document.body as unknown as GeneralBackendElement,
      placeholder as unknown as GeneralBackendElement,
    );
    this.#element = this.#view.component.getBackendElement() as unknown as HTMLElement;
    this.#element.hidden = true;
  }

  set(change: Record<string, unknown>): void {
    this.#view.set(change);
  }

  show(shown: boolean): void {
    this.#shown = shown;
    this.#element.hidden = !shown;
    if (shown) {
      document.head.append(this.#styles);
      document.documentElement.style.fontSize = this.#rootFontSize;
      window.scrollTo(0, 0);
    } else this.#styles.remove();
  }

  close(): void {
    this.#view.close();
    this.#element.remove();
    this.#styles.remove();
  }

  emit(element: number, event: string, detail: Record<string, unknown>): void {
    for (const [native, number] of this.#natives) if (number === element) native.emit(event, detail);
  }

  attached(native: NativeElement): void {
    this.#numbered += 1;
    this.#natives.set(native, this.#numbered);
    const { tag, id, attributes } = native;
    this.tell({ type: 'attached', element: this.#numbered, tag, id, attributes });
  }

  changed(native: NativeElement): void {
    const element = this.#natives.get(native);
    if (element !== undefined) this.tell({ type: 'changed', element, attributes: native.attributes });
  }

  detached(native: NativeElement): void {
    const element = this.#natives.get(native);
    this.#natives.delete(native);
    if (element !== undefined) this.tell({ type: 'detached', element });
  }

  #scale(rootFontSize: string): void {
    this.#rootFontSize = rootFontSize;
    if (this.#shown) document.documentElement.style.fontSize = rootFontSize;
  }
}
