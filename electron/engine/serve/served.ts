// What can be served, wherever it lies: a repository of a bundle and one of a writable folder look the same from here.
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Bundle, OpenedBundle } from '../bundle/index.ts';
import type { ByteSource, OpenOptions } from '../oci/content-store.ts';

/** A bundle that says where its blobs lie can be seen to change; of another one a blob is taken to stay as it was. */
export type ServableBundle = Bundle & Partial<Pick<OpenedBundle, 'spanOf'>>;

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
export async function blobOfBundle(
  bundle: ServableBundle,
  descriptor: Descriptor,
): Promise<ServedBlob | undefined> {
  const found = await bundle.stat(descriptor);
  if (found.state !== 'held') return undefined;
  const span = bundle.spanOf?.(descriptor.digest);
  const file = span === undefined ? undefined : await stat(span.file).catch(() => undefined);
  return {
    descriptor,
    identity:
      span === undefined
        ? `${bundle.path}\0${descriptor.digest}`
        : `${identityOf(span.file, file)}\0${span.offset}`,
    open: (options) => bundle.open(descriptor, options),
  };
}

/** Changes when the file may have: size, mtime and inode. */
export function identityOf(path: string, found: Stats | undefined): string {
  return [path, found?.size, found?.mtimeMs, found?.ino].join('\0');
}
