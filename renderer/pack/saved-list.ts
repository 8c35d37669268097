// Keeps the contents as a transfer list while they are gathered, and finds them again when the screens are loaded anew.
import { bridge } from '../bridge/client.ts';
import { addFound, newDraft, whatGoes } from './draft.ts';
import type { Contents } from './draft.ts';
import { newPack, usePack } from './pack-store.ts';
import type { ListState } from './pack-store.ts';

const KEY = 'airlock.pack.list';
/** Long enough that typing a name writes one list, short enough that nobody closes the window before. */
const QUIET_MS = 500;

let timer: ReturnType<typeof setTimeout> | undefined;
let writing: Promise<void> = Promise.resolve();
/** The contents that a file holds, and what is said of it. */
let kept: { readonly contents: Contents; readonly path: string; readonly list: ListState } | undefined;

/** Follows the contents from now on. The function returned ends that, and writes what is still to be written. */
export function keepListSaved(): () => void {
  const stop = usePack.subscribe((state, before) => {
    if (state.contents !== before.contents) follow(state.contents);
  });
  return () => {
    stop();
    if (timer !== undefined) void saveList();
  };
}

function follow(contents: Contents): void {
  endWait();
  if (contents === kept?.contents) keep(contents, kept.path, kept.list);
  else if (whatGoes(contents).items.length === 0) {
    localStorage.removeItem(KEY);
    usePack.setState({ list: { kind: 'none' } });
  } else {
    usePack.setState({ list: { kind: 'saving' } });
    timer = setTimeout(() => void saveList(), QUIET_MS);
  }
}

/** Says that a file holds just these contents, so that nothing is written until they change. */
export function keepAsOpened(contents: Contents, path: string): void {
  endWait();
  keep(contents, path, { kind: 'opened', path });
}

/** Writes the contents now, if they changed since; resolves when they are kept, or when it is said that they are not. */
export function saveList(): Promise<void> {
  endWait();
  writing = writeAfter(writing);
  return writing;
}

async function writeAfter(others: Promise<void>): Promise<void> {
  await others;
  const { contents } = usePack.getState();
  const draft = whatGoes(contents);
  if (contents === kept?.contents || draft.items.length === 0) return;
  const result = await bridge().contents.write(draft);
  if (!result.ok) usePack.setState({ list: { kind: 'unsaved', error: result.error } });
  else
    keep(contents, result.value.path, { kind: 'saved', path: result.value.path, at: result.value.savedAt });
}

/** Reads the list that was kept last. Where it is gone, the desk begins empty. */
export async function restoreList(): Promise<void> {
  const path = localStorage.getItem(KEY);
  if (path === null || isInUse()) return;
  const result = await bridge().contents.read({ text: null, paths: [path] });
  if (!result.ok || result.value.list === null || result.value.items.length === 0 || isInUse()) return;
  const empty: Contents = { draft: newDraft(new Date()), left: new Set() };
  const { contents } = addFound(empty, result.value);
  usePack.setState(({ contents: before, lockedContents }) => ({
    contents,
    past: [],
    // A lock that was found running is of this list.
    lockedContents: lockedContents === before ? contents : lockedContents,
  }));
  keepAsOpened(contents, path);
}

/** Empty contents; the list that was saved stays in its folder. */
export function startAnew(): void {
  endWait();
  kept = undefined;
  localStorage.removeItem(KEY);
  usePack.setState(newPack());
}

function isInUse(): boolean {
  return usePack.getState().contents.draft.items.length > 0;
}

function keep(contents: Contents, path: string, list: ListState): void {
  kept = { contents, path, list };
  localStorage.setItem(KEY, path);
  if (usePack.getState().contents === contents) usePack.setState({ list });
}

function endWait(): void {
  clearTimeout(timer);
  timer = undefined;
}
