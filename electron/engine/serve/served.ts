// What can be served, wherever it lies: a repository of a bundle and one of a writable folder look the same from here.
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Bundle } from '../bundle/index.ts';
import type { ByteSource, OpenOptions } from '../oci/content-store.ts';

export interface ServedBlob {
  readonly descriptor: Descriptor;
  /** Changes when the stored bytes may have: place, size, mtime and inode where there is a file. */
  readonly identity: string;
  open(options?: OpenOptions): ByteSource;
  /** What to do about bytes that are not their digest's, where something can be done. */
  readonly drop?: () => Promise<void>;
}

export interface ServedManifest {
  readonly descriptor: Descriptor;
  /** At most 4 MiB, digest checked. */
  read(): Promise<Uint8Array>;
}

export interface ServedRepository {
  readonly name: string;
  /** In no order. */
  tags(): readonly string[];
  /** Throws Refusal where a tag has several meanings. */
  manifest(tagOrDigest: string): Promise<ServedManifest | undefined>;
  /** Only what this repository holds; a manifest is a blob too. */
  blob(digest: Digest): Promise<ServedBlob | undefined>;
  /** Every manifest of the repository whose subject is the digest. */
  referrers(subject: Digest): readonly Descriptor[];
}

/** A blob of a bundle, where the bundle holds it. */
export async function blobOfBundle(bundle: Bundle, descriptor: Descriptor): Promise<ServedBlob | undefined> {
  const found = await bundle.stat(descriptor);
  if (found.state !== 'held') return undefined;
  return {
    descriptor,
    identity: [bundle.path, descriptor.digest, found.identity ?? ''].join('\0'),
    open: (options) => bundle.open(descriptor, options),
  };
}
