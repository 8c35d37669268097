// What an operator saves in a spec, read back: a browser hands it out, the window writes it where its dialog says.
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from './station.ts';
import type { OpenStation } from './station.ts';

export interface SavedFile {
  readonly name: string;
  readonly text: string;
}

/** `press` does the last thing before it is saved, in a dialog that closes then. */
export async function savedFile(
  { page, folder, saveIn }: Pick<OpenStation, 'page' | 'folder' | 'saveIn'>,
  press: () => Promise<void>,
): Promise<SavedFile> {
  if (saveIn === undefined) {
    const coming = page.waitForEvent('download');
    await press();
    const download = await coming;
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
  }
  const into = await mkdtemp(join(folder, 'saved-'));
  saveIn(into);
  await press();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const [name = ''] = await readdir(into);
  return { name, text: await readFile(join(into, name), 'utf8') };
}
