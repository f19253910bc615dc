import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { clinicName } from './clinic.ts';
import { en } from './messages.en.ts';
import { type Catalogue, type MessageKey, zh } from './messages.zh.ts';
import { recall, remember } from './storage.ts';

/** Languages of the page. */
export type Language = 'zh' | 'en';

const catalogues: Record<Language, Catalogue> = { zh, en };
const listeners = new Set<() => void>();

let language: Language = initialLanguage();

function initialLanguage(): Language {
  const stored = recall('language');
  if (stored === 'zh' || stored === 'en') return stored;
  return typeof navigator !== 'undefined' && /^en\b/i.test(navigator.language) ? 'en' : 'zh';
}

/** The language in use. */
export function currentLanguage(): Language {
  return language;
}

/** Changes the language of the whole page and remembers it. */
export function setLanguage(chosen: Language): void {
  language = chosen;
  remember('language', chosen);
  applyToDocument();
  for (const listener of listeners) listener();
}

/** Tells screen readers, fonts and the browser's tab about the language. */
export function applyToDocument(): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.title = pageTitle();
}

/** What the page is called: the clinic's name where it has one, and what is done here. */
export function pageTitle(): string {
  return [clinicName(), t('app.title')].filter((part) => part !== '').join(' · ');
}

/** A sentence in the page's language; `{name}` is replaced by the parameter of that name. */
export function t(key: MessageKey, parameters: Record<string, string | number> = {}): string {
  return catalogues[language][key].replace(
    /\{(\w+)\}/g,
    (whole, name: string) => `${parameters[name] ?? whole}`,
  );
}

/** Whether a catalogue has a key that was composed at run time. */
export function isMessageKey(key: string): key is MessageKey {
  return key in zh;
}

/** Draws a component again when the language changes. */
export class Localized implements ReactiveController {
  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    listeners.add(this.#update);
  }

  hostDisconnected(): void {
    listeners.delete(this.#update);
  }

  readonly #update = (): void => this.host.requestUpdate();
}
