// The Pack desk's own state: what is gathered, its lock, where it goes, and the jobs that did it.
import { create } from 'zustand';
import type { WireError } from '../../shared/errors/wire.ts';
import type { LockView } from '../../shared/station/contents.ts';
import type { JobId } from '../../shared/station/job.ts';
import type { Medium } from '../../shared/station/media.ts';
import { newContents } from './draft.ts';
import type { Contents } from './draft.ts';
import type { BundleForm } from './places.ts';

export type PackStep = 'contents' | 'lock' | 'destination' | 'run';

/** Where the contents are kept as a transfer list. */
export type ListState =
  | { readonly kind: 'none' }
  /** A file of somebody's, read and not changed since: it is what gets locked. */
  | { readonly kind: 'opened'; readonly path: string }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved'; readonly path: string; readonly at: number }
  | { readonly kind: 'unsaved'; readonly error: WireError };

export interface PackState {
  readonly step: PackStep;
  readonly contents: Contents;
  /** What the contents were before each change, newest last. */
  readonly past: readonly Contents[];
  readonly list: ListState;
  readonly isReading: boolean;
  /** Of what was given last: how much of it is new. */
  readonly lastAdded: { readonly count: number; readonly known: number } | null;
  readonly problems: readonly WireError[];
  /** A bundle was given here; it belongs to another desk. */
  readonly bundleGiven: string | null;

  readonly lockJob: JobId | null;
  /** What the running or last lock is of; compared by identity. Null where a lock was opened. */
  readonly lockedContents: Contents | null;
  readonly lock: LockView | null;
  /** The lock before the one that runs: what had moved then has moved still. */
  readonly formerLock: LockView | null;
  /** The last lock that left nothing out: what a smaller one spares is told by it. */
  readonly wholeLock: LockView | null;

  /** The folder or mount point that was chosen. */
  readonly place: string | null;
  /** Folders that were chosen by hand, beside what is mounted. */
  readonly folders: readonly string[];
  readonly media: readonly Medium[] | null;
  /** Null while the bundle is called as its list is. */
  readonly fileName: string | null;
  readonly form: BundleForm;
  readonly ejectsAfter: boolean;
  /** Why the last pack could not begin. */
  readonly startError: WireError | null;

  readonly packJob: JobId | null;
  readonly retriesAtEnd: boolean;
  /** Name of the medium that was ejected after the pack. */
  readonly ejected: string | null;
  /** Which question is open. */
  readonly isRenaming: boolean;
  readonly isCancelling: boolean;
  /** Contents were given while a bundle was being packed; the run says so once. */
  readonly isBusySaid: boolean;
}

const PAST = 100;

export function newPack(now = new Date()): PackState {
  return {
    step: 'contents',
    contents: newContents(now),
    past: [],
    list: { kind: 'none' },
    isReading: false,
    lastAdded: null,
    problems: [],
    bundleGiven: null,
    lockJob: null,
    lockedContents: null,
    lock: null,
    formerLock: null,
    wholeLock: null,
    place: null,
    folders: [],
    media: null,
    fileName: null,
    form: 'directory',
    ejectsAfter: false,
    startError: null,
    packJob: null,
    retriesAtEnd: false,
    ejected: null,
    isRenaming: false,
    isCancelling: false,
    isBusySaid: false,
  };
}

export const usePack = create<PackState>()(() => newPack());

/** Puts other contents in place of the present ones, which can be had back by `undoChange`. */
export function changeContents(change: (contents: Contents) => Contents): void {
  usePack.setState((state) => {
    const contents = change(state.contents);
    return contents === state.contents
      ? state
      : { contents, past: [...state.past, state.contents].slice(-PAST) };
  });
}

/** The contents as they were before the last change; false where there was none. */
export function undoChange(): boolean {
  const before = usePack.getState().past.at(-1);
  if (before === undefined) return false;
  usePack.setState(({ past }) => ({ contents: before, past: past.slice(0, -1) }));
  return true;
}

/** Whether the lock is of what the contents are now. A lock that was opened is of nothing else. */
export function isLockCurrent(state: Pick<PackState, 'lockedContents' | 'contents'>): boolean {
  return state.lockedContents === null || state.lockedContents === state.contents;
}

/** What the bundle's file is called, before its ending. */
export function fileNameOf({ fileName, lock, contents }: PackState): string {
  return fileName ?? lock?.name ?? contents.draft.name;
}

/** Forgets the destination's answer to what was chosen before; another choice is another question. */
export function chooseDestination(
  change: Partial<Pick<PackState, 'place' | 'fileName' | 'form' | 'folders' | 'ejectsAfter'>>,
): void {
  usePack.setState({ ...change, startError: null });
}
