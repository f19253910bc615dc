/** One open page in the logic layer: what was given to `Page`, with data and `setData` of its own. */
import type { Definition } from './built-package.ts';

/** Sends what changed to the screen; kept when it is there. */
export type SendData = (change: Record<string, unknown>) => Promise<void>;

export class PageLogic {
  readonly #self: Record<string, unknown>;
  readonly #data: Record<string, unknown>;
  /** The names that `bind…` can call. */
  readonly methods: string[];

  constructor(
    readonly route: string,
    definition: Definition,
    query: Record<string, string>,
    send: SendData,
  ) {
    this.methods = Object.keys(definition).filter((name) => typeof definition[name] === 'function');
    this.#data = structuredClone(definition.data ?? {});
    this.#self = {
      ...definition,
      route,
      options: query,
      data: this.#data,
      setData: (change: Record<string, unknown>, done?: () => void) => {
        const names = Object.keys(change).filter((name) => /[.[]/.test(name));
        if (names.length > 0) throw new Error(`setData with a path is not carried out here: ${names}`);
        // WeChat sends it to the screen as JSON, and without what is undefined.
        const sent = JSON.parse(JSON.stringify(change)) as Record<string, unknown>;
        Object.assign(this.#data, sent);
        void send(sent).then(() => done?.());
      },
    };
  }

  /** What the package itself finds in `getCurrentPages()`. */
  get self(): Record<string, unknown> {
    return this.#self;
  }

  get data(): Record<string, unknown> {
    return this.#data;
  }

  /** A method that the page has not is no mistake: it need not have every one of its life. */
  call(method: string, argument?: unknown): void {
    const known = this.#self[method];
    if (typeof known === 'function') known.call(this.#self, argument);
  }
}
