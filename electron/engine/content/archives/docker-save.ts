// Reads what `docker save` and `podman save` write, and makes the OCI manifests that such archives lack (FORMAT §3).
import { z } from 'zod';
import { LIMIT, MEDIA, PlatformSchema } from '../../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { canonicalJson } from '../../oci/canonical-json.ts';
import { digestOf } from '../../oci/digester.ts';
import { parseStrictJson } from '../../oci/strict-json.ts';
import type { ImageSource } from './image-source.ts';
import { missingMember } from './member-table.ts';
import type { ArchiveContents, ArchivedFile } from './member-table.ts';

const MANIFEST_JSON_BYTES = 64 * 1024 * 1024;

const ManifestJson = z.array(
  z.looseObject({
    Config: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z.array(z.string()).nullish(),
  }),
);

/** Only what is judged here: the config itself travels byte for byte. */
const Config = z.looseObject({
  ...PlatformSchema.shape,
  rootfs: z.looseObject({ diff_ids: z.array(z.string()).nullish() }),
});

/**
 * One image per entry of manifest.json, its manifest made by Airlock and the same wherever it is made: config and layers as
 * stored, never recompressed, diffIDs as the config has them. Throws ARCHIVE_INVALID, DIGEST_MISMATCH for an uncompressed
 * layer that is not the one its config names, SOURCE_UNSUPPORTED for layers in xz or bzip2.
 */
export async function readDockerSave(archive: ArchiveContents): Promise<readonly ImageSource[]> {
  const { label } = archive;
  const bytes = await archive.readDocument('manifest.json', MANIFEST_JSON_BYTES);
  const parsed = ManifestJson.safeParse(parseStrictJson(bytes, `${label}: manifest.json`));
  if (!parsed.success || parsed.data.length === 0)
    throw new AirlockError('ARCHIVE_INVALID', `${label}: manifest.json names no image.`);
  const images: ImageSource[] = [];
  for (const entry of parsed.data)
    images.push({
      names: entry.RepoTags ?? [],
      ...(await buildManifest(archive, entry.Config, entry.Layers ?? [])),
    });
  return images;
}

async function buildManifest(
  archive: ArchiveContents,
  configName: string,
  layerNames: readonly string[],
): Promise<Omit<ImageSource, 'names'>> {
  const { label } = archive;
  const config = await archive.readDocument(safe(configName, label), LIMIT.manifestBytes);
  const parsed = Config.safeParse(parseStrictJson(config, `${label}: ${configName}`));
  if (!parsed.success)
    throw new AirlockError('ARCHIVE_INVALID', `${label}: ${configName} is no image config.`, {
      cause: parsed.error,
    });
  const diffIds = parsed.data.rootfs.diff_ids ?? [];
  if (diffIds.length !== layerNames.length)
    throw new AirlockError(
      'ARCHIVE_INVALID',
      `${label}: ${configName} speaks of ${diffIds.length} layers, and manifest.json of ${layerNames.length}.`,
    );
  const layers: { readonly descriptor: Descriptor; readonly file: ArchivedFile }[] = [];
  for (const [place, name] of layerNames.entries()) {
    const file = await archive.find(safe(name, label));
    if (file === undefined) throw missingMember(label, name);
    refuseOtherLayer(file, diffIds[place], name, label);
    const mediaType = layerType(file, name, label);
    layers.push({ descriptor: { mediaType, digest: file.digest, size: file.size }, file });
  }
  const configDigest = digestOf(config);
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA.ociManifest,
    config: { mediaType: MEDIA.ociConfig, digest: configDigest, size: config.byteLength },
    layers: layers.map(({ descriptor }) => descriptor),
  });
  const root = { mediaType: MEDIA.ociManifest, digest: digestOf(manifest), size: manifest.byteLength };
  const files = new Map<Digest, ArchivedFile>(layers.map(({ file }) => [file.digest, file]));
  return {
    root,
    madeByAirlock: true,
    documents: new Map([
      [root.digest, manifest],
      [configDigest, config],
    ]),
    find: (digest) => Promise.resolve(files.get(digest)),
  };
}

/** What is stored uncompressed can be held against its diffID without a further read. */
function refuseOtherLayer(file: ArchivedFile, diffId: string | undefined, name: string, label: string): void {
  if (file.compression !== 'none' || file.digest === diffId) return;
  throw new AirlockError(
    'DIGEST_MISMATCH',
    `${label}: the layer ${name} has the digest ${file.digest}, but its config says ${diffId ?? 'nothing'}.`,
    { details: { expected: diffId ?? '', found: file.digest } },
  );
}

function layerType(file: ArchivedFile, name: string, label: string): string {
  switch (file.compression) {
    case 'none':
      return MEDIA.ociLayer;
    case 'gzip':
      return MEDIA.ociLayerGzip;
    case 'zstd':
      return MEDIA.ociLayerZstd;
    default:
      throw new AirlockError(
        'SOURCE_UNSUPPORTED',
        `${label}: the layer ${name} is compressed with ${file.compression}, which OCI has no media type for.`,
      );
  }
}

/** Members were checked when the archive was read; names in manifest.json are anybody's. */
function safe(name: string, label: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..'))
    throw new AirlockError(
      'ARCHIVE_INVALID',
      `${label}: manifest.json names ${JSON.stringify(name)}, which leads out of the archive.`,
    );
  return parts.join('/');
}
