/** One page, drawn by glass-easel: WeChat's own component framework, with the page's WXML. Runs on Bun and in a browser. */
import {
  Element,
  type GeneralBackendContext,
  type GeneralBackendElement,
  type GeneralComponent,
  globalOptions,
  type template,
} from 'glass-easel';
import { MiniProgramEnv } from 'glass-easel-miniprogram-adapter';
import { defineBuiltIns, type Surroundings } from './components.ts';
import type { EventElement, PageListener, PageOpening, ViewEvent } from './protocol.ts';
import type { CompiledTemplates } from './templates.ts';

// A mistake in a page is a test's failure, not a line on the console.
globalOptions.throwGlobalError = true;

/** What glass-easel gives to a listener. */
interface ShownEvent {
  type: string;
  timeStamp: number;
  detail: unknown;
  target: EventElement;
  currentTarget: EventElement;
}

const elementOf = ({ id, dataset }: EventElement): EventElement => ({ id, dataset });

/** JSON, as WeChat sends it to the logic layer. */
function sent({ type, timeStamp, detail, target, currentTarget }: ShownEvent): ViewEvent {
  const event = {
    type,
    timeStamp,
    detail,
    target: elementOf(target),
    currentTarget: elementOf(currentTarget),
  };
  return JSON.parse(JSON.stringify(event)) as ViewEvent;
}

export class PageView {
  readonly #root;
  readonly component: GeneralComponent;

  constructor(
    templates: CompiledTemplates,
    { route, data, methods }: PageOpening,
    listener: PageListener,
    backend: GeneralBackendContext,
    look: Surroundings['look'] = () => undefined,
  ) {
    const env = new MiniProgramEnv();
    const space = env.createCodeSpace('', true);
    defineBuiltIns(space.getComponentSpace(), { native: listener.native, look });
    const groupList = new Function(`return ${templates}`)() as template.ComponentTemplate['groupList'];
    const content = groupList?.[route];
    if (groupList === undefined || content === undefined) throw new Error(`${route}.wxml is not there`);
    space.addCompiledTemplate(route, { groupList, content });
    space.componentEnv(route, ({ Page }) =>
      Page({
        data,
        ...Object.fromEntries(
          methods.map((name) => [name, (event: ShownEvent) => listener.called(name, sent(event))]),
        ),
      }),
    );
    this.#root = env.associateBackend(backend).createRoot('wx-page', space, route);
    this.component = this.#root.getComponent();
  }

  /** Begins its life, on a backend without a document. */
  attach(): void {
    Element.pretendAttached(this.component);
  }

  /** Begins its life in place of a node. */
  replace(parent: GeneralBackendElement, placeholder: GeneralBackendElement): void {
    this.#root.attach(parent, placeholder);
  }

  set(change: Record<string, unknown>): void {
    this.component.setData(change);
  }

  close(): void {
    this.#root.release();
  }
}
