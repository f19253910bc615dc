/** The built pages, with what the server knows filled in. */
import { join } from 'node:path';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Fills `{{name}}` in a page. Values are text: whatever a clinic is called, it stays text.
 * @throws Error when the page asks for a value that is not there
 */
export function fillPage(page: string, values: Record<string, string>): string {
  return page.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`a page asks for ${name}`);
    return value.replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? letter);
  });
}

/** @param name e.g. `lead.html` */
export async function readPage(uiDir: string, name: string, values: Record<string, string>): Promise<string> {
  return fillPage(await Bun.file(join(uiDir, name)).text(), values);
}
