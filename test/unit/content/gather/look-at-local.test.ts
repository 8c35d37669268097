// What is said of local files before a lock: found with their size, charts with their name, and what is missing.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookAtLocal } from '../../../../electron/engine/content/gather/look-at-local.ts';
import { readContents } from '../../../../electron/engine/content/gather/read-contents.ts';
import { makeChart } from '../../../support/make-content.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const HEAD = 'apiVersion: airlock/v1\nkind: TransferList\nmetadata: {name: plant}\n';

async function listIn(folder: string, body: string) {
  const path = join(folder, 'list.yaml');
  await writeFile(path, HEAD + body);
  return lookAtLocal(await readContents({ text: null, paths: [path] }));
}

describe('the local files of a list', () => {
  it('are told with their size, and charts with what they are called within', async () => {
    const folder = await tempFolder();
    const { bytes } = makeChart({ name: 'coder', version: '1.44.0' });
    await writeFile(join(folder, 'anything.tgz'), bytes);
    await writeFile(join(folder, 'tool.bin'), 'twelve bytes');
    await mkdir(join(folder, 'layout'));
    const { items } = await listIn(
      folder,
      'images: [{archive: ./layout, as: "a:1"}, b:1]\ncharts: [{path: anything.tgz}]\nfiles: [{path: tool.bin}]\n',
    );
    expect(items.map(({ kind, local, problem }) => [kind, local, problem])).toEqual([
      ['image', { bytes: null, chart: null }, null],
      ['image', undefined, null],
      ['chart', { bytes: bytes.byteLength, chart: 'coder 1.44.0' }, null],
      ['file', { bytes: 12, chart: null }, null],
    ]);
  });

  it('that are missing, or no chart, say so before anybody is asked', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'broken.tgz'), 'no chart');
    const { items } = await listIn(folder, 'charts: [{path: broken.tgz}]\nfiles: [{path: gone.bin}]\n');
    const [chart, file] = items;
    expect(chart?.problem).not.toBeNull();
    expect(file?.problem).toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: `${join(folder, 'gone.bin')} is not there.`,
    });
  });

  it('keep what is wrong with their entries', async () => {
    const folder = await tempFolder();
    const { items } = await listIn(folder, 'files: [{path: gone.bin, colour: red}]\n');
    expect(items).toMatchObject([{ problem: { code: 'LIST_INVALID' } }]);
  });

  it('are thousands that are answered at once', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'f'), '');
    const lines = Array.from({ length: 5000 }, (_, index) => `  - {path: f, as: f${index}}`);
    const began = performance.now();
    const { items } = await listIn(folder, `files:\n${lines.join('\n')}\n`);
    expect(items.every(({ local }) => local?.bytes === 0)).toBe(true);
    expect(performance.now() - began).toBeLessThan(5000);
    await rm(folder, { recursive: true });
  });
});
