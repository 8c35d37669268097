// Lays a bundle out: what follows from a lock and its manifests alone. Pack plans with it, and verify plans again with it.
import type { z } from 'zod';
import {
  ANNOTATION,
  isIndexType,
  isManifestOrIndexType,
  LIMIT,
  MEDIA,
} from '../../../shared/domain/descriptor.ts';
import type { Descriptor, Index } from '../../../shared/domain/descriptor.ts';
import { shortDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { FORMAT_MAJOR, FORMAT_MINOR } from '../../../shared/format/bundle.ts';
import type { BundleItem, BundleManifest, CarriedLock } from '../../../shared/format/bundle.ts';
import type { Absent, Attached, LockItem } from '../../../shared/format/lock.ts';
import { canonicalJson } from '../oci/canonical-json.ts';
import { digestOf } from '../oci/digester.ts';
import { formatReference, parseReference } from '../oci/reference.ts';
import type { ContentNode } from './content-graph.ts';
import { referrersName, refNamesOf } from './ref-names.ts';

type Content = Pick<Descriptor, 'mediaType' | 'digest' | 'size'>;

export interface LayoutSource {
  readonly lock: z.infer<typeof CarriedLock>;
  readonly id: Digest;
  /** Of the Airlock that writes the bundle. */
  readonly version: string;
  /** A manifest or index; undefined where it is not carried. */
  node(descriptor: Content): ContentNode | undefined;
  /** Bytes of a blob that can be carried, config and layer alike; undefined where it can't. */
  sizeOf(digest: Digest): number | undefined;
  /** Blobs that could not be had, for a bundle that is sealed without them. */
  readonly failed: ReadonlySet<Digest>;
  /** What a contradiction between these is: a bad lock for who packs, damage for who verifies. */
  refuse(why: string): AirlockError;
}

export interface Layout {
  readonly manifest: BundleManifest;
  readonly index: Index;
  /** Bytes of the derived referrer indexes. */
  readonly derived: ReadonlyMap<Digest, Uint8Array>;
}

/**
 * Pure. Throws LOCK_UNPINNED, LIMIT_EXCEEDED, REFERENCE_CONFLICT, and what `refuse` makes where the lock's parts disagree or
 * something reachable is neither carried nor absent.
 */
export function layOut(source: LayoutSource): Layout {
  const { lock } = source;
  if (lock.items.length > LIMIT.items) throw tooMany('items', lock.items.length, LIMIT.items);
  const items = lock.items.map((item) => ({ item, root: rootOf(item) }));
  const referrers = referrersOf(lock.items);
  const tags = signatureTags(lock.items);
  const derived = deriveIndexes(source, referrers);

  const held = heldBelow(source, [
    ...items.map(({ root }) => root),
    ...referrers.map(({ root }) => root),
    ...tags.values(),
  ]);
  for (const { descriptor } of derived) held.set(descriptor.digest, descriptor.size);
  if (held.size > LIMIT.blobs) throw tooMany('blobs', held.size, LIMIT.blobs);

  const names = refNamesOf(
    [...items.map(({ item }) => item.reference), ...tags.keys()],
    new Set(derived.map(({ name }) => name)),
  );
  const nameOf = (reference: string): string => names.get(reference) ?? reference;
  requireUnique([
    ...items.map(({ item }) => [nameOf(item.reference), item.reference] as const),
    ...[...tags.keys()].map((reference) => [nameOf(reference), reference] as const),
  ]);

  const index: Index = {
    schemaVersion: 2,
    mediaType: MEDIA.ociIndex,
    manifests: [
      ...items.map(({ item, root }) => ({
        ...plain(root),
        annotations: {
          ...(item.kind === 'image' ? { [ANNOTATION.imageName]: item.reference } : {}),
          [ANNOTATION.refName]: nameOf(item.reference),
          [ANNOTATION.item]: item.reference,
          [ANNOTATION.kind]: item.kind,
        },
      })),
      ...[...tags].map(([reference, root]) => ({
        ...plain(root),
        annotations: { [ANNOTATION.refName]: nameOf(reference), [ANNOTATION.item]: reference },
      })),
      ...new Map(referrers.map(({ root }) => [root.digest, plain(root)])).values(),
      ...derived.map(({ name, descriptor }) => ({
        ...descriptor,
        annotations: { [ANNOTATION.refName]: name },
      })),
    ],
  };
  const { name, stream, sequence, marking } = lock.metadata;
  const manifest: BundleManifest = {
    format: { major: FORMAT_MAJOR, minor: FORMAT_MINOR },
    features: [],
    id: source.id,
    name,
    created: lock.created,
    tool: { name: 'airlock', version: source.version },
    ...(stream === undefined ? {} : { stream }),
    ...(sequence === undefined ? {} : { sequence }),
    ...(marking === undefined ? {} : { marking }),
    lock,
    items: items.map(({ item, root }): BundleItem => ({
      kind: item.kind,
      reference: item.reference,
      refName: nameOf(item.reference),
      digest: root.digest,
    })),
    blobs: [...held].map(([digest, size]) => ({ digest, size })).sort(byDigest),
    absent: absentOf(source, held),
  };
  return {
    manifest,
    index,
    derived: new Map(derived.map(({ descriptor, bytes }) => [descriptor.digest, bytes])),
  };
}

/** Bytewise: a digest's order is that of its path under blobs/. */
export function byDigest(one: { readonly digest: Digest }, other: { readonly digest: Digest }): number {
  return one.digest < other.digest ? -1 : Number(one.digest > other.digest);
}

function rootOf(item: LockItem): Descriptor {
  if (item.root === undefined)
    throw new AirlockError('LOCK_UNPINNED', `${item.reference} has no digest in the lock.`, {
      details: { item: item.reference },
    });
  return item.root;
}

/** Referrers by digest; one that several items carry stands once for each subject. */
function referrersOf(items: readonly LockItem[]): readonly Attached[] {
  const found = new Map<string, Attached>();
  for (const item of items)
    for (const attached of item.attached ?? [])
      if (attached.kind === 'referrer') found.set(`${attached.root.digest} ${attached.subject}`, attached);
  return [...found.values()].sort((one, other) => byDigest(one.root, other.root));
}

/** cosign's tags by their full reference, in its order: repositories are those that the items are named by. */
function signatureTags(items: readonly LockItem[]): ReadonlyMap<string, Descriptor> {
  const found = new Map<string, Descriptor>();
  for (const item of items)
    for (const { kind, tag, root } of item.attached ?? []) {
      if (kind !== 'tag' || tag === undefined) continue;
      const { host, repository } = parseReference(item.reference);
      const reference = formatReference({ host, repository, tag, digest: undefined });
      const other = found.get(reference);
      if (other !== undefined && other.digest !== root.digest)
        throw new AirlockError(
          'REFERENCE_CONFLICT',
          `${reference} has two digests: ${other.digest} and ${root.digest}.`,
          { remedy: 'Lock again: the signature changed while the list was being resolved.' },
        );
      found.set(reference, root);
    }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function deriveIndexes(
  source: LayoutSource,
  referrers: readonly Attached[],
): readonly { readonly name: string; readonly descriptor: Descriptor; readonly bytes: Uint8Array }[] {
  const bySubject = new Map<Digest, Descriptor[]>();
  for (const { subject, root } of referrers) {
    const node = source.node(root);
    if (node?.referrer === undefined || node.subject !== subject)
      throw source.refuse(`${root.digest} is no referrer of ${subject}`);
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), node.referrer]);
  }
  return [...bySubject]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([subject, manifests]) => {
      const bytes = canonicalJson({ schemaVersion: 2, mediaType: MEDIA.ociIndex, manifests });
      if (bytes.byteLength > LIMIT.manifestBytes)
        throw new AirlockError(
          'LIMIT_EXCEEDED',
          `The referrers of ${shortDigest(subject)} need an index of ${bytes.byteLength} bytes; 4 MiB is the most.`,
        );
      const digest = digestOf(bytes);
      return {
        name: referrersName(subject),
        descriptor: { mediaType: MEDIA.ociIndex, digest, size: bytes.byteLength },
        bytes,
      };
    });
}

