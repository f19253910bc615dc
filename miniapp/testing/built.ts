/** Runs a built package as WeChat does: each script once, pages by their path, a `wx` that is handed in. */
import { dirname, join, resolve } from 'node:path';

/** A page that is open: its data as the last `setData` left it, its methods. */
export interface OpenPage {
  route: string;
  data: Record<string, unknown>;
  call: (method: string, argument?: unknown) => unknown;
}

type Definition = Record<string, unknown> & { data?: Record<string, unknown> };

export class BuiltMiniapp {
  readonly pages: OpenPage[] = [];
  readonly #modules = new Map<string, { exports: unknown }>();
  readonly #definitions = new Map<string, Definition>();

  /** @param wx the methods that the package may call */
  constructor(
    private readonly dir: string,
    private readonly wx: Record<string, unknown>,
  ) {}

  /** Opens a page in place of every other, as `wx.reLaunch` does. @param path as in app.json, with a query or without */
  async open(path: string): Promise<OpenPage> {
    const [route = '', search = ''] = path.replace(/^\//, '').split('?');
    const definition = await this.#define(route);
    const before = this.pages.splice(0);
    for (const page of before) page.call('onUnload');
    const page = instantiate(route, definition);
    this.pages.push(page);
    page.call('onLoad', Object.fromEntries(new URLSearchParams(search)));
    page.call('onShow');
    return page;
  }

  async #define(route: string): Promise<Definition> {
    const known = this.#definitions.get(route);
    if (known !== undefined) return known;
    const definition = await this.#load(join(this.dir, `${route}.js`));
    if (definition === null) throw new Error(`${route}.js defines no page`);
    this.#definitions.set(route, definition);
    return definition;
  }

  /** Evaluates a script that was not evaluated yet. @returns what it gave to `Page` */
  async #load(file: string): Promise<Definition | null> {
    const code = await Bun.file(file).text();
    // `require` is not asynchronous: what a script needs is there before it runs.
    for (const [, name = ''] of code.matchAll(/require\("(\.[^"]+)"\)/g)) {
      const needed = resolve(dirname(file), name);
      if (!this.#modules.has(needed)) await this.#load(needed);
    }
    let defined: Definition | null = null;
    const module: { exports: unknown } = { exports: {} };
    const run = new Function('module', 'exports', 'require', 'wx', 'Page', 'App', 'getCurrentPages', code);
    run(
      module,
      module.exports,
      (name: string) => this.#modules.get(resolve(dirname(file), name))?.exports,
      this.wx,
      (definition: Definition) => {
        defined = definition;
      },
      () => undefined,
      () => this.pages,
    );
    this.#modules.set(file, module);
    return defined;
  }
}

function instantiate(route: string, definition: Definition): OpenPage {
  const data: Record<string, unknown> = structuredClone(definition.data ?? {});
  const self: Record<string, unknown> = {
    ...definition,
    route,
    data,
    setData: (change: Record<string, unknown>, done?: () => void) => {
      // WeChat sends it to the screen as JSON.
      Object.assign(data, JSON.parse(JSON.stringify(change)));
      done?.();
    },
  };
  return {
    route,
    data,
    call: (method, argument) => {
      const known = self[method];
      return typeof known === 'function' ? known.call(self, argument) : undefined;
    },
  };
}
