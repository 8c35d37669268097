// The repositories of all opened bundles and the names they answer to. Nothing is unpacked: content stays in its bundle.
import type { Digest } from '../../../shared/domain/digest.ts';
import { isDigest } from '../../../shared/domain/digest.ts';
import { isAirlockError } from '../../../shared/errors/airlock-error.ts';
import type { LockItem } from '../../../shared/format/lock.ts';
import { targetName } from '../relocate/index.ts';
import type { TargetName } from '../relocate/index.ts';
import type { BundleGraph, Entry, ManifestNode } from './bundle-graph.ts';
import { compareNames } from './paging.ts';
import { Refusal } from './refusal.ts';
import { blobOfBundle } from './served.ts';
import type { ServableBundle, ServedBlob, ServedRepository } from './served.ts';

export type Found =
  | { readonly kind: 'found'; readonly repository: ServedRepository }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] };

/**
 * Names, in the order they are tried: the full source path with its host (`docker.io/library/nginx`; a `:` in the host
 * is `_`, since no repository name may hold one), then the path that an import gives the item by default
 * (`library/nginx`), where one repository alone has it. `?ns=<host>`, which containerd sends to a mirror, names the host.
 */
export interface BundleLibrary {
  /** Full names, in no order. */
  names(): readonly string[];
  /** Full names that also answer to their short one. */
  find(name: string, namespace: string | undefined): Found | undefined;
  /** True for a full name. */
  has(name: string): boolean;
  /** The full names that a short one stands for. */
  candidates(shortName: string): readonly string[];
}

interface Shelf {
  readonly name: string;
  /** A tag that two bundles point to different digests has two. */
  readonly tags: Map<string, Set<Digest>>;
  readonly roots: Set<Digest>;
}

const AT_ROOT = { host: '', prefix: '' };

/** Items that have no valid repository name are left out and told to `onNotice`. */
export function createBundleLibrary(
  graph: BundleGraph,
  options: { readonly shortNames: boolean; readonly onNotice: (text: string) => void },
): BundleLibrary {
  const shelves = new Map<string, Shelf>();
  const shortNames = new Map<string, Set<string>>();
  for (const bundle of graph.bundles)
    for (const item of bundle.manifest.lock.items) {
      // Left behind when an incomplete bundle was sealed.
      if (item.root === undefined || graph.node(item.root.digest) === undefined) continue;
      const full = nameOf(item, item.root.digest, 'keep-host', options.onNotice);
      const short = nameOf(item, item.root.digest, 'default', options.onNotice);
      if (full === undefined || short === undefined) continue;
      const shelf = shelves.get(full.repository) ?? {
        name: full.repository,
        tags: new Map(),
        roots: new Set(),
      };
      shelves.set(shelf.name, shelf);
      put(shelf, full.tag, item.root.digest);
      for (const { tag, root } of item.attached ?? [])
        if (graph.node(root.digest) !== undefined) put(shelf, tag, root.digest);
      if (short.repository === full.repository) continue;
      const sharing = shortNames.get(short.repository) ?? new Set();
      shortNames.set(short.repository, sharing.add(full.repository));
    }

  const repositories = new Map<string, ServedRepository>();
  const repository = (name: string): ServedRepository | undefined => {
    const shelf = shelves.get(name);
    if (shelf === undefined) return undefined;
    const served = repositories.get(name) ?? servedRepository(shelf, graph);
    repositories.set(name, served);
    return served;
  };
  return {
    names: () => [...shelves.keys()],
    has: (name) => shelves.has(name),
    candidates: (shortName) => [...(shortNames.get(shortName) ?? [])].sort(compareNames),
    find(name, namespace) {
      if (namespace !== undefined) {
        const spelled = inNamespace(namespace, name);
        // A mirror that is configured with the host in its path asks for both at once.
        const exact = repository(spelled ?? name) ?? (sameHost(spelled, name) ? repository(name) : undefined);
        return exact === undefined ? undefined : { kind: 'found', repository: exact };
      }
      const exact = repository(name);
      if (exact !== undefined) return { kind: 'found', repository: exact };
      const candidates = options.shortNames ? this.candidates(name) : [];
      const only = candidates.length === 1 ? repository(candidates[0] ?? '') : undefined;
      if (only !== undefined) return { kind: 'found', repository: only };
      return candidates.length > 1 ? { kind: 'ambiguous', candidates } : undefined;
    },
  };
}

