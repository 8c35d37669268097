// Tells what stands where a bundle is to be made, before anything is written.
import { lstat } from 'node:fs/promises';
import { isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { ERRORS } from '../../../shared/errors/codes.ts';
import { lockId } from '../content/lock-file.ts';
import { journalHead } from './create-bundle-writer.ts';
import type { BundlePlan, OpenedBundle, PlaceState } from './index.ts';
import { openBundle } from './open-bundle.ts';
import { readJournal, readUnfinishedLock, workPaths } from './work-folder.ts';

/**
 * done: a sealed bundle of the same lock, its files present with their sizes; where it was sealed incomplete its `absent` says
 * so. unfinished: a work folder that a writer goes on with. Throws BUNDLE_DAMAGED and its kin where a bundle of the same lock
 * is not whole.
 */
export async function inspectPlace(
  place: string,
  plan: BundlePlan,
  options: { readonly signal?: AbortSignal } = {},
): Promise<PlaceState> {
  if ((await lstat(place).catch(() => undefined)) !== undefined) return inspectSealed(place, plan, options);
  const { folder, journal } = workPaths(place);
  if ((await lstat(folder).catch(() => undefined)) === undefined) return 'free';
  const head = journalHead(plan);
  const lock = await readUnfinishedLock(place);
  if (lock !== undefined && lockId(lock) !== head.id) return 'taken';
  const earlier = (await readJournal(journal))?.head;
  if (earlier === undefined) return 'unfinished';
  const isSameLayout = !place.endsWith('.tar') || earlier.layout === head.layout;
  return earlier.id === head.id && isSameLayout ? 'unfinished' : 'taken';
}

async function inspectSealed(
  place: string,
  plan: BundlePlan,
  options: { readonly signal?: AbortSignal },
): Promise<PlaceState> {
  let bundle: OpenedBundle;
  try {
    bundle = await openBundle(place, options);
  } catch (error) {
    // Whatever it is, it can not be told to be this bundle.
    if (isAirlockError(error) && ERRORS[error.code].side === 'bundle') return 'taken';
    throw error;
  }
  try {
    if (bundle.manifest.id !== plan.manifest.id) return 'taken';
    await bundle.checkBeforeFirstByte(options);
    return 'done';
  } finally {
    await bundle.close();
  }
}
