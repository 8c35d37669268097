// The folder behind `--writable`: where things lie in it, and files that appear whole or not at all.
//
//   blobs/<algorithm>/<hex>                    every blob and manifest once, as in an OCI image layout
//   repositories/<name>/_index.json            its manifests and tags: an OCI index, tags as org.opencontainers.image.ref.name
//   repositories/<name>/_blobs/<alg>/<hex>     empty files: the blobs that were pushed to or mounted into it
//   uploads/                                   what is on its way
//   serve.work/owner.json                      which server writes here now
//
// A component of a repository name never begins with `_`, so names and our own files cannot meet. Tags stand in a file and
// not in file names, since `Latest` and `latest` are one name on many file systems.
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { algorithmOf, blobPath, hexOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';

export interface WritableFolder {
  readonly root: string;
  readonly repositories: string;
  readonly uploads: string;
  blob(digest: Digest): string;
  index(repository: string): string;
  membership(repository: string, digest: Digest): string;
  /** Writes a small file under its final name only when all of it is on the medium. */
  writeWhole(path: string, bytes: Uint8Array | string): Promise<void>;
  /** Gives a finished file its final name, durably. */
  moveIn(from: string, to: string): Promise<void>;
}

export function createWritableFolder(root: string): WritableFolder {
  const repositories = join(root, 'repositories');
  const uploads = join(root, 'uploads');
  const moveIn = async (from: string, to: string) => {
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  };
  return {
    root,
    repositories,
    uploads,
    blob: (digest) => join(root, blobPath(digest)),
    index: (repository) => join(repositories, repository, '_index.json'),
    membership: (repository, digest) =>
      join(repositories, repository, '_blobs', algorithmOf(digest), hexOf(digest)),
    async writeWhole(path, bytes) {
      const temporary = join(uploads, `file-${randomBytes(12).toString('hex')}`);
      try {
        const file = await open(temporary, 'wx');
        try {
          await file.writeFile(bytes);
          await file.datasync();
        } finally {
          await file.close();
        }
        await moveIn(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    moveIn,
  };
}
