// Where `-o` puts a bundle (DESIGN §5, FORMAT §4).
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { BundleForm } from '../bundle/index.ts';

export interface Place {
  readonly form: BundleForm;
  /** Absolute. */
  readonly path: string;
  /** `<path>.work`, on the same file system, so that a rename can give the bundle its name. */
  readonly work: string;
}

/**
 * A name that ends in `.airlock` or `.airlock.tar` is the bundle's own; any other is the folder to put `<name>.airlock`
 * into. That folder must be there: a medium that is not mounted would else be filled in by the disk below it.
 * Throws FILE_NOT_FOUND, USAGE.
 */
export async function choosePlace(output: string, name: string): Promise<Place> {
  const chosen = resolve(output);
  const own = basename(chosen);
  for (const [ending, form] of [
    ['.airlock.tar', 'tar'],
    ['.airlock', 'directory'],
  ] as const) {
    if (!own.endsWith(ending)) continue;
    if (own === ending)
      throw new AirlockError('USAGE', `"${output}" gives the bundle no name before ${ending}.`);
    await requireFolder(dirname(chosen));
    return { form, path: chosen, work: `${chosen}.work` };
  }
  await requireFolder(chosen);
  const path = join(chosen, `${name}.airlock`);
  return { form: 'directory', path, work: `${path}.work` };
}

async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw new AirlockError('FILE_NOT_FOUND', `The folder ${path} is not there.`, {
      remedy: 'Check that the medium is mounted, or make the folder.',
    });
  if (!found.isDirectory())
    throw new AirlockError('FILE_NOT_FOUND', `${path} is no folder.`, {
      remedy: 'Name a folder, or a bundle that ends in .airlock or .airlock.tar.',
    });
}
