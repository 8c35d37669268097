// Finds what is attached to an image: referrers, and the signature tags of cosign (FORMAT §2, Closure).
import { LIMIT } from '../../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../../shared/domain/descriptor.ts';
import { algorithmOf, hexOf, shortDigest } from '../../../../shared/domain/digest.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import { AirlockError, isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { Attached } from '../../../../shared/format/lock.ts';
import type { z } from 'zod';
import { subjectOf } from '../../oci/manifest.ts';
import type { GraphNode, SourceGraph } from './source-graph.ts';

export interface Closure {
  /** By subject in the order given, referrers by digest before tags by name; what is attached to those follows them. */
  readonly attached: readonly z.infer<typeof Attached>[];
  /** Every manifest and index of what is attached. */
  readonly nodes: readonly GraphNode[];
  readonly notes: readonly string[];
}

export interface Subject {
  readonly digest: Digest;
  /** It stays behind itself; what is said of it is carried all the same. */
  readonly dropped: boolean;
}

const NOTHING: Closure = { attached: [], nodes: [], notes: [] };

const SUFFIXES = ['.att', '.sbom', '.sig'] as const;

/** Whether it pays to ask the source for a tag. */
type MayHave = (tag: string) => boolean;

/**
 * `knownTag` is the one that led to the item, where one did. Throws MANIFEST_AMBIGUOUS where referrers lead back to what
 * they are about.
 */
export async function findAttached(
  graph: SourceGraph,
  subjects: readonly Subject[],
  knownTag: string | undefined,
  signal: AbortSignal,
): Promise<Closure> {
  // The first answer tells whether the registry keeps referrers at all; the others then need fewer requests.
  const [first, ...others] = subjects;
  if (first === undefined) return NOTHING;
  const mayHave = await tagFilter(graph, knownTag, signal);
  const closures = [
    await attachedTo(graph, first, [], mayHave, signal),
    ...(await Promise.all(others.map((subject) => attachedTo(graph, subject, [], mayHave, signal)))),
  ];
  return joined(closures);
}

/**
 * One list of a repository's tags spares four HEADs for each manifest that nobody signed. A list is believed where it is whole
 * and names the tag we came by: one that lacks it is no list of all that the registry answers for.
 */
async function tagFilter(
  graph: SourceGraph,
  knownTag: string | undefined,
  signal: AbortSignal,
): Promise<MayHave> {
  const tags = knownTag === undefined ? undefined : await graph.repository.tagsAtOnce?.({ signal });
  if (tags === undefined || knownTag === undefined || !tags.has(knownTag)) return () => true;
  return (tag) => tags.has(tag);
}

async function attachedTo(
  graph: SourceGraph,
  subject: Subject,
  ancestors: readonly Digest[],
  mayHave: MayHave,
  signal: AbortSignal,
): Promise<Closure> {
  const [referrers, ...tags] = await Promise.all([
    referrersOf(graph, subject, ancestors, mayHave, signal),
    ...SUFFIXES.map((suffix) => tagOf(graph, subject, suffix, ancestors, mayHave, signal)),
  ]);
  return joined([referrers, ...tags]);
}

