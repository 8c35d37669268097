// Keeps the contents as a transfer list while they are gathered, and finds them again when the screens are loaded anew.
import { bridge } from '../bridge/client.ts';
import type { DraftToWrite } from '../../shared/station/contents.ts';
import { addFound, joinProblems, keyOf, newContents } from './draft.ts';
import type { Contents } from './draft.ts';
import { newPack, usePack } from './pack-store.ts';
import type { ListState } from './pack-store.ts';

const KEY = 'airlock.pack.list';
/** Contents that no file holds yet: a page may be closed before it is written, and a folder may take no files. */
const PENDING = 'airlock.pack.unsaved';
/** Long enough that typing a name writes one list, short enough that nobody closes the window before. */
const QUIET_MS = 500;

/** The file that holds the contents. */
interface KeptIn {
  readonly path: string;
  /** What this draft wrote into it; null for a file of somebody's, which is never written over. */
  readonly digest: string | null;
}

let timer: ReturnType<typeof setTimeout> | undefined;
let writing: Promise<void> = Promise.resolve();
/** The contents that a file holds, and what is said of it. */
let kept: { readonly contents: Contents; readonly file: KeptIn; readonly list: ListState } | undefined;
/** The file of each draft that was gathered here: an undo may go back to one before the present. */
const files = new Map<Contents['id'], KeptIn>();

/** Follows the contents from now on. The function returned ends that, and writes what is still to be written. */
export function keepListSaved(): () => void {
  const stop = usePack.subscribe((state, before) => {
    if (state.contents !== before.contents) follow(state.contents);
  });
  window.addEventListener('pagehide', keepUnsaved);
  return () => {
    window.removeEventListener('pagehide', keepUnsaved);
    stop();
    if (timer !== undefined) void saveList();
  };
}

function follow(contents: Contents): void {
  endWait();
  if (contents === kept?.contents) keep(contents, kept.file, kept.list);
  else if (contents.draft.items.length === 0) {
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
  keep(contents, { path, digest: null }, { kind: 'opened', path });
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
  if (contents === kept?.contents || contents.draft.items.length === 0) return;
  const result = await bridge().contents.write(toWrite(contents));
  if (!result.ok) usePack.setState({ list: { kind: 'unsaved', error: result.error } });
  else {
    const { path, digest, savedAt } = result.value;
    keep(contents, { path, digest }, { kind: 'saved', path, at: savedAt });
  }
}

function toWrite({ id, draft, left }: Contents): DraftToWrite {
  const file = files.get(id);
  return {
    draft,
    left: draft.items.flatMap((item, row) => (left.has(keyOf(item)) ? [row] : [])),
    own: file === undefined || file.digest === null ? null : { path: file.path, digest: file.digest },
  };
}

/** What is not written when the page goes is there when it comes back. */
function keepUnsaved(): void {
  const { contents } = usePack.getState();
  if (contents === kept?.contents || contents.draft.items.length === 0) return;
  try {
    localStorage.setItem(PENDING, JSON.stringify(toWrite(contents)));
  } catch {
    // More than a browser keeps; what was written before is still there.
  }
}

/** Reads the list that was kept last. Where it is gone, the desk begins empty. */
export async function restoreList(): Promise<void> {
  if (isInUse()) return;
  await writeUnsaved();
  const file = keptIn();
  if (file === null || isInUse()) return;
  const result = await bridge().contents.read({ text: null, paths: [file.path] });
  if (!result.ok || result.value.list === null || isInUse()) return;
  const { contents } = addFound(newContents(), result.value);
  if (contents.draft.items.length === 0) return;
  usePack.setState(({ contents: before, lockedContents }) => ({
    contents,
    past: [],
    // A lock that was found running is of this list.
    lockedContents: lockedContents === before ? contents : lockedContents,
  }));
  endWait();
  keep(contents, file, { kind: 'opened', path: file.path });
}

/** The station judges what comes out of the browser's memory as it judges all that comes from a page. */
async function writeUnsaved(): Promise<void> {
  const unsaved = parsed(localStorage.getItem(PENDING));
  if (unsaved === null) return;
  const result = await bridge().contents.write(unsaved as DraftToWrite);
  if (!result.ok) {
    usePack.setState(({ problems }) => ({ problems: joinProblems(problems, [result.error]) }));
    return;
  }
  localStorage.removeItem(PENDING);
  localStorage.setItem(KEY, JSON.stringify({ path: result.value.path, digest: result.value.digest }));
}

function keptIn(): KeptIn | null {
  const found = parsed(localStorage.getItem(KEY));
  if (typeof found !== 'object' || found === null || !('path' in found) || typeof found.path !== 'string')
    return null;
  const digest = 'digest' in found && typeof found.digest === 'string' ? found.digest : null;
  return { path: found.path, digest };
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** Empty contents; the list that was saved stays in its folder. */
export function startAnew(): void {
  endWait();
  kept = undefined;
  files.clear();
  localStorage.removeItem(KEY);
  localStorage.removeItem(PENDING);
  usePack.setState(newPack());
}

function isInUse(): boolean {
  return usePack.getState().contents.draft.items.length > 0;
}

function keep(contents: Contents, file: KeptIn, list: ListState): void {
  kept = { contents, file, list };
  files.set(contents.id, file);
  localStorage.setItem(KEY, JSON.stringify(file));
  localStorage.removeItem(PENDING);
  if (usePack.getState().contents === contents) usePack.setState({ list });
}

function endWait(): void {
  clearTimeout(timer);
  timer = undefined;
}
