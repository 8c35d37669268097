// Resolves one reference at its registry: what is carried of it, what is attached, and where each byte comes from.
import { isManifestOrIndexType } from '../../../../shared/domain/descriptor.ts';
import { shortDigest } from '../../../../shared/domain/digest.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import { AirlockError, onSide } from '../../../../shared/errors/airlock-error.ts';
import type { Absent, LockItem } from '../../../../shared/format/lock.ts';
import type { z } from 'zod';
import { childrenOf } from '../../oci/manifest.ts';
import { formatPlatform } from '../../oci/platform.ts';
import { formatReference, parseReference } from '../../oci/reference.ts';
import type { IndexMode, ResolveContext, Resolved } from '../index.ts';
import { chooseContent } from './choose-content.ts';
import type { Choice } from './choose-content.ts';
import { findAttached } from './closure.ts';
import type { Closure } from './closure.ts';
import { isForeign, locateForeign } from './foreign-layers.ts';
import { createSourceGraph } from './source-graph.ts';
import type { GraphNode, SourceGraph } from './source-graph.ts';

export interface RegistrySelection {
  readonly kind: 'image' | 'chart';
  /** Full reference: what the item is called. */
  readonly ref: string;
  /** Full reference to fetch from, where it is another one. */
  readonly mirror: string | undefined;
  readonly platforms: readonly string[] | undefined;
  readonly mode: IndexMode;
}

/**
 * Errors carry the side `source`. Throws REFERENCE_NOT_FOUND, PLATFORM_NOT_FOUND, SOURCE_UNSUPPORTED, MANIFEST_AMBIGUOUS,
 * DIGEST_MISMATCH, and what the registry's client throws.
 */
export async function resolveFromRegistry(
  selection: RegistrySelection,
  context: ResolveContext,
): Promise<Resolved> {
  try {
    return await resolve(selection, context);
  } catch (error) {
    throw onSide(error, 'source');
  }
}

async function resolve(selection: RegistrySelection, context: ResolveContext): Promise<Resolved> {
  const { signal } = context.job;
  const named = parseReference(selection.ref);
  const place = parseReference(selection.mirror ?? selection.ref);
  const graph = createSourceGraph(context.client.repository(place.host, place.repository), signal);
  const pinned = named.digest ?? place.digest;
  const source = await graph.readRoot(pinned ?? place.tag ?? 'latest');
  if (source === undefined) throw notThere(selection);
  if (pinned !== undefined && source.descriptor.digest !== pinned)
    throw new AirlockError(
      'DIGEST_MISMATCH',
      `${selection.ref} was answered with ${source.descriptor.digest}.`,
    );
  return resolveContent(
    graph,
    source,
    {
      ...selection,
      reference: formatReference(named),
      source: { type: 'registry', host: place.host, repository: place.repository },
      tag: pinned === undefined ? place.tag : undefined,
    },
    context,
  );
}

export interface ContentSelection {
  readonly kind: 'image' | 'chart';
  readonly reference: string;
  readonly source: LockItem['source'];
  readonly platforms: readonly string[] | undefined;
  readonly mode: IndexMode;
  /** The tag that led to the root at its source. */
  readonly tag?: string | undefined;
}

/** What is carried of a root that was found already, in a registry or in an archive that is read as one. */
export async function resolveContent(
  graph: SourceGraph,
  source: GraphNode,
  selection: ContentSelection,
  context: ResolveContext,
): Promise<Resolved> {
  const { signal } = context.job;
  const { reference } = selection;
  const choice = await chooseContent(graph, source, selection, reference);
  const carried = await graph.readAll(choice.root);
  const { original } = choice;
  const closure = await findAttached(
    graph,
    [
      ...(original === undefined ? [] : [{ digest: original.descriptor.digest, dropped: true }]),
      // A rewritten root was made here; nobody at the source can have said anything of it.
      ...carried
        .filter((node) => original === undefined || choice.mode !== 'rewrite' || node !== choice.root)
        .map((node) => ({ digest: node.descriptor.digest, dropped: false })),
    ],
    selection.tag,
    signal,
  );
  const nodes = [...carried, ...closure.nodes];
  const blobs = await collectBlobs(graph, nodes, reference, context);
  return {
    item: {
      kind: selection.kind,
      reference,
      source: selection.source,
      root: choice.root.descriptor,
      ...(selection.kind === 'image' ? await platformsOf(graph, choice) : {}),
      ...(original === undefined ? {} : { original: original.descriptor }),
      ...(choice.dropped.length === 0 ? {} : { dropped: [...choice.dropped] }),
      ...(closure.attached.length === 0 ? {} : { attached: [...closure.attached] }),
    },
    manifests: new Map([
      ...(original === undefined ? [] : [[original.descriptor.digest, original.bytes] as const]),
      ...nodes.map((node) => [node.descriptor.digest, node.bytes] as const),
      ...blobs.configs,
    ]),
    blobs: blobs.held,
    absent: [
      ...choice.dropped.map(({ digest }) => ({
        digest,
        reason: 'platform' as const,
        item: reference,
      })),
      ...blobs.absent,
    ],
    notes: [
      ...choice.notes,
      ...missingNote(choice),
      ...signatureNote(closure),
      ...closure.notes,
      ...blobs.notes,
    ],
  };
}

