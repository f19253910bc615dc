/** A package's WXSS as CSS: `rpx` are parts of the width, and the tags are those that the view draws. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInTags } from './components.ts';

/** WeChat's screen is 750 rpx wide, whatever the phone. */
const rpxOfWidth = 750;

const tag = new RegExp(`(^|[\\s,>+~(])(page|${builtInTags.join('|')})(?=[\\s,.:>+~{[)]|$)`, 'g');

/** @returns the CSS of `app.wxss` and of the page's own */
export function stylesOf(dir: string, route: string): string {
  return [join(dir, 'app.wxss'), join(dir, `${route}.wxss`)]
    .filter((file) => existsSync(file))
    .map((file) => toCss(readFileSync(file, 'utf8')))
    .join('\n');
}

export function toCss(wxss: string): string {
  return wxss
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(-?[\d.]+)rpx\b/g, (_, size: string) => `${(Number(size) / rpxOfWidth) * 100}vw`)
    .replaceAll(/[^{};]+(?=\{)/g, (selector) =>
      selector.replaceAll(tag, (_, before: string, name: string) =>
        name === 'page' ? `${before}body` : `${before}wx-${name}`,
      ),
    );
}
