// Every test that docs/failures.md names is there, and is run: the table cannot say more than the tests do.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '../..');
const RUNS = new Set(['it', 'test', 'it.each', 'test.each']);

/** Titles of the tests in a source text; what is skipped, or only named in a comment, is none. */
function titlesIn(name: string, text: string): Set<string> {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2024, true);
  const titles = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const callee = ts.isCallExpression(node.expression) ? node.expression.expression : node.expression;
      const [title] = node.arguments;
      if (RUNS.has(callee.getText(source)) && title !== undefined && ts.isStringLiteralLike(title))
        titles.add(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

interface Row {
  readonly id: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

/** Rows of the table. A file is named once, then the titles that are meant in it. */
function rowsOf(page: string): Row[] {
  return page
    .split('\n')
    .filter((line) => /^\| [A-Z]\d+ /.test(line))
    .map((line) => {
      const [, id = '', , , column = ''] = line.split('|').map((cell) => cell.trim());
      const tests: { file: string; title: string }[] = [];
      let file = '';
      for (const [, path, title] of column.matchAll(/`(test\/[^`]+\.test\.ts)`|“([^”]+)”/g)) {
        if (path !== undefined) file = path;
        else tests.push({ file, title: title ?? '' });
      }
      return { id, tests };
    });
}

const rows = rowsOf(await readFile(join(ROOT, 'docs', 'failures.md'), 'utf8'));

it('tells each failure once, with a test', () => {
  expect(rows.length).toBeGreaterThan(30);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(rows.filter(({ tests }) => tests.length === 0)).toEqual([]);
});

it.each(rows.map(({ id, tests }) => [id, tests] as const))(
  '%s is held by the tests that are named',
  async (_id, tests) => {
    for (const { file, title } of tests)
      expect(titlesIn(file, await readFile(join(ROOT, file), 'utf8')), file).toContain(title);
  },
);

it('would miss a test that is skipped or only written about', () => {
  const text = "it.skip('a', () => {}); // it('b')\nit('c', () => {}); test.each([1])('d', () => {});";
  expect([...titlesIn('sample.ts', text)]).toEqual(['c', 'd']);
});
