// One image of an archive, and an archive as the reading half of a repository: then images of both kinds resolve alike.
import { isManifestOrIndexType, LIMIT } from '../../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../../shared/domain/descriptor.ts';
import { algorithmOf, isDigest, shortDigest } from '../../../../shared/domain/digest.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { digestOf } from '../../oci/digester.ts';
import { subjectOf } from '../../oci/manifest.ts';
import { parseManifest } from '../../oci/manifest.ts';
import type { SourceRepository } from '../images/index.ts';
import type { ArchivedFile } from './member-table.ts';

export interface ImageSource {
  /** RepoTags, or the name out of an index; empty where the archive gives none. */
  readonly names: readonly string[];
  readonly root: Descriptor;
  readonly madeByAirlock: boolean;
  /** Manifests and configs that were made or read already, by digest. */
  readonly documents: ReadonlyMap<Digest, Uint8Array>;
  /** Everything else that the archive has under a digest. */
  readonly find: (digest: Digest) => Promise<ArchivedFile | undefined>;
  /** Bytes of what `find` found, at most `limit`. */
  readonly read?: (digest: Digest, limit: number) => Promise<Uint8Array>;
  /** Named and unnamed entries beside the images: signature tags, referrers. */
  readonly others?: readonly { readonly name: string | undefined; readonly descriptor: Descriptor }[];
}

/** The archive behind one of its images, as a repository that can be read. `label` names it in messages. */
export function asRepository(image: ImageSource, label: string): SourceRepository {
  const others = image.others ?? [];
  const read = async (digest: Digest, limit: number): Promise<Uint8Array | undefined> => {
    const bytes = image.documents.get(digest) ?? (await readFound(image, digest, limit));
    if (bytes === undefined) return undefined;
    const found = digestOf(bytes, algorithmOf(digest));
    if (found === digest) return bytes;
    throw new AirlockError(
      'DIGEST_MISMATCH',
      `${label}: what it has under ${digest} has the digest ${found}.`,
      { details: { expected: digest, found } },
    );
  };
  const byTag = (tag: string) => others.find(({ name }) => name === tag)?.descriptor;
  return {
    label,
    async stat({ digest }) {
      const known = image.documents.get(digest)?.byteLength ?? (await image.find(digest))?.size;
      return known === undefined ? { state: 'absent', reason: 'unknown' } : { state: 'held', size: known };
    },
    async *open({ digest }) {
      const bytes = await read(digest, LIMIT.manifestBytes);
      if (bytes === undefined) throw missing(label, digest);
      yield bytes;
    },
    resolve: (tag) => Promise.resolve(byTag(tag)),
    async fetchManifest(tagOrDigest) {
      const descriptor = isDigest(tagOrDigest)
        ? { mediaType: '', digest: tagOrDigest, size: 0 }
        : byTag(tagOrDigest);
      if (descriptor === undefined) return undefined;
      const bytes = await read(descriptor.digest, LIMIT.manifestBytes);
      if (bytes === undefined) throw missing(label, descriptor.digest);
      return { descriptor: { ...descriptor, size: bytes.byteLength }, bytes };
    },
    async referrers(digest) {
      const found: Descriptor[] = [];
      for (const { name, descriptor } of others) {
        if (name !== undefined || !isManifestOrIndexType(descriptor.mediaType)) continue;
        const bytes = await read(descriptor.digest, LIMIT.manifestBytes);
        if (bytes === undefined) continue;
        const parsed = parseManifest(
          bytes,
          descriptor.mediaType,
          `${label}: ${shortDigest(descriptor.digest)}`,
        );
        if (subjectOf(parsed)?.digest === digest) found.push(descriptor);
      }
      return found;
    },
  };
}

async function readFound(image: ImageSource, digest: Digest, limit: number): Promise<Uint8Array | undefined> {
  if ((await image.find(digest)) === undefined) return undefined;
  return image.read?.(digest, limit);
}

/** An archive may name what it does not hold: docker writes indexes whole, and only the platforms it has. */
function missing(label: string, digest: Digest): AirlockError {
  return new AirlockError('ARCHIVE_INVALID', `${label} names ${digest} and does not have it.`, {
    details: { digest },
    remedy: 'Name the platforms that were saved, or save the archive again with all of them.',
  });
}
