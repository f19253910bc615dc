/** Looks at a built package as WeChat would, before WeChat does. */
import { join } from 'node:path';
import ts from 'typescript';

/** @returns what is wrong, in words; empty when nothing is */
export async function checkPackage(outdir: string): Promise<string[]> {
  const faults: string[] = [];
  const exists = (name: string) => Bun.file(join(outdir, name)).exists();
  const read = (name: string) => Bun.file(join(outdir, name)).text();
  const { pages } = (await Bun.file(join(outdir, 'app.json')).json()) as { pages: string[] };
  for (const name of ['app.js', 'app.wxss', 'project.config.json', 'shared.js', 'sitemap.json']) {
    if (!(await exists(name))) faults.push(`${name} is missing`);
  }
  for (const page of pages) {
    for (const kind of ['js', 'json', 'wxml', 'wxss']) {
      if (!(await exists(`${page}.${kind}`))) faults.push(`${page}.${kind} is missing`);
    }
    faults.push(...(await checkHandlers(page, read)));
  }
  for await (const name of new Bun.Glob('**/*.{js,wxml,wxss,json}').scan(outdir)) {
    const text = await read(name);
    if (name.endsWith('.js')) faults.push(...checkScript(name, text));
    for (const [, asset = ''] of text.matchAll(/["'](\/assets\/[^"']+)["']/g)) {
      if (!(await exists(asset))) faults.push(`${name} refers to ${asset}, which is missing`);
    }
  }
  return faults;
}

/** Every handler that a page's markup names is a method of the page. */
async function checkHandlers(page: string, read: (name: string) => Promise<string>): Promise<string[]> {
  const script = await read(`${page}.js`);
  let markup = await read(`${page}.wxml`);
  if (markup.includes('templates/buttons.wxml')) markup += await read('templates/buttons.wxml');
  const names = [...markup.matchAll(/\b(?:bind|catch):?\w+="(\w+)"/g)].map(([, name = '']) => name);
  return [...new Set(names)]
    .filter((name) => !new RegExp(`^\\s*(async )?${name}\\(`, 'm').test(script))
    .map((name) => `${page}.wxml names "${name}", which ${page}.js does not have`);
}

/** Nothing newer than ES2018, and nothing that WeChat forbids. */
export function checkScript(name: string, text: string): string[] {
  const faults = new Set<string>();
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const visit = (node: ts.Node): void => {
    if (ts.isOptionalChain(node)) faults.add('"?."');
    if (ts.isPrivateIdentifier(node)) faults.add('"#private"');
    if (ts.isPropertyDeclaration(node)) faults.add('a class field');
    if (ts.isBigIntLiteral(node)) faults.add('a BigInt');
    if (ts.isCatchClause(node) && node.variableDeclaration === undefined)
      faults.add('a catch without a name');
    if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      if (kind === ts.SyntaxKind.QuestionQuestionToken) faults.add('"??"');
      if (
        kind === ts.SyntaxKind.QuestionQuestionEqualsToken ||
        kind === ts.SyntaxKind.BarBarEqualsToken ||
        kind === ts.SyntaxKind.AmpersandAmpersandEqualsToken
      ) {
        faults.add('a logical assignment');
      }
    }
    if (ts.isCallExpression(node)) {
      if (node.expression.kind === ts.SyntaxKind.ImportKeyword) faults.add('a dynamic import');
      if (ts.isIdentifier(node.expression) && node.expression.text === 'eval') faults.add('eval');
    }
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Function') {
      faults.add('new Function');
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...faults].map((what) => `${name} has ${what}, which not every phone can run`);
}
