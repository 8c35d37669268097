// `--images out.tar`: the images of a bundle as one archive that docker, podman, containerd and skopeo load.
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Descriptor, Manifest, Platform } from '../../../shared/domain/descriptor.ts';
import { blobPath } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import type { BundleItem } from '../../../shared/format/bundle.ts';
import type { Bundle } from '../bundle/index.ts';
import { TAR_END_BYTES, tarBodyBytes, tarHead } from '../disk/ustar.ts';
import { fileFailure } from '../disk/file-failure.ts';
import type { Ended } from '../jobs/item-account.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { formatPlatform, platformMatches } from '../oci/platform.ts';
import { parseReference } from '../oci/reference.ts';
import { readParsed, readWhole } from './closure.ts';
import { asDamage } from './export-item.ts';
import type { ExportItem, Exported } from './export-item.ts';
import { LAYOUT_MARK, layoutIndex } from './export-layout.ts';
import { isTaken, setMode, writeBlob } from './staging.ts';

/** Where nothing else is said: what most clusters run. */
const USUAL: Platform = { os: 'linux', architecture: 'amd64' };
const CONFIG_TYPES: readonly string[] = [MEDIA.ociConfig, MEDIA.dockerConfig];

/** What leaves one image out; damage leaves out the archive. */
const OF_THE_ITEM = ['PLATFORM_NOT_FOUND', 'SOURCE_UNSUPPORTED', 'SOME_ITEMS_FAILED'] as const;

const READERS = [
  'skopeo (oci-archive:), ctr, nerdctl and docker with the containerd image store read index.json: digests stay',
  'podman, where the archive holds several images, and docker with its classic store read manifest.json: one platform an image, and digests of their own making',
] as const;

/** An entry of manifest.json, as `docker save` writes it. */
interface LoadEntry {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

/**
 * Writes the archive beside its place and renames it. Index and manifests stay as they are, so digests do too; only
 * manifest.json picks a platform. Throws PLACE_TAKEN, and BUNDLE_DAMAGED with nothing left behind: an archive with a
 * bad layer is no archive.
 */
export async function exportImages(
  bundle: Bundle,
  items: readonly (readonly [ExportItem, BundleItem])[],
  path: string,
  platform: Platform | undefined,
  context: JobContext,
): Promise<Exported> {
  if (await isTaken(path))
    throw new AirlockError('PLACE_TAKEN', `${path} is there already.`, {
      remedy: 'Name another file, or move away what is there.',
    });
  const blobs = new Map<Digest, Descriptor>();
  const chosen: (readonly [ExportItem, BundleItem])[] = [];
  const load: LoadEntry[] = [];
  const ends: Ended[] = [];
  for (const [item, entry] of items) {
    try {
      const { descriptors } = await readWhole(bundle, item, context.signal);
      load.push(await loadEntry(bundle, item, platform, context.signal));
      for (const descriptor of descriptors) blobs.set(descriptor.digest, descriptor);
      chosen.push([item, entry]);
      const bytes = descriptors.reduce((sum, descriptor) => sum + descriptor.size, 0);
      ends.push({ outcome: 'carried', bytes });
    } catch (error) {
      if (!isAirlockError(error, ...OF_THE_ITEM)) throw error;
      ends.push({ outcome: 'failed', error, bytes: 0 });
    }
  }
  if (chosen.length > 0) {
    const front = [
      ['oci-layout', LAYOUT_MARK],
      ['index.json', layoutIndex(chosen)],
      ['manifest.json', JSON.stringify(load)],
    ] as const;
    await writeArchive(bundle, path, front, [...blobs.values()], context);
  }
  return { ends, notes: READERS };
}

/** Picks one platform: the one asked for, else the item's own first, else linux/amd64, else what comes first. */
async function loadEntry(
  bundle: Bundle,
  item: ExportItem,
  asked: Platform | undefined,
  signal: AbortSignal,
): Promise<LoadEntry> {
  const { config, layers } = await imageOf(bundle, item, asked, signal);
  const held = await Promise.all(layers.map(async (layer) => (await bundle.stat(layer)).state === 'held'));
  if (!CONFIG_TYPES.includes(config.mediaType) || held.includes(false))
    throw new AirlockError(
      'SOURCE_UNSUPPORTED',
      `${item.reference} is no image that an engine can load whole.`,
      {
        side: 'bundle',
        remedy: 'Export it by itself with `--item NAME --oci DIR`.',
      },
    );
  const { host, repository, tag } = parseReference(item.reference);
  return {
    Config: blobPath(config.digest),
    RepoTags: tag === undefined ? null : [`${host}/${repository}:${tag}`],
    Layers: layers.map((layer) => blobPath(layer.digest)),
  };
}

async function imageOf(
  bundle: Bundle,
  item: ExportItem,
  asked: Platform | undefined,
  signal: AbortSignal,
): Promise<Manifest> {
  let at = item.root;
  for (;;) {
    const parsed = await readParsed(bundle, at, signal);
    if (parsed.kind === 'manifest') return parsed.manifest;
    const offered = parsed.index.manifests.filter((child) => child.platform?.architecture !== 'unknown');
    const matching = (wanted: Platform): Descriptor | undefined =>
      offered.find((child) => child.platform !== undefined && platformMatches(wanted, child.platform));
    const found = asked === undefined ? (matching(USUAL) ?? offered[0]) : matching(asked);
    if (found === undefined)
      throw new AirlockError(
        'PLATFORM_NOT_FOUND',
        `${item.reference} has no image for ${asked === undefined ? 'any platform' : formatPlatform(asked)}.`,
        { side: 'bundle' },
      );
    at = found;
  }
}

async function writeArchive(
  bundle: Bundle,
  path: string,
  front: readonly (readonly [string, string])[],
  blobs: readonly Descriptor[],
  context: JobContext,
): Promise<void> {
  const part = `${path}.airlock-export-${randomBytes(4).toString('hex')}`;
  context.report({
    kind: 'stage',
    stage: 'export',
    totalBytes: blobs.reduce((sum, blob) => sum + blob.size, 0),
  });
  try {
    const file = await open(part, 'wx');
    try {
      await writeMembers(file, bundle, front, blobs, context);
      await setMode(file, 0o644);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw isAirlockError(error) ? asDamage(error, bundle) : fileFailure(error, dirname(path));
  }
}

/** Members in a fixed order, with nothing in their headers that a clock or a user decides. */
async function writeMembers(
  file: FileHandle,
  bundle: Bundle,
  front: readonly (readonly [string, string])[],
  blobs: readonly Descriptor[],
  context: JobContext,
): Promise<void> {
  for (const [name, text] of front) {
    const bytes = Buffer.from(text);
    await file.writeFile(tarHead(name, bytes.byteLength));
    await file.writeFile(bytes);
    await file.writeFile(paddingOf(bytes.byteLength));
  }
  const named = blobs.map((blob) => ({ blob, name: blobPath(blob.digest) }));
  for (const { name, blob } of named.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    await file.writeFile(tarHead(name, blob.size));
    await writeBlob(file, blob, bundle, context);
    await file.writeFile(paddingOf(blob.size));
  }
  await file.writeFile(Buffer.alloc(TAR_END_BYTES));
}

function paddingOf(size: number): Uint8Array {
  return new Uint8Array(tarBodyBytes(size) - size);
}
