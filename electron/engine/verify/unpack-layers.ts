// `--deep`: decompresses layers and holds them against the digests that the images' configs have for them.
import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { z } from 'zod';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { blobPath, DigestSchema, algorithmOf, hexOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { isAirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Finding, OpenedBundle, Survey } from '../bundle/index.ts';
import { decompressed, SNIFF_BYTES, sniffCompression } from '../content/decompress.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { ByteSource } from '../oci/content-store.ts';

type Content = Pick<Descriptor, 'mediaType' | 'digest' | 'size'>;

export interface Unpacked {
  readonly findings: readonly Finding[];
  readonly layers: number;
  readonly notes: readonly string[];
}

const Config = z.object({ rootfs: z.object({ diff_ids: z.array(DigestSchema) }) });

/** Decompression runs in the thread pool of Node; more layers at once than cores only need more memory. */
const LAYERS_AT_ONCE = 2;

/** Nothing is read out of files that are known to be damaged: those of the survey, and `damaged`. */
export async function unpackLayers(
  bundle: OpenedBundle,
  { findings, manifests }: Survey,
  damaged: readonly Finding[],
  context: Pick<JobContext, 'signal' | 'pause' | 'report'>,
): Promise<Unpacked> {
  const unusable = new Set([...findings, ...damaged].map(({ path }) => path));
  const notes: string[] = [];
  const layers = new Map<string, { readonly layer: Content; readonly diffId: Digest }>();
  for (const [digest, { children }] of manifests) {
    const [config, ...below] = children;
    if (config === undefined || !isImageConfig(config) || !isReadable(bundle, config, unusable)) continue;
    await context.pause.whenRunning(context.signal);
    const diffIds = await diffIdsOf(bundle, config, context.signal);
    if (diffIds === undefined) continue;
    if (diffIds.length !== below.length) {
      notes.push(`${digest} has ${below.length} layers, its config names ${diffIds.length}`);
      continue;
    }
    below.forEach((layer, number) => {
      const diffId = diffIds[number];
      if (diffId !== undefined && isReadable(bundle, layer, unusable))
        layers.set(`${layer.digest} ${diffId}`, { layer, diffId });
    });
  }
  const all = [...layers.values()];
  context.report({
    kind: 'stage',
    stage: 'verify',
    totalBytes: all.reduce((sum, { layer }) => sum + layer.size, 0),
    totalItems: all.length,
  });
  const turns = pLimit(LAYERS_AT_ONCE);
  const found = await Promise.all(
    all.map(({ layer, diffId }) => turns(() => checkLayer(bundle, layer, diffId, context))),
  );
  return { findings: found.filter((finding) => finding !== undefined), layers: all.length, notes };
}

function isImageConfig({ mediaType }: Content): boolean {
  return mediaType === MEDIA.ociConfig || mediaType === MEDIA.dockerConfig;
}

function isReadable(bundle: OpenedBundle, { digest }: Content, unusable: ReadonlySet<string>): boolean {
  return bundle.spanOf(digest) !== undefined && !unusable.has(blobPath(digest));
}

/** Undefined for a config that is none of an image, as artifacts have them. */
async function diffIdsOf(
  bundle: OpenedBundle,
  config: Content,
  signal: AbortSignal,
): Promise<readonly Digest[] | undefined> {
  try {
    const bytes = await bundle.readManifest(config, { signal });
    return Config.safeParse(JSON.parse(Buffer.from(bytes).toString())).data?.rootfs.diff_ids;
  } catch (error) {
    if (error instanceof SyntaxError || isAirlockError(error, 'BUNDLE_DAMAGED')) return undefined;
    throw error;
  }
}

async function checkLayer(
  bundle: OpenedBundle,
  layer: Content,
  diffId: Digest,
  context: Pick<JobContext, 'signal' | 'pause' | 'report'>,
): Promise<Finding | undefined> {
  const path = blobPath(layer.digest);
  // Its bytes are the ones that were sealed: they were hashed before.
  const found = {
    size: layer.size,
    ...(algorithmOf(layer.digest) === 'sha256' ? { sha256: hexOf(layer.digest) } : {}),
  };
  const damaged = (why: string): Finding => ({ path, state: 'damaged', why, found });
  const { signal, pause, report } = context;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of bundle.open(layer, { signal })) {
      await pause.whenRunning(signal);
      yield chunk;
      report({ kind: 'bytes', bytes: chunk.byteLength });
    }
  };
  const hash = createHash(algorithmOf(diffId));
  try {
    const kind = await compressionOf(bundle, layer);
    if (kind === 'xz' || kind === 'bzip2')
      return damaged(`is compressed with ${kind}, which no runtime unpacks`);
    const bytes: ByteSource = kind === 'none' ? counted() : decompressed(counted(), kind, { what: path });
    for await (const chunk of bytes) hash.update(chunk);
  } catch (error) {
    if (isAirlockError(error, 'ARCHIVE_INVALID', 'LIMIT_EXCEEDED'))
      return damaged(error.message.replace(`${path} `, '').replace(/\.$/, ''));
    throw error;
  }
  if (hash.digest('hex') === hexOf(diffId)) return undefined;
  return damaged(`unpacks to other bytes than its image's config says (${diffId})`);
}

async function compressionOf(
  bundle: OpenedBundle,
  layer: Content,
): Promise<ReturnType<typeof sniffCompression>> {
  for await (const chunk of bundle.open(layer, { length: SNIFF_BYTES })) return sniffCompression(chunk);
  return 'none';
}