function put(shelf: Shelf, tag: string | undefined, digest: Digest): void {
  shelf.roots.add(digest);
  if (tag !== undefined) shelf.tags.set(tag, (shelf.tags.get(tag) ?? new Set()).add(digest));
}

function nameOf(
  item: LockItem,
  digest: Digest,
  map: 'keep-host' | 'default',
  onNotice: (text: string) => void,
): TargetName | undefined {
  try {
    return targetName(item, digest, AT_ROOT, { map, noTag: true });
  } catch (error) {
    if (!isAirlockError(error, 'REFERENCE_INVALID')) throw error;
    onNotice(`Not served as a repository: ${error.message}`);
    return undefined;
  }
}

/** The full name of a repository of a registry, spelled as the library spells it. */
function inNamespace(host: string, name: string): string | undefined {
  try {
    const reference = `${host}/${name}`;
    const source = { type: 'registry', host, repository: name } as const;
    const noDigest = `sha256:${'0'.repeat(64)}` as Digest;
    return targetName({ kind: 'image', reference, source }, noDigest, AT_ROOT, {
      map: 'keep-host',
      noTag: true,
    }).repository;
  } catch {
    return undefined;
  }
}

function sameHost(spelled: string | undefined, name: string): boolean {
  return spelled !== undefined && spelled.split('/')[0] === name.split('/')[0];
}

function servedRepository(shelf: Shelf, graph: BundleGraph): ServedRepository {
  let reached: Map<Digest, Reached> | undefined;
  const reach = () => (reached ??= reachFrom(shelf.roots, graph));
  return {
    name: shelf.name,
    tags: () => [...shelf.tags.keys()],
    manifest: (tagOrDigest) => {
      const digest = isDigest(tagOrDigest) ? tagOrDigest : onlyDigest(shelf, tagOrDigest, graph);
      const node = digest === undefined || !reach().has(digest) ? undefined : graph.node(digest);
      return Promise.resolve(
        node === undefined
          ? undefined
          : { descriptor: node.entry, read: () => node.bundle.readManifest(node.entry) },
      );
    },
    async blob(digest) {
      const found = reach().get(digest);
      return found === undefined ? undefined : heldBlob(found, graph.bundles);
    },
    referrers: (subject) =>
      graph
        .referrersOf(subject)
        .filter((node) => reach().has(node.entry.digest))
        .flatMap((node) => (node.referrer === undefined ? [] : [node.referrer])),
  };
}

interface Reached {
  readonly entry: Entry;
  /** Where to look for it first. */
  readonly bundle: ServableBundle;
}

/** All that a repository holds: what its roots point to, and what is attached to any of that, in whichever bundle. */
function reachFrom(roots: Iterable<Digest>, graph: BundleGraph): Map<Digest, Reached> {
  const reached = new Map<Digest, Reached>();
  const waiting = [...roots];
  const visit = (node: ManifestNode) => {
    if (reached.has(node.entry.digest)) return;
    reached.set(node.entry.digest, node);
    for (const entry of node.config === undefined ? node.children : [node.config, ...node.children])
      if (graph.node(entry.digest) !== undefined) waiting.push(entry.digest);
      else if (!reached.has(entry.digest)) reached.set(entry.digest, { entry, bundle: node.bundle });
    for (const referrer of graph.referrersOf(node.entry.digest)) waiting.push(referrer.entry.digest);
  };
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    const node = graph.node(digest);
    if (node !== undefined) visit(node);
  }
  return reached;
}

function onlyDigest(shelf: Shelf, tag: string, graph: BundleGraph): Digest | undefined {
  const digests = [...(shelf.tags.get(tag) ?? [])];
  if (digests.length <= 1) return digests[0];
  const candidates = digests.map((digest) => `${digest} in ${graph.node(digest)?.bundle.label ?? '?'}`);
  throw new Refusal(
    404,
    'MANIFEST_UNKNOWN',
    `${shelf.name}:${tag} is not the same in all bundles; ask by digest: ${candidates.join(', ')}.`,
    { detail: { candidates } },
  );
}

/** A blob that one bundle leaves to another one (a delta and its base) is taken from where it is. */
async function heldBlob(
  { entry, bundle }: Reached,
  bundles: readonly ServableBundle[],
): Promise<ServedBlob | undefined> {
  for (const holder of [bundle, ...bundles.filter((other) => other !== bundle)]) {
    const found = await blobOfBundle(holder, entry);
    if (found !== undefined) return found;
  }
  return undefined;
}
