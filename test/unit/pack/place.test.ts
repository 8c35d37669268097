import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { choosePlace } from '../../../electron/engine/pack/place.ts';

let medium: string;
beforeEach(async () => {
  medium = await mkdtemp(join(tmpdir(), 'airlock-place-'));
});
afterEach(() => rm(medium, { recursive: true, force: true }));

it('puts the bundle under its own name into the folder that -o names', async () => {
  const path = join(medium, 'coder-1.44.airlock');
  expect(await choosePlace(medium, 'coder-1.44')).toEqual({ form: 'directory', path, work: `${path}.work` });
});

it('takes a name that ends in .airlock or .airlock.tar as the bundle itself', async () => {
  const folder = join(medium, 'monday.airlock');
  expect(await choosePlace(folder, 'coder')).toEqual({
    form: 'directory',
    path: folder,
    work: `${folder}.work`,
  });
  const tar = join(medium, 'monday.airlock.tar');
  expect(await choosePlace(tar, 'coder')).toEqual({ form: 'tar', path: tar, work: `${tar}.work` });
});

it('makes no folder: a medium that is not mounted is not filled in by the disk below it', async () => {
  for (const output of [join(medium, 'not-mounted'), join(medium, 'not-mounted', 'a.airlock')])
    await expect(choosePlace(output, 'coder')).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: `The folder ${join(medium, 'not-mounted')} is not there.`,
    });
});

it('refuses a file where a folder is needed, and a bundle without a name', async () => {
  const file = join(medium, 'notes.txt');
  await writeFile(file, '');
  await expect(choosePlace(file, 'coder')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(choosePlace(join(medium, '.airlock'), 'coder')).rejects.toMatchObject({ code: 'USAGE' });
});
