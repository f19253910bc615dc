/** A package's WXML, compiled for glass-easel. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TmplGroup } from 'glass-easel-template-compiler';

/** The templates of a package as JavaScript that evaluates to them, by path without `.wxml`. */
export type CompiledTemplates = string;

/** @param dir the built package @throws Error with every fault of the WXML */
export function compileTemplates(dir: string): CompiledTemplates {
  const group = new TmplGroup();
  const faults: string[] = [];
  for (const name of new Bun.Glob('**/*.wxml').scanSync(dir)) {
    const found: unknown = group.addTmpl(name.replace(/\.wxml$/, ''), readFileSync(join(dir, name), 'utf8'));
    if (Array.isArray(found)) faults.push(...found.map((fault) => `${name}: ${JSON.stringify(fault)}`));
  }
  const compiled = group.getTmplGenObjectGroups();
  group.free();
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return compiled;
}