/** Everything reachable that is carried, with its size. */
function heldBelow(source: LayoutSource, roots: readonly Descriptor[]): Map<Digest, number> {
  const absent = new Set(source.lock.absent.map(({ digest }) => digest));
  const held = new Map<Digest, number>();
  const levels = new Map<Digest, number>();
  /** Indexes on the longest way down from here; `above` are those already passed. */
  const walk = (descriptor: Content, above: number): number => {
    const { digest, mediaType, size } = descriptor;
    if (above > LIMIT.indexNesting) throw tooDeep(digest);
    const known = held.get(digest);
    if (known !== undefined && known !== size)
      throw source.refuse(`${digest} is said to have ${known} bytes and ${size} bytes`);
    const level = levels.get(digest);
    if (level !== undefined) return level;
    levels.set(digest, 0);
    const node = isManifestOrIndexType(mediaType) ? source.node(descriptor) : undefined;
    const carried = isManifestOrIndexType(mediaType) ? node && size : source.sizeOf(digest);
    if (carried === undefined) {
      if (!absent.has(digest) && !source.failed.has(digest))
        throw source.refuse(`${digest} is needed and is neither carried nor absent`);
      return 0;
    }
    if (carried !== size) throw source.refuse(`${digest} has ${carried} bytes and is said to have ${size}`);
    if (!source.failed.has(digest)) held.set(digest, size);
    const own = isIndexType(mediaType) ? 1 : 0;
    const below = (node?.children ?? []).reduce((most, child) => Math.max(most, walk(child, above + own)), 0);
    levels.set(digest, below + own);
    return below + own;
  };
  for (const root of roots) if (walk(root, 0) > LIMIT.indexNesting) throw tooDeep(root.digest);
  return held;
}