async function referrersOf(
  graph: SourceGraph,
  subject: Subject,
  ancestors: readonly Digest[],
  mayHave: MayHave,
  signal: AbortSignal,
): Promise<Closure> {
  const notes: string[] = [];
  const listed = await listReferrers(graph, subject.digest, mayHave, signal);
  const closures = await Promise.all(
    [...listed.values()]
      .toSorted((one, other) => (one.digest < other.digest ? -1 : 1))
      .map(async (descriptor): Promise<Closure> => {
        const chain = [...ancestors, subject.digest];
        if (chain.includes(descriptor.digest))
          throw new AirlockError(
            'MANIFEST_AMBIGUOUS',
            `${graph.repository.label}: the referrers of ${shortDigest(descriptor.digest)} lead back to it.`,
          );
        const node = await readListed(graph, descriptor);
        if (node === undefined) {
          notes.push(`the referrer ${shortDigest(descriptor.digest)} is listed at its source and not there`);
          return NOTHING;
        }
        if (subjectOf(node.parsed)?.digest !== subject.digest) {
          notes.push(
            `the manifest ${shortDigest(descriptor.digest)} is listed as a referrer and is about something else`,
          );
          return NOTHING;
        }
        const own: Closure = {
          attached: [
            { kind: 'referrer', subject: subject.digest, root: node.descriptor, ...droppedMark(subject) },
          ],
          nodes: await graph.readAll(node),
          notes: [],
        };
        if (chain.length >= LIMIT.referrerDepth) return own;
        return joined([
          own,
          await attachedTo(graph, { digest: descriptor.digest, dropped: false }, chain, mayHave, signal),
        ]);
      }),
  );
  return joined([...closures, { ...NOTHING, notes }]);
}

/** The API's list, and what the fallback tag lists where there is one: it may be older than the API. */
async function listReferrers(
  graph: SourceGraph,
  digest: Digest,
  mayHave: MayHave,
  signal: AbortSignal,
): Promise<ReadonlyMap<Digest, Descriptor>> {
  const { repository } = graph;
  const tag = tagPrefix(digest);
  const lacksApi = repository.hasReferrersApi === false;
  const [fallback, listed] = await Promise.all([
    mayHave(tag) ? repository.resolve(tag, { signal }) : undefined,
    lacksApi ? undefined : repository.referrers(digest, { signal }),
  ]);
  if (fallback === undefined) return byDigest(listed ?? []);
  if (listed === undefined) return byDigest(await repository.referrers(digest, { signal }));
  const node = await graph.readRoot(tag);
  return byDigest([...(node?.parsed.kind === 'index' ? node.parsed.index.manifests : []), ...listed]);
}

function byDigest(descriptors: readonly Descriptor[]): ReadonlyMap<Digest, Descriptor> {
  return new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor]));
}

async function readListed(graph: SourceGraph, descriptor: Descriptor): Promise<GraphNode | undefined> {
  try {
    return await graph.read(descriptor);
  } catch (error) {
    if (isAirlockError(error, 'CONTENT_NOT_FOUND')) return undefined;
    throw error;
  }
}

async function tagOf(
  graph: SourceGraph,
  subject: Subject,
  suffix: (typeof SUFFIXES)[number],
  ancestors: readonly Digest[],
  mayHave: MayHave,
  signal: AbortSignal,
): Promise<Closure> {
  // A sha512 name and a suffix are longer than a tag may be, and cosign makes none for what is itself attached.
  if (ancestors.length > 0 || algorithmOf(subject.digest) !== 'sha256') return NOTHING;
  const tag = `${tagPrefix(subject.digest)}${suffix}`;
  const resolved = mayHave(tag) ? await graph.repository.resolve(tag, { signal }) : undefined;
  const node = resolved === undefined ? undefined : await graph.readRoot(tag);
  if (node === undefined) return NOTHING;
  return {
    attached: [{ kind: 'tag', subject: subject.digest, tag, root: node.descriptor, ...droppedMark(subject) }],
    nodes: await graph.readAll(node),
    notes: [],
  };
}

/** distribution-spec, Referrers Tag Schema: at most 32 characters of the algorithm and 64 of the hex. */
function tagPrefix(digest: Digest): string {
  return `${algorithmOf(digest)}-${hexOf(digest).slice(0, 64)}`;
}

function droppedMark(subject: Subject): { readonly subjectDropped?: true } {
  return subject.dropped ? { subjectDropped: true } : {};
}

function joined(closures: readonly Closure[]): Closure {
  return {
    attached: closures.flatMap(({ attached }) => attached),
    nodes: closures.flatMap(({ nodes }) => nodes),
    notes: closures.flatMap(({ notes }) => notes),
  };
}
