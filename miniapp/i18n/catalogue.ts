import { en } from './messages.en.ts';
import { type Catalogue, type MessageKey, zh } from './messages.zh.ts';

export type { MessageKey };

/** Languages of the mini-program. */
export type Language = 'zh' | 'en';

/** What a sentence's `{name}`s become. */
export type Parameters = Record<string, string | number>;

const catalogues: Record<Language, Catalogue> = { zh, en };

/** English for a phone that speaks English, Chinese for every other. @param tag e.g. `zh_CN`, `en` */
export function languageOf(tag: string): Language {
  return /^en\b|^en_/i.test(tag) ? 'en' : 'zh';
}

/** A sentence; `{name}` is replaced by the parameter of that name. */
export function say(language: Language, key: MessageKey, parameters: Parameters = {}): string {
  return catalogues[language][key].replace(
    /\{(\w+)\}/g,
    (whole, name: string) => `${parameters[name] ?? whole}`,
  );
}

/** Whether a catalogue has a key that was composed at run time. */
export function isMessageKey(key: string): key is MessageKey {
  return key in zh;
}