async function platformsOf(
  graph: SourceGraph,
  choice: Choice,
): Promise<Pick<LockItem, 'platforms' | 'missingPlatforms' | 'mode'>> {
  const { root, platform: own } = choice;
  const described =
    root.parsed.kind === 'index'
      ? (await graph.readAll(root)).flatMap(({ parsed }) =>
          parsed.kind === 'index' ? parsed.index.manifests.map(({ platform }) => platform) : [],
        )
      : [own];
  const platforms = described.flatMap((platform) =>
    platform === undefined || platform.os === 'unknown' ? [] : [formatPlatform(platform)],
  );
  return {
    ...(platforms.length === 0 ? {} : { platforms: [...new Set(platforms)] }),
    ...(choice.missing.length === 0 ? {} : { missingPlatforms: [...choice.missing] }),
    mode: choice.mode,
  };
}

interface Blobs {
  readonly held: Resolved['blobs'];
  readonly absent: readonly z.infer<typeof Absent>[];
  readonly configs: ReadonlyMap<Digest, Uint8Array>;
  readonly notes: readonly string[];
}

/** Everything below the manifests that is no manifest. Each foreign layer is looked for. */
async function collectBlobs(
  graph: SourceGraph,
  nodes: readonly GraphNode[],
  reference: string,
  { client, job }: ResolveContext,
): Promise<Blobs> {
  const descriptors = new Map<Digest, ReturnType<typeof childrenOf>[number]>();
  for (const { parsed } of nodes)
    for (const child of childrenOf(parsed)) {
      const known = descriptors.get(child.digest);
      if (known !== undefined && known.size !== child.size)
        throw new AirlockError(
          'MANIFEST_AMBIGUOUS',
          `${graph.repository.label}: the blob ${shortDigest(child.digest)} is said to have ${known.size} and ${child.size} bytes.`,
        );
      if (!isManifestOrIndexType(child.mediaType)) descriptors.set(child.digest, known ?? child);
    }
  const configs = new Map([...graph.configs].filter(([digest]) => descriptors.has(digest)));
  const located = await Promise.all(
    [...descriptors.values()]
      .filter(({ digest }) => !configs.has(digest))
      .map(async (descriptor) => ({
        descriptor,
        place: isForeign(descriptor)
          ? await locateForeign(descriptor, graph.repository, client, job.signal)
          : ({ state: 'registry' } as const),
      })),
  );
  const absent = located.filter(({ place }) => place.state === 'absent');
  const fromUrls = located.filter(({ place }) => place.state === 'url').length;
  return {
    held: located.flatMap(({ descriptor: { digest, size }, place }) =>
      place.state === 'absent'
        ? []
        : [{ digest, size, ...(place.state === 'url' ? { from: place.url } : {}) }],
    ),
    absent: absent.map(({ descriptor: { digest } }) => ({ digest, reason: 'foreign', item: reference })),
    configs,
    notes: [
      ...(absent.length === 0
        ? []
        : [
            `${absent.length} foreign layer(s) are neither at the registry nor at their urls and are not carried`,
          ]),
      ...(fromUrls === 0 ? [] : [`${fromUrls} foreign layer(s) are fetched from their maker’s urls`]),
    ],
  };
}

function missingNote({ missing }: Choice): string[] {
  return missing.length === 0 ? [] : [`it has no ${missing.join(', ')}`];
}

function signatureNote({ attached }: Closure): string[] {
  const dropped = attached.filter(({ subjectDropped }) => subjectDropped === true).length;
  return dropped === 0
    ? []
    : [`${dropped} signature(s) or referrer(s) of its whole index are carried, the index itself is not`];
}

function notThere(selection: RegistrySelection): AirlockError {
  const at = selection.mirror === undefined ? '' : ` at ${selection.mirror}`;
  return new AirlockError('REFERENCE_NOT_FOUND', `${selection.ref} is not there${at}.`, {
    details: { reference: selection.ref },
  });
}
