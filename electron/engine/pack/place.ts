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

const ENDINGS = { tar: '.airlock.tar', directory: '.airlock' } as const;

/** The form that `-o` asks for by its ending; undefined for a folder to put the bundle into. */
export function formOf(output: string): BundleForm | undefined {
  const own = basename(resolve(output));
  if (own.endsWith(ENDINGS.tar)) return 'tar';
  return own.endsWith(ENDINGS.directory) ? 'directory' : undefined;
}

/**
 * A name that ends in `.airlock` or `.airlock.tar` is the bundle's own; any other is the folder to put `<name>.airlock`
 * into. That folder must be there: a medium that is not mounted would else be filled in by the disk below it.
 * Throws FILE_NOT_FOUND, USAGE.
 */
export async function choosePlace(output: string, name: string): Promise<Place> {
  const chosen = resolve(output);
  const form = formOf(output);
  if (form !== undefined) {
    if (ENDINGS[form] === basename(chosen))
      throw new AirlockError('USAGE', `"${output}" gives the bundle no name before ${ENDINGS[form]}.`);
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
