// A reference in the three parts that it is shown in.
import { isLocalPath, splitPath } from './split-path.ts';

/** `quay.io/astronomer/` `ap-base` `:2026.8.3`; a digest counts as the tag, shortened to twelve digits; a path has none. */
export function splitReference(reference: string): {
  readonly path: string;
  readonly name: string;
  readonly tag: string;
} {
  if (isLocalPath(reference)) {
    const { folder, name } = splitPath(reference);
    return { path: folder, name, tag: '' };
  }
  const at = reference.indexOf('@');
  const named = at === -1 ? reference : reference.slice(0, at);
  const digest = at === -1 ? '' : `@${reference.slice(at + 1).replace(/^(sha\d+:[0-9a-f]{12}).*$/, '$1')}`;
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  return {
    path: named.slice(0, slash + 1),
    name: colon === -1 ? named.slice(slash + 1) : named.slice(slash + 1, colon),
    tag: `${colon === -1 ? '' : named.slice(colon)}${digest}`,
  };
}
