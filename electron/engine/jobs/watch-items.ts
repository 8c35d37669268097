// Tells the fate of blobs as the fate of the items that need them, while they move or are checked.
import type { Digest } from '../../../shared/domain/digest.ts';
import type { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { ItemState } from '../../../shared/job/progress.ts';
import type { ItemNames } from './item-names.ts';
import type { JobContext } from './job-context.ts';

export interface ItemWatch {
  /** Name of the item that a blob's bytes are counted for: the first that needs it. Undefined where none does. */
  moverOf(digest: Digest): string | undefined;
  /** An item runs from its first byte on. */
  blobBegan(digest: Digest): void;
  blobEnded(digest: Digest, error?: AirlockError): void;
}

interface Open {
  readonly name: string;
  blobs: number;
  error: AirlockError | undefined;
  runs: boolean;
}

/**
 * Reports each item when its last blob has ended. `awaited` are the blobs that are still to come; an item that needs none of
 * them is told as `idle` at once, one that others bring along as shared.
 */
export function watchItems<T>(
  names: ItemNames<T>,
  needs: ReadonlyMap<T, ReadonlySet<Digest>>,
  awaited: ReadonlySet<Digest>,
  idle: ItemState,
  report: JobContext['report'],
): ItemWatch {
  /** Of each blob those who wait for it, the one that moves it first. */
  const waiting = new Map<Digest, Open[]>();
  for (const [item, name] of names) {
    const open: Open = { name, blobs: 0, error: undefined, runs: false };
    let movesAny = false;
    for (const digest of needs.get(item) ?? []) {
      if (!awaited.has(digest)) continue;
      open.blobs += 1;
      const others = waiting.get(digest);
      if (others === undefined) waiting.set(digest, [open]);
      else others.push(open);
      movesAny ||= others === undefined;
    }
    if (open.blobs === 0) report({ kind: 'item', item: name, state: idle });
    else if (!movesAny) report({ kind: 'item', item: name, state: 'shared' });
  }
  return {
    moverOf: (digest) => waiting.get(digest)?.[0]?.name,
    blobBegan(digest) {
      const mover = waiting.get(digest)?.[0];
      if (mover === undefined || mover.runs) return;
      mover.runs = true;
      report({ kind: 'item', item: mover.name, state: 'running' });
    },
    blobEnded(digest, error) {
      for (const open of waiting.get(digest) ?? []) {
        open.blobs -= 1;
        open.error ??= error;
        if (open.blobs > 0) continue;
        report(
          open.error === undefined
            ? { kind: 'item', item: open.name, state: 'done' }
            : { kind: 'item', item: open.name, state: 'failed', error: toWire(open.error) },
        );
      }
      waiting.delete(digest);
    },
  };
}
