// What a list entry is called before anything is known of it: in progress, in failures, and where it is gathered.
import { entryPath } from './files/local-path.ts';
import type { ListEntry } from './index.ts';

/** The reference as the list has it in full, the path under which a file travels, else where the bytes come from: a local path in full. */
export function labelOf(entry: ListEntry): string {
  if (entry.kind === 'file') return entry.as;
  if (entry.from === 'registry') return entry.ref;
  if (entry.from === 'repository') return `${entry.repo.replace(/\/$/, '')}/${entry.name}`;
  if (entry.from === 'daemon') return entry.name;
  // In full, as a list that a station wrote has it: its rows and the progress of their lock are one name.
  return entry.from === 'url' ? entry.url : entryPath(entry.base, entry.path);
}
