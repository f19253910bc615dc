/**
 * A built mini-program as WeChat runs it: its JavaScript in the logic layer, its pages in a view that is handed in,
 * navigation and the life of the app and its pages between the two.
 */
import type { NativeHost } from '../native.ts';
import type { DrawnPage, ViewLayer } from '../view/protocol.ts';
import { BuiltPackage, type Changes, type Definition } from './built-package.ts';
import { PageLogic } from './page-logic.ts';

interface OpenPage<Drawn> {
  logic: PageLogic;
  drawn: Drawn;
}

/** The options of a `wx.…` that is answered later. */
interface Answered {
  url?: string;
  title?: string;
  delta?: number;
  success?: (result: object) => void;
  fail?: (error: { errMsg: string }) => void;
  complete?: (result: object) => void;
}

/** Opening by the icon of the mini-program, as WeChat numbers it. */
const ordinaryScene = 1001;

/** WeChat keeps no more pages above each other. */
const deepest = 10;

/** Takes every call and answers none: a mini-program that was destroyed reaches nothing any more. */
const nothing: object = new Proxy(() => undefined, {
  get: (_, name) => (name === 'then' || typeof name === 'symbol' ? undefined : nothing),
  apply: () => nothing,
});

function readPath(path: string): { route: string; query: Record<string, string> } {
  const [route = '', search = ''] = path.replace(/^\//, '').split('?');
  return { route, query: Object.fromEntries(new URLSearchParams(search)) };
}

export class Miniapp<Drawn extends DrawnPage> {
  readonly #package: BuiltPackage;
  readonly #stack: OpenPage<Drawn>[] = [];
  #app: Definition | null = null;
  #title = '';
  #destroyed = false;
  /** WeChat goes to pages one after the other, never within the call that asks for it. */
  #navigation: Promise<void> = Promise.resolve();

  /**
   * @param dir the built package
   * @param wx what it may call; navigation and the title are answered here
   * @param host runs live-pusher and live-player
   * @param view where its pages are drawn
   */
  constructor(
    dir: string,
    wx: Record<string, unknown>,
    private readonly host: NativeHost,
    private readonly view: ViewLayer<Drawn>,
    changes: Changes = {},
  ) {
    const own: Record<string, unknown> = {
      reLaunch: (options: Answered) =>
        this.#go('reLaunch', options, () => {
          for (const page of this.#stack.splice(0).reverse()) this.#unload(page);
          this.#load(options.url ?? '');
        }),
      redirectTo: (options: Answered) =>
        this.#go('redirectTo', options, () => {
          const page = this.#stack.pop();
          if (page !== undefined) this.#unload(page);
          this.#load(options.url ?? '');
        }),
      navigateTo: (options: Answered) =>
        this.#go('navigateTo', options, () => {
          if (this.#stack.length >= deepest) throw new Error('webview count limit exceed');
          const below = this.#stack.at(-1);
          below?.logic.call('onHide');
          below?.drawn.show(false);
          this.#load(options.url ?? '');
        }),
      navigateBack: (options: Answered = {}) => this.#go('navigateBack', options, () => this.#back(options)),
      setNavigationBarTitle: (options: Answered) => {
        this.#title = options.title ?? '';
        options.success?.({});
        options.complete?.({});
      },
    };
    const reached = new Proxy(wx, {
      get: (all, name) => {
        if (this.#destroyed) return nothing;
        if (typeof name === 'string' && name in own) return own[name];
        const known: unknown = Reflect.get(all, name);
        return typeof known === 'function' ? known.bind(all) : known;
      },
    });
    const globals = {
      wx: reached,
      getCurrentPages: () => this.#stack.map(({ logic }) => logic.self),
      getApp: () => this.#app,
    };
    this.#package = new BuiltPackage(dir, globals, changes);
  }

  /** Opens it, or, when it is open, opens a page in place of every other, as a scanned code does. */
  async open(path: string): Promise<void> {
    if (this.#destroyed) throw new Error('it was destroyed: a new run is a new instance');
    const { route, query } = readPath(path);
    if (this.#app === null) {
      this.#app = this.#package.app();
      this.#life('onLaunch', { path: route, query, scene: ordinaryScene });
    }
    this.#life('onShow', { path: route, query, scene: ordinaryScene });
    await this.#go('open', {}, () => {
      for (const page of this.#stack.splice(0).reverse()) this.#unload(page);
      this.#load(path);
    });
  }

  /** The patient went to another app, or the phone was locked. */
  appHidden(): void {
    this.#stack.at(-1)?.logic.call('onHide');
    this.#life('onHide');
  }

  appShown(options: object = {}): void {
    this.#life('onShow', { path: this.route, query: {}, scene: ordinaryScene, ...options });
    this.#stack.at(-1)?.logic.call('onShow');
  }

  /** WeChat's own arrow in the corner. */
  back(): Promise<void> {
    return this.#go('back', {}, () => this.#back({}));
  }

  /** WeChat needs its memory: everything is gone, and the mini-program hears nothing of it. */
  close(): void {
    this.#destroyed = true;
    this.#package.stop();
    for (const { drawn } of this.#stack.splice(0).reverse()) drawn.close();
  }

  /** Of the page that is shown; empty: none is. */
  get route(): string {
    return this.#stack.at(-1)?.logic.route ?? '';
  }

  /** What stands in the bar above the page. */
  get title(): string {
    return this.#title;
  }

  /** What the page that is shown has set. */
  get data(): Readonly<Record<string, unknown>> {
    return this.#stack.at(-1)?.logic.data ?? {};
  }

  /** @throws Error when nothing is open */
  get shown(): Drawn {
    const page = this.#stack.at(-1);
    if (page === undefined) throw new Error('no page is open');
    return page.drawn;
  }

  #life(method: string, argument?: object): void {
    const known = this.#app?.[method];
    if (typeof known === 'function') known.call(this.#app, argument);
  }

  #go(name: string, { success, fail, complete }: Answered, run: () => void): Promise<void> {
    const done = this.#navigation.then(() => {
      if (this.#destroyed) return;
      try {
        run();
      } catch (error) {
        const answer = { errMsg: `${name}:fail ${error instanceof Error ? error.message : String(error)}` };
        fail?.(answer);
        complete?.(answer);
        throw error;
      }
      success?.({ errMsg: `${name}:ok` });
      complete?.({ errMsg: `${name}:ok` });
    });
    this.#navigation = done.catch(() => undefined);
    return done;
  }

  #load(path: string): void {
    const { route, query } = readPath(path);
    let drawn: Drawn | null = null;
    const logic = new PageLogic(
      route,
      this.#package.page(route),
      query,
      (change) => drawn?.set(change) ?? Promise.resolve(),
    );
    const { data, methods } = logic;
    drawn = this.view.open(
      { route, data, methods },
      {
        native: this.host,
        // A component may say something on its way out; the page does not hear it any more.
        called: (method, event) => {
          if (this.#stack.some((page) => page.logic === logic)) logic.call(method, event);
        },
      },
    );
    this.#stack.push({ logic, drawn });
    drawn.show(true);
    logic.call('onLoad', query);
    logic.call('onShow');
    // WeChat says it when the page was drawn.
    void drawn.set({}).then(() => {
      if (!this.#destroyed) logic.call('onReady');
    });
  }

  #back({ delta = 1 }: Answered): void {
    if (this.#stack.length < 2) return;
    for (const page of this.#stack.splice(Math.max(1, this.#stack.length - delta)).reverse())
      this.#unload(page);
    const page = this.#stack.at(-1);
    page?.drawn.show(true);
    page?.logic.call('onShow');
  }

  #unload({ logic, drawn }: OpenPage<Drawn>): void {
    logic.call('onUnload');
    drawn.close();
  }
}
