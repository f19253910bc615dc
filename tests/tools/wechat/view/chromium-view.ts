/** Pages in Chromium, with the real WXSS: what a patient sees, but for the pictures of the cameras. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { NativeElement } from '../native.ts';
import type { FromBrowser, ToBrowser } from './browser/messages.ts';
import type { DrawnPage, PageListener, PageOpening, ViewLayer } from './protocol.ts';
import { stylesOf } from './styles.ts';
import { type CompiledTemplates, compileTemplates } from './templates.ts';

/** A name that no network resolves (RFC 2606). */
const origin = 'http://miniapp.invalid';

const sources = join(import.meta.dir, 'browser');

type WithoutPage<Message> = Message extends unknown ? Omit<Message, 'page'> : never;

class ChromiumPage implements DrawnPage {
  readonly #natives = new Map<number, ChromiumNative>();

  constructor(
    private readonly listener: PageListener,
    private readonly send: (message: WithoutPage<ToBrowser>) => Promise<void>,
  ) {}

  set(change: Record<string, unknown>): Promise<void> {
    return this.send({ type: 'set', change });
  }

  show(shown: boolean): void {
    void this.send({ type: 'show', shown });
  }

  close(): void {
    for (const native of this.#natives.values()) this.listener.native.detached(native);
    this.#natives.clear();
    void this.send({ type: 'close' });
  }

  told(message: FromBrowser): void {
    if (message.type === 'called') {
      this.listener.called(message.method, message.event);
      return;
    }
    const { element } = message;
    if (message.type === 'attached') {
      const native = new ChromiumNative(message.tag, message.id, message.attributes, (event, detail) => {
        void this.send({ type: 'emit', element, event, detail });
      });
      this.#natives.set(element, native);
      this.listener.native.attached(native);
      return;
    }
    const native = this.#natives.get(element);
    if (native === undefined) return;
    if (message.type === 'changed') {
      native.attributes = message.attributes;
      this.listener.native.changed(native);
    } else {
      this.#natives.delete(element);
      this.listener.native.detached(native);
    }
  }
}

class ChromiumNative implements NativeElement {
  constructor(
    readonly tag: NativeElement['tag'],
    readonly id: string,
    public attributes: Readonly<Record<string, unknown>>,
    readonly emit: NativeElement['emit'],
  ) {}
}

export class ChromiumView implements ViewLayer<ChromiumPage> {
  readonly #pages = new Map<number, ChromiumPage>();
  #numbered = 0;
  /** One message after the other. */
  #sent: Promise<void> = Promise.resolve();

  private constructor(
    private readonly dir: string,
    private readonly page: Page,
    private readonly templates: CompiledTemplates,
  ) {}

  /** @param page an empty one, as large as WeChat's window without its bar @param dir the built package */
  static async open(page: Page, dir: string): Promise<ChromiumView> {
    const view = new ChromiumView(dir, page, compileTemplates(dir));
    const document = await html();
    await page.route(`${origin}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/') await route.fulfill({ contentType: 'text/html', body: document });
      else if (pathname === '/assets/still.svg') await route.fulfill({ path: join(sources, 'still.svg') });
      else await route.fulfill({ path: join(dir, pathname) });
    });
    await page.exposeFunction('wechatTold', (message: FromBrowser) => {
      view.#pages.get(message.page)?.told(message);
    });
    await page.goto(`${origin}/`);
    return view;
  }

  open(opening: PageOpening, listener: PageListener): ChromiumPage {
    this.#numbered += 1;
    const number = this.#numbered;
    const page = new ChromiumPage(listener, (message) => this.#send({ ...message, page: number }));
    this.#pages.set(number, page);
    const styles = stylesOf(this.dir, opening.route);
    void this.#send({ type: 'open', page: number, opening, templates: this.templates, styles });
    return page;
  }

  /** Kept when everything that happened on the page was heard, and what came of it is on the screen. */
  async settled(): Promise<void> {
    for (let before: unknown = null; before !== this.#sent; ) {
      before = this.#sent;
      await this.#sent;
      await this.page.evaluate(() => window.wechatHeard());
    }
  }

  #send(message: ToBrowser): Promise<void> {
    const done = this.#sent.then(() => this.page.evaluate((each) => window.wechatView(each), message));
    this.#sent = done;
    return done;
  }
}

/** The view's code and the look of WeChat's components, in one document. */
async function html(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(sources, 'main.ts')],
    target: 'browser',
    format: 'iife',
    minify: true,
  });
  const script = await outputs[0]?.text();
  if (script === undefined) throw new Error('the view gave no script');
  const styles = await Bun.file(join(sources, 'base.css')).text();
  return [
    '<!doctype html><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">',
    `<style>${styles}</style><body><script>${script.replaceAll('</script', '<\\/script')}</script></body>`,
  ].join('\n');
}
