// The files of all bundles, under the paths that the transfer list gave them with `as`.
import type { BundleGraph } from './bundle-graph.ts';
import type { ShelvedFile } from './chart-shelf.ts';
import { Refusal } from './refusal.ts';

export interface FileShelf {
  /** Path and size, in no order. A path that is not the same in all bundles stands once. */
  list(): readonly { readonly path: string; readonly size: number }[];
  /** Throws Refusal where two bundles have different files under the path. */
  file(path: string): ShelvedFile | undefined;
}

export function createFileShelf(graph: BundleGraph): FileShelf {
  const files = new Map<string, ShelvedFile[]>();
  for (const bundle of graph.bundles)
    for (const item of bundle.manifest.lock.items) {
      if (item.kind !== 'file' || item.root === undefined) continue;
      const node = graph.node(item.root.digest);
      const entry = node?.children[0];
      if (entry === undefined) continue;
      const known = files.get(item.reference) ?? [];
      if (!known.some((other) => other.entry.digest === entry.digest)) known.push({ bundle, entry });
      files.set(item.reference, known);
    }
  return {
    list: () => [...files].map(([path, [first]]) => ({ path, size: first?.entry.size ?? 0 })),
    file(path) {
      const found = files.get(path) ?? [];
      if (found.length > 1)
        throw new Refusal(
          404,
          'UNKNOWN',
          `${path} is not the same file in all bundles: ${found.map(({ bundle, entry }) => `${entry.digest} in ${bundle.label}`).join(', ')}.`,
        );
      return found[0];
    },
  };
}
