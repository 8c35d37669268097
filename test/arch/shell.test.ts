// Rules of the window that no type can hold: where its calls are spelt, and what it never does.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

async function sources(...folders: readonly string[]): Promise<[path: string, text: string][]> {
  const found: [string, string][] = [];
  for (const folder of folders)
    for (const entry of await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile() && /\.tsx?$/.test(entry.name)) {
        const path = join(entry.parentPath, entry.name);
        found.push([relative(ROOT, path).split(sep).join('/'), await readFile(path, 'utf8')]);
      }
  return found;
}

async function holding(pattern: RegExp, ...folders: readonly string[]): Promise<string[]> {
  const files = await sources(...folders);
  return files.flatMap(([path, text]) => (pattern.test(text) ? [path] : [])).sort();
}

describe('the shell', () => {
  it('spells the name of a channel in one place', async () => {
    expect(await holding(/['"`]airlock:[^ ]/, 'electron', 'renderer', 'shared')).toEqual([
      'shared/ipc/channels.ts',
    ]);
  });

  it('takes calls in one place, and of its window alone', async () => {
    expect(await holding(/\bipc\w*\.(?:handle|on)\(/, 'electron/main', 'electron/host')).toEqual([
      'electron/main/bind-window.ts',
    ]);
    expect(await holding(/\bipcMain\b/, 'electron', 'renderer')).toEqual([]);
    expect(await holding(/\bipcRenderer\b/, 'electron', 'renderer')).toEqual(['electron/preload/preload.ts']);
  });

  it.each([
    ['opens no address outside', /\bopenExternal\b|\bopenPath\b/],
    ['runs no text in its page', /\bexecuteJavaScript\b|\binsertCSS\b|\baddScript/],
    ['makes no synchronous call', /\bsendSync\b|\breturnValue\b/],
    ['weakens no page', /sandbox: false|contextIsolation: false|webSecurity: false|nodeIntegration\w*: true/],
    ['loads no file and no address but its own', /\bloadFile\b|loadURL\((?!START_PAGE\))/],
    ['forks no Node, which the packaged program cannot be', /\bchild_process\b/],
  ])('%s', async (_rule, pattern) => {
    expect(await holding(pattern, 'electron/main', 'electron/preload')).toEqual([]);
  });

  it('leaves Electron itself to the few modules that cannot do without', async () => {
    expect(await holding(/^import (?!type)[^;]*from 'electron';/m, 'electron')).toEqual([
      'electron/main/desktop.ts',
      'electron/main/main.ts',
      'electron/main/questions.ts',
      'electron/main/shell.ts',
      'electron/main/station-window.ts',
      'electron/main/theme-menu.ts',
      'electron/preload/preload.ts',
    ]);
  });

  it('has a preload of a few lines that needs nothing but Electron', async () => {
    const text = await readFile(join(ROOT, 'out/preload.cjs'), 'utf8');
    const required = [...text.matchAll(/\brequire\(["']([^"']+)["']\)/g)].map(([, name]) => name);
    expect(required).toEqual(['electron']);
    expect(text.length).toBeLessThan(4096);
  });
});
