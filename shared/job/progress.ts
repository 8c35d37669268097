// What a running job tells its host. Progress may be dropped; `settled` outcomes are results, not events.
import type { WireError } from '../errors/wire.ts';

export type Stage =
  'resolve' | 'check' | 'transfer' | 'seal' | 'verify' | 'probe' | 'push' | 'export' | 'serve';

/** shared/reference/ui §5: the words a person sees come from these. */
export type ItemState =
  'queued' | 'running' | 'shared' | 'present' | 'waiting' | 'done' | 'failed' | 'skipped' | 'cancelled';

export type ProgressEvent =
  | {
      readonly kind: 'stage';
      readonly stage: Stage;
      readonly totalBytes?: number;
      readonly totalItems?: number;
    }
  /**
   * What the job will move, told once before it does, in the order of the list. `bytes` is what the item needs on its own; 0 while
   * a list is locked, which tells its entries. A pack of a list tells that plan first and then its own.
   */
  | {
      readonly kind: 'plan';
      readonly items: readonly {
        readonly item: string;
        readonly itemKind: 'image' | 'chart' | 'file';
        readonly bytes: number;
      }[];
    }
  | { readonly kind: 'item'; readonly item: string; readonly state: ItemState; readonly error?: WireError }
  /**
   * Bytes done since the last event of this kind; the meter sums them. `resent` counts bytes moved more than once, `present`
   * those that had no need to move: done, but no speed. `item` is whose they are, where the job knows; what several items
   * share counts for the one that moves it.
   */
  | {
      readonly kind: 'bytes';
      readonly bytes: number;
      readonly resent?: boolean;
      readonly present?: boolean;
      readonly item?: string;
    }
  /** How many blobs of the whole are where they belong. */
  | { readonly kind: 'blobs'; readonly done: number; readonly total: number }
  /** Requests under way at one host from now on. */
  | { readonly kind: 'connections'; readonly host: string; readonly open: number }
  | { readonly kind: 'waiting'; readonly host: string; readonly seconds: number; readonly why: string }
  | { readonly kind: 'notice'; readonly text: string };

/** Something only the operator can decide. A host without a terminal takes `fallback`, or fails with the question's code. */
export type Question =
  /** `refused` is the user of a login that was tried: another answer is wanted, or none. */
  | { readonly kind: 'login'; readonly host: string; readonly why: string; readonly refused?: string }
  | { readonly kind: 'tagConflict'; readonly target: string; readonly there: string; readonly ours: string }
  | { readonly kind: 'secret'; readonly name: string; readonly why: string };

export type Answer =
  | { readonly kind: 'login'; readonly username: string; readonly password: string }
  | { readonly kind: 'tagConflict'; readonly choice: 'skip' | 'overwrite' | 'fail' }
  | { readonly kind: 'secret'; readonly value: string }
  | { readonly kind: 'none' };
