// Where a bundle can go: its path on a medium, and what the medium's room and file system mean for it (FORMAT §4).
import type { Medium } from '../../shared/station/media.ts';
import { splitPath } from '../ui/split-path.ts';
import { nameProblem } from './draft.ts';

export type BundleForm = 'directory' | 'tar';

/** What the lock says that the bundle needs. */
export interface Need {
  readonly bytes: number;
  readonly largestBlob: number;
  readonly blobs: number;
}

export type Fit =
  | { readonly kind: 'fits' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'full'; readonly missingBytes: number }
  /** FAT32 ends a file at 4 GiB. `tar` says that the folder form would do. */
  | { readonly kind: 'fileTooLarge'; readonly fileBytes: number; readonly isTarAlone: boolean }
  /** FAT32 ends a folder at 65,536 entries. */
  | { readonly kind: 'tooManyFiles'; readonly blobs: number }
  | { readonly kind: 'readOnly' };

const FAT_FILE_BYTES = 2 ** 32 - 1;
const FAT_BLOBS = 10_800;
/** What a tar adds to each blob, at most: a header, and padding to the next block. */
const TAR_BYTES_EACH = 1536;

export const ENDINGS = { directory: '.airlock', tar: '.airlock.tar' } as const;

/** Whether a file on it ends at 4 GiB. exFAT has no such limit. */
export function isFat32({ fileSystem }: Pick<Medium, 'fileSystem'>): boolean {
  return /^(?:v?fat|fat32|msdos)$/i.test(fileSystem);
}

/** How many bytes the bundle takes in this form, as near as the lock can say. */
export function sizeIn(form: BundleForm, need: Need): number {
  return form === 'tar' ? need.bytes + need.blobs * TAR_BYTES_EACH : need.bytes;
}

/** What the medium means for the bundle. Asked again by the engine, to the block, before the first byte. */
export function fitOf(medium: Medium, need: Need, form: BundleForm): Fit {
  if (medium.readOnly) return { kind: 'readOnly' };
  const size = sizeIn(form, need);
  if (size > medium.freeBytes) return { kind: 'full', missingBytes: size - medium.freeBytes };
  if (isFat32(medium)) {
    const fileBytes = form === 'tar' ? size : need.largestBlob;
    if (fileBytes > FAT_FILE_BYTES)
      return {
        kind: 'fileTooLarge',
        fileBytes,
        isTarAlone: form === 'tar' && need.largestBlob <= FAT_FILE_BYTES,
      };
    if (form === 'directory' && need.blobs > FAT_BLOBS) return { kind: 'tooManyFiles', blobs: need.blobs };
  }
  return medium.kind === 'folder' ? { kind: 'folder' } : { kind: 'fits' };
}

export function canTake(fit: Fit): boolean {
  return fit.kind === 'fits' || fit.kind === 'folder';
}

/** Straight below the medium, whatever slash its system writes. */
export function outputOf(folder: string, name: string, form: BundleForm): string {
  const slash = folder.includes('\\') && !folder.includes('/') ? '\\' : '/';
  return `${folder.replace(/[\\/]+$/, '')}${slash}${name}${ENDINGS[form]}`;
}

/** The folder and the name that a bundle's path is made of. */
export function splitOutput(output: string): {
  readonly folder: string;
  readonly file: string;
  readonly form: BundleForm;
} {
  const at = Math.max(output.lastIndexOf('/'), output.lastIndexOf('\\'));
  const file = output.slice(at + 1);
  return {
    folder: output.slice(0, Math.max(at, 1)),
    file,
    form: file.endsWith(ENDINGS.tar) ? 'tar' : 'directory',
  };
}

/** The medium that a path lies on: the longest of those it begins with. */
export function mediumOf(media: readonly Medium[], path: string): Medium | undefined {
  return media
    .filter((medium) => {
      const root = medium.path.replace(/[\\/]+$/, '');
      return path === medium.path || path.startsWith(`${root}/`) || path.startsWith(`${root}\\`);
    })
    .toSorted((one, other) => other.path.length - one.path.length)[0];
}

/** Every place that can be chosen: what is mounted, then folders that were chosen by hand. */
export function placesOf(media: readonly Medium[], folders: readonly string[]): readonly Medium[] {
  const known = new Set(media.map(({ path }) => path));
  return [...media, ...folders.filter((path) => !known.has(path)).map((path) => folderOn(media, path))];
}

/** A folder has the room and the file system of what it lies on; where that is not known, none is told. */
function folderOn(media: readonly Medium[], path: string): Medium {
  const below = mediumOf(media, path);
  return {
    device: null,
    fileSystem: '',
    removable: false,
    readOnly: false,
    freeBytes: Number.POSITIVE_INFINITY,
    totalBytes: 0,
    ...below,
    kind: below?.removable === true ? below.kind : 'folder',
    path,
    name: splitPath(path).name,
    bundles: [],
  };
}

/** What is chosen where nothing was yet: the only removable medium that takes the bundle; with several, nobody can know. */
export function soleMedium(media: readonly Medium[], need: Need, form: BundleForm): Medium | undefined {
  const fitting = media.filter(
    (medium) => medium.removable && medium.kind !== 'folder' && canTake(fitOf(medium, need, form)),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The nearest name that a bundle may have: lower-case, what is not taken as a dash. */
export function tidyName(name: string): string {
  const tidy = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64)
    .replace(/[.-]+$/, '');
  return nameProblem(tidy) === null ? tidy : `bundle-${tidy}`.replace(/-$/, '');
}

/** The next name that no bundle on the medium has: `plant-2`, then `plant-3`. */
export function otherName(name: string, medium: Pick<Medium, 'bundles'> | undefined): string {
  const taken = new Set(medium?.bundles.map(({ path }) => splitOutput(path).file) ?? []);
  const [, stem = name, number = '1'] = /^(.*?)(?:-(\d{1,4}))?$/.exec(name) ?? [];
  for (let next = Number(number) + 1; ; next += 1) {
    const candidate = `${stem.slice(0, 58)}-${next}`;
    if (!Object.values(ENDINGS).some((ending) => taken.has(`${candidate}${ending}`))) return candidate;
  }
}

/** What keeps the pack from being started, and the one thing that helps. */
export interface Block {
  readonly why: 'name' | 'noPlace' | Fit['kind'];
  readonly remedy:
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'form'; readonly form: BundleForm }
    | { readonly kind: 'folder' };
}

export function blockOf(choice: {
  readonly place: Medium | undefined;
  readonly need: Need;
  readonly form: BundleForm;
  readonly name: string;
}): Block | null {
  const { place, need, form, name } = choice;
  if (nameProblem(name) !== null) return { why: 'name', remedy: { kind: 'name', name: tidyName(name) } };
  if (place === undefined) return { why: 'noPlace', remedy: { kind: 'folder' } };
  const fit = fitOf(place, need, form);
  if (canTake(fit)) return null;
  if (fit.kind === 'fileTooLarge' && fit.isTarAlone)
    return { why: fit.kind, remedy: { kind: 'form', form: 'directory' } };
  if (fit.kind === 'tooManyFiles') return { why: fit.kind, remedy: { kind: 'form', form: 'tar' } };
  return { why: fit.kind, remedy: { kind: 'folder' } };
}
