// What is done to the contents: given things are read, rows are left out, removed and corrected, and all of it can be undone.
import { bridge } from '../bridge/client.ts';
import type { ContentsFound } from '../../shared/station/contents.ts';
import { announce } from '../store/announcer.ts';
import { browse } from '../store/browse.ts';
import { useJobs } from '../store/jobs.ts';
import { packTexts } from '../texts/pack.ts';
import { addFound, joinProblems, newContents, pinRow, removeRows, replaceRow, tickRows } from './draft.ts';
import { withIndex, withPlatforms } from './index-choice.ts';
import { openLock } from './lock-actions.ts';
import { packAnother } from './pack-actions.ts';
import { changeContents, undoChange, usePack } from './pack-store.ts';
import { keepAsOpened } from './saved-list.ts';

const texts = packTexts.contents;

/** Reads typed or pasted text and adds what it names. */
export function giveText(text: string): Promise<boolean> {
  return give({ text, paths: [] });
}

/** Reads files that were dropped or chosen, and adds what they are or name. */
export function givePaths(paths: readonly string[]): Promise<boolean> {
  return paths.length === 0 ? Promise.resolve(false) : give({ text: null, paths: [...paths] });
}

/** Takes what was opened or dropped from outside. While a bundle is unfinished here, it is said that there is no room for more. */
export async function takeOpened(paths: readonly string[]): Promise<void> {
  const { step, packJob } = usePack.getState();
  if (step === 'run' && packJob !== null) {
    if (useJobs.getState().jobs[packJob]?.state !== 'done') {
      usePack.setState({ isBusySaid: true });
      announce(packTexts.run.sayBusy);
      return;
    }
    await packAnother();
  }
  usePack.setState({ step: 'contents' });
  await givePaths(paths);
}

/** Asks for files and adds what they are or name. */
export async function browseForContents(): Promise<void> {
  await givePaths(await browse({ purpose: 'contents', multiple: true }));
}

async function give(input: { readonly text: string | null; readonly paths: string[] }): Promise<boolean> {
  usePack.setState({ isReading: true, lastAdded: null });
  const result = await bridge().contents.read(input);
  usePack.setState({ isReading: false });
  if (!result.ok) {
    usePack.setState(({ problems }) => ({ problems: joinProblems(problems, [result.error]) }));
    return false;
  }
  return take(result.value);
}

async function take(found: ContentsFound): Promise<boolean> {
  usePack.setState(({ problems }) => ({ problems: joinProblems(problems, found.problems) }));
  if (found.bundlePath !== null) {
    usePack.setState({ bundleGiven: found.bundlePath });
    return true;
  }
  if (found.lockPath !== null) {
    await openLock(found.lockPath);
    return true;
  }
  const added = addFound(usePack.getState().contents, found);
  if (added.keys.length > 0 || added.opened !== null) {
    changeContents(() => added.contents);
    if (added.opened !== null) keepAsOpened(added.contents, added.opened);
  }
  const isNothing = found.items.length === 0;
  usePack.setState({ lastAdded: { count: added.keys.length, known: added.known } });
  announce(isNothing ? texts.nothingFound : texts.added(added.keys.length, added.known));
  return !isNothing;
}

/** Puts another reference in a row's place; false where nothing was found in the text. */
export async function correct(key: string, text: string): Promise<boolean> {
  const result = await bridge().contents.read({ text, paths: [] });
  if (!result.ok) return false;
  const changed = replaceRow(usePack.getState().contents, key, result.value);
  if (changed === null) return false;
  changeContents(() => changed);
  return true;
}

/** Names what a tag led to before in place of what it leads to now; false where the row has no tag of its own. */
export function keepDigest(key: string, digest: string): boolean {
  const pinned = pinRow(usePack.getState().contents, key, digest);
  if (pinned === null) return false;
  changeContents(() => pinned);
  return true;
}

export function remove(keys: readonly string[]): void {
  changeContents((contents) => removeRows(contents, keys));
  announce(texts.removed(keys.length));
}

export function setGoes(keys: readonly string[], goes: boolean): void {
  changeContents((contents) => tickRows(contents, keys, goes));
}

export function undo(): void {
  if (undoChange()) announce(texts.undone);
}

/** Empty contents under another name; one undo brings all of it back. The list that was saved stays in its folder. */
export function clear(): void {
  changeContents(() => newContents());
  usePack.setState({ lastAdded: null, problems: [] });
  announce(texts.cleared);
}

export function rename(name: string): void {
  changeContents((contents) =>
    contents.draft.name === name ? contents : { ...contents, draft: { ...contents.draft, name } },
  );
}

export function choosePlatforms(platforms: readonly string[]): void {
  changeContents((contents) => ({
    ...contents,
    draft: { ...contents.draft, ...withPlatforms(contents.draft, platforms) },
  }));
}

export function chooseIndex(index: 'keep' | 'child' | 'rewrite'): void {
  changeContents((contents) => ({
    ...contents,
    draft: { ...contents.draft, ...withIndex(contents.draft, index) },
  }));
}
