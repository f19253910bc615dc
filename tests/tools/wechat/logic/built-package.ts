/** The JavaScript of a built package, each script evaluated once, as WeChat's logic layer does it: no DOM, no modules. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** What a script gave to `Page` or `App`. */
export type Definition = Record<string, unknown> & { data?: Record<string, unknown> };

/** What scripts find around them. */
export interface Globals {
  wx: unknown;
  getCurrentPages: () => unknown[];
  getApp: () => unknown;
}

/** Modules of the package that a test wants otherwise, by their path without `.js`: made from what the package has. */
export type Changes = Record<string, (exports: unknown) => unknown>;

type Timer = ReturnType<typeof setTimeout>;

export class BuiltPackage {
  readonly #modules = new Map<string, { exports: unknown }>();
  readonly #definitions = new Map<string, Definition>();
  readonly #timers = new Set<Timer>();
  #defined: Definition | null = null;

  /** @param dir as `bun run miniapp:build` made it */
  constructor(
    private readonly dir: string,
    private readonly globals: Globals,
    private readonly changes: Changes = {},
  ) {}

  /** What app.js gave to `App`. */
  app(): Definition {
    return this.#definition('app');
  }

  /** What a page's script gave to `Page`. @param route as in app.json @throws Error when there is none */
  page(route: string): Definition {
    return this.#definition(route);
  }

  /** Nothing runs by itself any more. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #definition(name: string): Definition {
    const known = this.#definitions.get(name);
    if (known !== undefined) return known;
    this.#defined = null;
    this.#require(join(this.dir, `${name}.js`));
    // Assigned by the script that was just evaluated, which the compiler cannot see.
    const defined = this.#defined as Definition | null;
    if (defined === null) throw new Error(`${name}.js defines nothing`);
    this.#definitions.set(name, defined);
    return defined;
  }

  #require(file: string): unknown {
    const known = this.#modules.get(file);
    if (known !== undefined) return known.exports;
    const module: { exports: unknown } = { exports: {} };
    this.#modules.set(file, module);
    const around: Record<string, unknown> = {
      module,
      exports: module.exports,
      require: (name: string) => this.#require(resolve(dirname(file), name)),
      Page: (definition: Definition) => {
        this.#defined = definition;
      },
      App: (definition: Definition) => {
        this.#defined = definition;
      },
      ...this.globals,
      ...this.#clock(),
      // WeChat's logic layer has neither.
      window: undefined,
      document: undefined,
    };
    const run = new Function(...Object.keys(around), readFileSync(file, 'utf8'));
    run(...Object.values(around));
    const change = this.changes[relative(this.dir, file).replace(/\.js$/, '')];
    if (change !== undefined) module.exports = change(module.exports);
    return module.exports;
  }

  /** Timers that end with the mini-program: what is destroyed never wakes again. */
  #clock(): Record<string, unknown> {
    const keep = (timer: Timer) => {
      this.#timers.add(timer);
      return timer;
    };
    const clear = (timer: Timer) => {
      this.#timers.delete(timer);
      clearTimeout(timer);
    };
    return {
      setTimeout: (run: () => void, ms: number) => {
        const timer = setTimeout(() => {
          this.#timers.delete(timer);
          run();
        }, ms);
        return keep(timer);
      },
      setInterval: (run: () => void, ms: number) => keep(setInterval(run, ms)),
      clearTimeout: clear,
      clearInterval: clear,
    };
  }
}
