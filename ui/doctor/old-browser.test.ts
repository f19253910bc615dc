import { expect, test } from 'bun:test';
import { join } from 'node:path';
import ts from 'typescript';

/** Syntax that Internet Explorer cannot read, by the parser's own names. */
const modern = new Set([
  ts.SyntaxKind.ArrowFunction,
  ts.SyntaxKind.TemplateExpression,
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.SpreadElement,
  ts.SyntaxKind.ObjectBindingPattern,
  ts.SyntaxKind.ArrayBindingPattern,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.ShorthandPropertyAssignment,
  ts.SyntaxKind.AwaitExpression,
]);

function modernSyntax(source: string): string[] {
  const file = ts.createSourceFile('page.js', source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (modern.has(node.kind)) found.push(node.getText());
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) !== 0)
      found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (/,\s*[)\]}]/.test(source)) found.push('a trailing comma');
  return found;
}

test('the check sees modern syntax', () => {
  expect(modernSyntax('const a = 1;')).not.toEqual([]);
  expect(modernSyntax('var f = () => 1;')).not.toEqual([]);
});

test('the page for old browsers is in the language of Internet Explorer', async () => {
  const source = await Bun.file(join(import.meta.dir, 'old-browser.js')).text();
  expect(modernSyntax(source)).toEqual([]);
  expect(source).toContain('极速');
});

test('the browser is asked for its modern core before anything else', async () => {
  const page = await Bun.file(join(import.meta.dir, 'index.html')).text();
  expect(/<head>\s*<meta[^>]*>/.exec(page)?.[0]).toContain('name="renderer" content="webkit"');
});
