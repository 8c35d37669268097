// Every class and every token of the styles is used by somebody, and none is used that is not there.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const RENDERER = join(import.meta.dirname, '../../renderer');

const files = readdirSync(RENDERER, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(?:css|tsx?)$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(RENDERER, path), 'utf8') }));
const modules = files.filter(({ path }) => path.endsWith('.module.css'));
const scripts = files.filter(({ path }) => !path.endsWith('.css'));

/** The classes that a style sheet has rules for. */
function classesOf(text: string): Set<string> {
  const selectors = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\{[^{}]*\}/g, '{}');
  return new Set([...selectors.matchAll(/\.([A-Za-z_][\w-]*)/g)].flatMap(([, name]) => name ?? []));
}

/** Classes that are named neither in a script that imports the sheet, nor in a sheet that composes it. */
function unusedClasses(sheet: string, text: string): string[] {
  const users = scripts.filter((script) => script.text.includes(`/${basename(sheet)}'`));
  const composers = modules.filter((other) => other.text.includes(basename(sheet)));
  return [...classesOf(text)].filter(
    (name) =>
      !users.some((user) => new RegExp(`['"]${name}['"]|\\b${name}:`).test(user.text)) &&
      !composers.some((other) => new RegExp(`composes:[^;]*\\b${name}\\b`).test(other.text)),
  );
}

describe('The styles', () => {
  it('have no class that no part of the screens has', () => {
    expect(modules.length).toBeGreaterThan(30);
    const unused = modules.flatMap(({ path, text }) =>
      unusedClasses(path, text).map((name) => `${path}: ${name}`),
    );
    expect(unused).toEqual([]);
  });

  it('have each class that is asked of them', () => {
    const missing = scripts.flatMap(({ path, text }) => {
      const sheets = modules.filter((sheet) => text.includes(`/${basename(sheet.path)}'`));
      const known = new Set(sheets.flatMap((sheet) => [...classesOf(sheet.text)]));
      return [...text.matchAll(/\bstyles\['([\w-]+)'\]/g)].flatMap(([, name = '']) =>
        known.has(name) ? [] : [`${path}: ${name}`],
      );
    });
    expect(missing).toEqual([]);
  });

  it('use every token, and none that is not there', () => {
    const all = files.map(({ text }) => text).join('\n');
    const names = (pattern: RegExp) => new Set([...all.matchAll(pattern)].flatMap(([, name]) => name ?? []));
    const made = names(/(--[a-z][\w-]*)\s*:/g);
    const used = names(/var\(\s*(--[a-z][\w-]*)/g);
    // Set by react-aria on what opens from a field.
    const given = new Set(['--trigger-width']);
    expect([...made].filter((name) => !used.has(name))).toEqual([]);
    expect([...used].filter((name) => !made.has(name) && !given.has(name))).toEqual([]);
  });

  it('would be found out', () => {
    expect(classesOf('/* .a */ .b .c:hover, .d::before { color: red } @media (x) { .e { y: .5s } }')).toEqual(
      new Set(['b', 'c', 'd', 'e']),
    );
  });
});