function tooDeep(digest: Digest): AirlockError {
  return new AirlockError('LIMIT_EXCEEDED', `${digest} nests indexes more than ${LIMIT.indexNesting} deep.`);
}

/** What the lock says is not carried, save what another item carries all the same, then what could not be had. */
function absentOf(source: LayoutSource, held: ReadonlyMap<Digest, number>): Absent[] {
  const absent = source.lock.absent.filter(
    ({ digest, reason }) => reason !== 'failed' && !held.has(digest) && !source.failed.has(digest),
  );
  if (source.failed.size === 0) return absent;
  const failures = source.lock.items.flatMap((item) => {
    const seen = new Set<Digest>();
    const walk = (descriptor: Content): void => {
      if (seen.has(descriptor.digest)) return;
      seen.add(descriptor.digest);
      if (isManifestOrIndexType(descriptor.mediaType)) source.node(descriptor)?.children.forEach(walk);
    };
    for (const root of [rootOf(item), ...(item.attached ?? []).map((attached) => attached.root)]) walk(root);
    return [...seen]
      .filter((digest) => source.failed.has(digest))
      .sort()
      .map((digest): Absent => ({ digest, reason: 'failed', item: item.reference }));
  });
  return [...absent, ...failures];
}

function requireUnique(names: readonly (readonly [name: string, reference: string])[]): void {
  const seen = new Map<string, string>();
  for (const [name, reference] of names) {
    const other = seen.get(name);
    if (other !== undefined)
      throw new AirlockError(
        'REFERENCE_CONFLICT',
        other === reference
          ? `${reference} stands twice in the lock.`
          : `${other} and ${reference} would both be called ${name} in the bundle.`,
      );
    seen.set(name, reference);
  }
}

function plain({ mediaType, digest, size }: Descriptor): Content {
  return { mediaType, digest, size };
}

function tooMany(what: string, found: number, limit: number): AirlockError {
  return new AirlockError('LIMIT_EXCEEDED', `The lock has ${found} ${what}; a bundle may have ${limit}.`);
}
