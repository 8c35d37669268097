// Files that operating systems leave on every medium they are shown: reported, never read (FORMAT §4, Litter).

/** Names in lower case; Windows and macOS spell theirs as they like. */
const NAMES = new Set([
  '.ds_store',
  '.apdisk',
  '.appledouble',
  '.directory',
  '.documentrevisions-v100',
  '.fseventsd',
  '.localized',
  '.metadata_never_index',
  '.spotlight-v100',
  '.temporaryitems',
  '.trashes',
  '.volumeicon.icns',
  '$recycle.bin',
  'desktop.ini',
  'ehthumbs.db',
  'lost+found',
  'recycler',
  'system volume information',
  'thumbs.db',
]);

/** True for a file or folder that no person put there. `._NAME` is where macOS keeps what a medium can't, `.Trash-1000` a desktop's bin. */
export function isLitter(name: string): boolean {
  return NAMES.has(name.toLowerCase()) || name.startsWith('._') || /^\.Trash-\d+$/.test(name);
}
