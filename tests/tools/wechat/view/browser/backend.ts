/** glass-easel's own DOM backend, with elements named as WeChat names them: `<view>` is drawn as `<wx-view>`. */
import { CurrentWindowBackendContext, type domlikeBackend, Event, type EventMutLevel } from 'glass-easel';
import { builtInTags } from '../components.ts';

const listened = new Set(['tap', 'touchstart', 'touchend']);

class Backend extends CurrentWindowBackendContext {
  constructor() {
    super();
    const { document } = this;
    this.document = {
      createElement: (tag) => document.createElement(builtInTags.includes(tag) ? `wx-${tag}` : tag),
      createTextNode: (text) => document.createTextNode(text),
      createDocumentFragment: () => document.createDocumentFragment(),
    };
  }

  /** Leaves a mark on what a finger can use, for who measures the page. */
  override setListenerStats(
    element: domlikeBackend.Element,
    type: string,
    capture: boolean,
    level: EventMutLevel,
  ): void {
    super.setListenerStats(element, type, capture, level);
    if (element && listened.has(type)) element.setAttribute('data-touched', 'true');
  }
}

/** The one of this document. */
export const backend = new Backend();

backend.onEvent((target, type, detail, options) => {
  const event = new Event(type, detail, options);
  Event.dispatchEvent(target, event);
  return event.getEventBubbleStatus();
});
