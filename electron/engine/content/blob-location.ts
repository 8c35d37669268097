// The grammar of `blobs[].from` in a lock: where a blob lies that the walk from the items does not lead to.

/** Paths are as a lock writes them. `offset` counts in the uncompressed tar, whether the archive is compressed or not. */
export type BlobLocation =
  | { readonly in: 'archive'; readonly path: string; readonly offset: number }
  | { readonly in: 'file'; readonly path: string }
  | { readonly in: 'web'; readonly url: string };

/** `archive:<offset>:<path>`, `path:<path>`, or an https address. */
export function formatLocation(location: BlobLocation): string {
  switch (location.in) {
    case 'archive':
      return `archive:${location.offset}:${location.path}`;
    case 'file':
      return `path:${location.path}`;
    default:
      return location.url;
  }
}

/** Undefined for what no version of the format has written. */
export function parseLocation(text: string): BlobLocation | undefined {
  const archive = /^archive:(\d{1,15}):(.+)$/s.exec(text);
  if (archive?.[1] !== undefined && archive[2] !== undefined)
    return { in: 'archive', offset: Number(archive[1]), path: archive[2] };
  if (text.startsWith('path:')) return { in: 'file', path: text.slice('path:'.length) };
  return /^https?:\/\//.test(text) ? { in: 'web', url: text } : undefined;
}
