// The engine reads no arguments and no environment, prints nothing and ends no process: its hosts do (DESIGN §3).
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import ts from 'typescript';

const ENGINE = resolve(import.meta.dirname, '../../electron/engine');
const OF_PROCESS = new Set(['argv', 'env', 'exit', 'exitCode', 'stdout', 'stderr', 'stdin', 'chdir']);

/** Places in a source text that touch what belongs to hosts: `process.env` at line 3, `console` at line 9. */
function hostAffairs(name: string, text: string): string[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2024, true);
  const found: string[] = [];
  const note = (node: ts.Node, what: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    found.push(`${name}:${line + 1} ${what}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === 'console' && !isMember(node)) note(node, 'console');
    if (ts.isIdentifier(node) && node.text === 'process' && !isMember(node)) {
      const { parent } = node;
      if (ts.isPropertyAccessExpression(parent) && OF_PROCESS.has(parent.name.text))
        note(node, `process.${parent.name.text}`);
      else if (ts.isVariableDeclaration(parent) || ts.isElementAccessExpression(parent))
        note(node, 'process, taken apart');
    }
    if (
      ts.isImportDeclaration(node) &&
      ts.isStringLiteral(node.moduleSpecifier) &&
      /^(?:node:)?(?:process|console|readline)/.test(node.moduleSpecifier.text)
    )
      note(node, node.moduleSpecifier.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** True for the name in `object.name`, which is no global. */
function isMember(node: ts.Identifier): boolean {
  return ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
}

describe('the engine', () => {
  it('touches neither argv nor environment nor terminal', async () => {
    const files = (await readdir(ENGINE, { recursive: true })).filter((file) => file.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(40);
    const texts = await Promise.all(
      files.map(async (file) => hostAffairs(file, await readFile(join(ENGINE, file), 'utf8'))),
    );
    expect(texts.flat()).toEqual([]);
  });

  it.each([
    ['const home = process.env.HOME;', 'process.env'],
    ['const { argv } = process;', 'process, taken apart'],
    ["process['exit'](1);", 'process, taken apart'],
    ['console.log(1);', 'console'],
    ["import { stdin } from 'node:process';", 'node:process'],
  ])('would be caught at %s', (text, what) => {
    expect(hostAffairs('sample.ts', text)).toEqual([`sample.ts:1 ${what}`]);
  });

  it('may ask for platform and memory, which are facts of the machine', () => {
    expect(hostAffairs('sample.ts', 'process.platform; process.memoryUsage();')).toEqual([]);
  });
});
