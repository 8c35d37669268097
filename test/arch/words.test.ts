// Every word that an operator reads on the screens stands in one catalogue, in the house's words.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const RENDERER = join(import.meta.dirname, '../../renderer');
const CATALOGUE = 'texts/';

/** Attributes and fields whose value a person reads. */
const READ = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'desk',
  'error',
  'head',
  'hint',
  'label',
  'placeholder',
  'say',
  'sentence',
  'suffix',
  'text',
  'title',
  'unit',
  'word',
]);
const UNWANTED = /!|\b(?:success(?:ful(?:ly)?)?|invalid|please|sorry)\b/i;
const LETTERS = /\p{L}{2}/u;

function sources(): readonly ts.SourceFile[] {
  return readdirSync(RENDERER, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) =>
      ts.createSourceFile(path, readFileSync(join(RENDERER, path), 'utf8'), ts.ScriptTarget.Latest, true),
    );
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

/** The literal text of an expression, whichever way it is written. */
function literalOf(node: ts.Node | undefined): string {
  if (node === undefined) return '';
  if (ts.isJsxExpression(node)) return literalOf(node.expression);
  if (ts.isConditionalExpression(node)) return literalOf(node.whenTrue) + literalOf(node.whenFalse);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => literal.text).join('');
  return '';
}

function readText(node: ts.Node): string {
  if (ts.isJsxText(node)) return node.text;
  if (ts.isJsxExpression(node) && (ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent)))
    return literalOf(node);
  if (ts.isJsxAttribute(node) && READ.has(node.name.getText())) return literalOf(node.initializer);
  // A desk in data is one by its name.
  const name = ts.isPropertyAssignment(node) ? node.name.getText() : 'desk';
  if (ts.isPropertyAssignment(node) && name !== 'desk' && READ.has(name)) return literalOf(node.initializer);
  return '';
}

const where = (node: ts.Node, text: string) => {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `renderer/${file.fileName}:${line + 1}: ${text.trim()}`;
};

describe('The words of the screens', () => {
  const files = sources();

  it('are looked for in every screen', () => {
    expect(files.filter(({ fileName }) => fileName.endsWith('.tsx')).length).toBeGreaterThan(40);
  });

  it('stand in the catalogue alone', () => {
    const strays: string[] = [];
    for (const file of files.filter(({ fileName }) => !fileName.startsWith(CATALOGUE)))
      visit(file, (node) => {
        const text = readText(node);
        if (LETTERS.test(text)) strays.push(where(node, text));
      });
    expect(strays).toEqual([]);
  });

  it('neither plead nor cheer', () => {
    const wrong: string[] = [];
    for (const file of files.filter(({ fileName }) => fileName.startsWith(CATALOGUE)))
      visit(file, (node) => {
        const isText =
          ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
        if (isText && UNWANTED.test(node.text)) wrong.push(where(node, node.text));
      });
    expect(wrong).toEqual([]);
  });
});
