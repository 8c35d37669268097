// Reads an OCI image layout out of a tar, a daemon's stream or a folder: which of its entries are images, and their names.
import { IndexSchema, isManifestOrIndexType, LIMIT } from '../../../../shared/domain/descriptor.ts';
import { ANNOTATION } from '../../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../../shared/domain/descriptor.ts';
import { algorithmOf, blobPath } from '../../../../shared/domain/digest.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { parseManifest, subjectOf } from '../../oci/manifest.ts';
import { parseStrictJson } from '../../oci/strict-json.ts';
import type { ImageSource } from './image-source.ts';
import type { ArchiveContents, ArchivedFile } from './member-table.ts';

/** `sha256-<hex>` and cosign's tags: what is said of an image is no image. */
const ATTACHED_NAME = /^sha(?:256|512)-[0-9a-f]{64,128}(?:\.(?:sig|att|sbom))?$/;

/**
 * The images that index.json names; where it names none, its entries that are no referrers. Throws ARCHIVE_INVALID,
 * LIMIT_EXCEEDED, MANIFEST_AMBIGUOUS.
 */
export async function readOciLayout(archive: ArchiveContents): Promise<readonly ImageSource[]> {
  const { label } = archive;
  const bytes = await archive.readDocument('index.json', LIMIT.indexJsonBytes);
  const parsed = IndexSchema.safeParse(parseStrictJson(bytes, `${label}: index.json`));
  if (!parsed.success)
    throw new AirlockError('ARCHIVE_INVALID', `${label}: index.json is no OCI index.`, {
      cause: parsed.error,
    });
  const find = async (digest: Digest): Promise<ArchivedFile | undefined> => {
    const file = await archive.find(blobPath(digest));
    if (file === undefined) return undefined;
    const found = algorithmOf(digest) === 'sha512' ? file.sha512 : file.digest;
    if (found === digest) return file;
    throw new AirlockError(
      'DIGEST_MISMATCH',
      `${label}: ${blobPath(digest)} has the digest ${found ?? ''}.`,
      {
        details: { expected: digest, found: found ?? '' },
      },
    );
  };
  const read = (digest: Digest, limit: number) => archive.readDocument(blobPath(digest), limit);
  const entries = parsed.data.manifests
    .filter(({ mediaType }) => isManifestOrIndexType(mediaType))
    .map((descriptor) => ({ descriptor, name: nameOf(descriptor) }));
  const named = entries.filter(({ name }) => name !== undefined && !ATTACHED_NAME.test(name));
  const images = named.length > 0 ? named : await withoutSubject(entries, read, label);
  if (images.length === 0) throw new AirlockError('ARCHIVE_INVALID', `${label}: index.json names no image.`);
  const others = entries.filter((entry) => !images.includes(entry));
  return byDigest(images).map(({ root, names }) => ({
    names,
    root,
    madeByAirlock: false,
    documents: new Map(),
    find,
    read,
    others,
  }));
}

interface Entry {
  readonly descriptor: Descriptor;
  readonly name: string | undefined;
}

/** Equal digests are one image with several names, as several RepoTags are. */
function byDigest(
  entries: readonly Entry[],
): { readonly root: Descriptor; readonly names: readonly string[] }[] {
  const found = new Map<Digest, { root: Descriptor; names: string[] }>();
  for (const { descriptor, name } of entries) {
    const { mediaType, digest, size } = descriptor;
    const image = found.get(digest) ?? { root: { mediaType, digest, size }, names: [] };
    // A tag alone names no repository; whoever lists the archive says `as:`.
    if (name !== undefined && /[/:]/.test(name)) image.names.push(name);
    found.set(digest, image);
  }
  return [...found.values()];
}

/** containerd's full name before ref.name, which some writers use for a tag alone. */
function nameOf({ annotations }: Descriptor): string | undefined {
  return annotations?.[ANNOTATION.imageName] ?? annotations?.[ANNOTATION.refName];
}

async function withoutSubject(
  entries: readonly Entry[],
  read: (digest: Digest, limit: number) => Promise<Uint8Array>,
  label: string,
): Promise<readonly Entry[]> {
  const images: Entry[] = [];
  for (const entry of entries) {
    if (entry.name !== undefined) continue;
    const bytes = await read(entry.descriptor.digest, LIMIT.manifestBytes);
    const parsed = parseManifest(bytes, entry.descriptor.mediaType, `${label}: ${entry.descriptor.digest}`);
    if (subjectOf(parsed) === undefined) images.push(entry);
  }
  return images;
}
