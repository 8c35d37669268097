// What was recognised in one thing that an operator gave, before it is put together with the rest.
import { AirlockError, retold } from '../../../../shared/errors/airlock-error.ts';
import { toWire } from '../../../../shared/errors/wire.ts';
import type { WireError } from '../../../../shared/errors/wire.ts';
import type { ContentsFound, DraftItem } from '../../../../shared/station/contents.ts';

/** As many as a draft takes. */
export const MOST_ITEMS = 20_000;

export interface Finding {
  readonly items: readonly DraftItem[];
  readonly list?: ContentsFound['list'];
  readonly lockPath?: string;
  readonly bundlePath?: string;
  readonly problems?: readonly WireError[];
}

/** What cannot be read is told and keeps nothing else from being read. Throws only what is no AirlockError: a fault of ours. */
export function refusedFinding(error: unknown): Finding {
  return { items: [], problems: [problemOf(error)] };
}

/** The error as a sentence of its own: readers of lists put a position before theirs. */
export function problemOf(error: unknown, place?: string): WireError {
  if (!(error instanceof AirlockError)) throw error;
  const bare = error.message.replace(/\.$/, '');
  // A name that it begins with stays as it is.
  const sentence =
    place === undefined
      ? bare.replace(/^[a-z]+ /, (word) => word.charAt(0).toUpperCase() + word.slice(1))
      : `${place}: ${bare}`;
  return toWire(retold(error, { message: `${sentence}.` }));
}
