// One item after another out of a bundle: what it came to, and that one's damage is not another's.
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import type { LockItem } from '../../../shared/format/lock.ts';
import type { Bundle } from '../bundle/index.ts';
import type { Ended } from '../jobs/item-account.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { readWhole } from './closure.ts';

export type ExportItem = LockItem & { readonly root: Descriptor };

export interface Exported {
  /** One for each item, in their order. */
  readonly ends: readonly Ended[];
  readonly notes: readonly string[];
}

/** Runs `write` for each item in turn. What fails is that item's; a taken place and a full disk end the whole. */
export async function eachItem(
  bundle: Bundle,
  items: readonly ExportItem[],
  context: JobContext,
  write: (item: ExportItem) => Promise<{ readonly bytes: number; readonly moved: boolean }>,
): Promise<readonly Ended[]> {
  const ends: Ended[] = [];
  for (const item of items) {
    context.signal.throwIfAborted();
    context.report({ kind: 'item', item: item.reference, state: 'running' });
    try {
      await readWhole(bundle, item, context.signal);
      const { bytes, moved } = await write(item);
      ends.push({ outcome: moved ? 'carried' : 'present', bytes });
      context.report({ kind: 'item', item: item.reference, state: moved ? 'done' : 'present' });
    } catch (error) {
      if (context.signal.aborted || !isOfTheItem(error)) throw error;
      ends.push({ outcome: 'failed', error: asDamage(error, bundle), bytes: 0 });
      context.report({ kind: 'item', item: item.reference, state: 'failed' });
    }
  }
  return ends;
}

/** What is wrong with this machine or the place is wrong for every item. */
function isOfTheItem(error: unknown): error is AirlockError {
  return isAirlockError(error) && error.side !== 'machine';
}

export function isDone(end: Ended): boolean {
  return end.outcome === 'carried' || end.outcome === 'present';
}

/** A digest that does not agree is, here, the bundle's fault. */
export function asDamage(error: unknown, bundle: Bundle): unknown {
  if (!isAirlockError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH')) return error;
  return new AirlockError('BUNDLE_DAMAGED', error.message, {
    cause: error,
    details: { ...error.details, path: bundle.path },
  });
}
