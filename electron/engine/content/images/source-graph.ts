// Reads manifests, indexes and platform configs of one repository: each once, parsed strictly, within limits.
import { isIndexType, isManifestOrIndexType, LIMIT } from '../../../../shared/domain/descriptor.ts';
import type { Descriptor, Platform } from '../../../../shared/domain/descriptor.ts';
import { PlatformSchema } from '../../../../shared/domain/descriptor.ts';
import { shortDigest } from '../../../../shared/domain/digest.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import { AirlockError, isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import { createDigester, digestOf } from '../../oci/digester.ts';
import { childrenOf, parseManifest } from '../../oci/manifest.ts';
import type { ParsedManifest } from '../../oci/manifest.ts';
import type { FetchedManifest, Repository } from '../../registry/index.ts';
import { refuseOtherAlgorithms } from './digest-algorithms.ts';

/** What one item may need of manifests: far above any image, far below what would fill the memory. */
const MAX_MANIFESTS = 10_000;
const MAX_MANIFEST_BYTES = 256 * 1024 * 1024;

/** The reading half of a repository: a registry's, or an archive's. */
export type SourceRepository = Pick<
  Repository,
  'label' | 'stat' | 'open' | 'resolve' | 'fetchManifest' | 'referrers' | 'hasReferrersApi' | 'tagsAtOnce'
>;

export interface GraphNode {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly parsed: ParsedManifest;
}

export interface SourceGraph {
  readonly repository: SourceRepository;
  /** By tag or digest; undefined where the repository has none. */
  readRoot(tagOrDigest: string): Promise<GraphNode | undefined>;
  /** What a descriptor of this repository names. Throws CONTENT_NOT_FOUND where it is not there. */
  read(descriptor: Descriptor): Promise<GraphNode>;
  /** The node and every manifest and index below it, itself first, then in the order of the indexes, each once. */
  readAll(root: GraphNode): Promise<readonly GraphNode[]>;
  /** The platform an image's config names; undefined for what is no image. */
  platformOf(node: GraphNode): Promise<Platform | undefined>;
  /** Configs that had to be read to learn a platform. */
  readonly configs: ReadonlyMap<Digest, Uint8Array>;
}

export function createSourceGraph(repository: SourceRepository, signal: AbortSignal): SourceGraph {
  const nodes = new Map<Digest, Promise<GraphNode>>();
  const configs = new Map<Digest, Uint8Array>();
  let bytesHeld = 0;

  const hold = (fetched: FetchedManifest): GraphNode => {
    bytesHeld += fetched.bytes.byteLength;
    if (nodes.size > MAX_MANIFESTS || bytesHeld > MAX_MANIFEST_BYTES)
      throw new AirlockError(
        'LIMIT_EXCEEDED',
        `${repository.label} has more manifests for one item than Airlock takes (${MAX_MANIFESTS}).`,
      );
    return parseNode(fetched, repository.label);
  };

  const read = (descriptor: Descriptor): Promise<GraphNode> => {
    const known = nodes.get(descriptor.digest);
    if (known !== undefined) return known;
    const reading = (async () => {
      const fetched = await repository.fetchManifest(descriptor.digest, { signal });
      if (fetched === undefined)
        throw new AirlockError(
          'CONTENT_NOT_FOUND',
          `${repository.label} lists the manifest ${descriptor.digest} and does not have it.`,
          {
            details: { digest: descriptor.digest },
            remedy: 'Tell the repository’s owner; its index names a manifest that is gone.',
          },
        );
      if (fetched.bytes.byteLength !== descriptor.size)
        throw new AirlockError(
          'SIZE_MISMATCH',
          `${repository.label}: the manifest ${shortDigest(descriptor.digest)} has ${fetched.bytes.byteLength} bytes where its descriptor says ${descriptor.size}.`,
        );
      // The descriptor's type is what a reader of the index goes by; a body that calls itself otherwise is refused.
      return hold({
        descriptor: { ...fetched.descriptor, mediaType: descriptor.mediaType },
        bytes: fetched.bytes,
      });
    })();
    nodes.set(descriptor.digest, reading);
    return reading;
  };

  const below = async (node: GraphNode, nesting: number): Promise<readonly GraphNode[]> => {
    if (node.parsed.kind !== 'index') return [node];
    if (nesting > LIMIT.indexNesting)
      throw new AirlockError(
        'LIMIT_EXCEEDED',
        `${repository.label}: indexes are nested deeper than ${LIMIT.indexNesting}.`,
      );
    const children = childrenOf(node.parsed).filter(({ mediaType }) => isManifestOrIndexType(mediaType));
    const lists = await Promise.all(children.map(async (child) => below(await read(child), nesting + 1)));
    return [node, ...lists.flat()];
  };

  return {
    repository,
    configs,
    read,
    async readRoot(tagOrDigest) {
      const fetched = await repository.fetchManifest(tagOrDigest, { signal });
      if (fetched === undefined) return undefined;
      const node = hold(fetched);
      nodes.set(node.descriptor.digest, Promise.resolve(node));
      return node;
    },
    async readAll(root) {
      const all = await below(root, 1);
      return [...new Map(all.map((node) => [node.descriptor.digest, node])).values()];
    },
    async platformOf(node) {
      if (node.parsed.kind !== 'manifest') return undefined;
      const { config } = node.parsed.manifest;
      if (
        !/^application\/vnd\.(?:oci\.image\.config|docker\.container\.image)\.v1\+json$/.test(
          config.mediaType,
        )
      )
        return undefined;
      const bytes = configs.get(config.digest) ?? (await readConfig(repository, config, signal));
      configs.set(config.digest, bytes);
      const parsed = PlatformSchema.safeParse(parseJson(bytes));
      return parsed.success && parsed.data.os !== '' ? parsed.data : undefined;
    },
  };
}

/** A node made here, not fetched: a rewritten index. */
export function makeNode(mediaType: string, bytes: Uint8Array): GraphNode {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
  return { descriptor, bytes, parsed: parseManifest(bytes, mediaType, 'The rewritten index') };
}

function parseNode({ descriptor, bytes }: FetchedManifest, label: string): GraphNode {
  const what = `${label}: the ${isIndexType(descriptor.mediaType) ? 'index' : 'manifest'} ${shortDigest(descriptor.digest)}`;
  // Some servers call a manifest application/json; then its body has to tell what it is.
  const type =
    /[./+]json$/.test(descriptor.mediaType) && !descriptor.mediaType.includes('vnd.')
      ? undefined
      : descriptor.mediaType;
  try {
    const parsed = parseManifest(bytes, type, what);
    return {
      descriptor: { mediaType: parsed.mediaType, digest: descriptor.digest, size: bytes.byteLength },
      bytes,
      parsed,
    };
  } catch (error) {
    if (isAirlockError(error, 'MANIFEST_AMBIGUOUS')) refuseOtherAlgorithms(bytes, what);
    throw error;
  }
}

async function readConfig(
  repository: SourceRepository,
  config: Descriptor,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (config.size > LIMIT.manifestBytes)
    throw new AirlockError(
      'LIMIT_EXCEEDED',
      `${repository.label}: the config ${shortDigest(config.digest)} has ${config.size} bytes; a config may have 4 MiB.`,
    );
  const bytes = Buffer.alloc(config.size);
  const digester = createDigester(config, repository.label);
  let filled = 0;
  for await (const chunk of repository.open(config, { signal })) {
    digester.update(chunk);
    bytes.set(chunk, filled);
    filled += chunk.byteLength;
  }
  digester.verify();
  return bytes;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
