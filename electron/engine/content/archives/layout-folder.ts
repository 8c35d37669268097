// An OCI image layout as a folder, read as any other archive of images. Its blobs are named by digest and checked when packed.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { AirlockError, isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import { isDigest } from '../../../../shared/domain/digest.ts';
import type { JobContext } from '../../jobs/job-context.ts';
import { formatLocation } from '../blob-location.ts';
import { SNIFF_BYTES, sniffCompression } from '../decompress.ts';
import { fileFailure } from '../../disk/file-failure.ts';
import { collectBytes } from '../files/collect-bytes.ts';
import { hashFile, readFileBytes } from '../files/read-file.ts';
import { longMember, missingMember } from './member-table.ts';
import type { ArchiveContents, ArchivedFile } from './member-table.ts';

/** Throws ARCHIVE_INVALID for links, which would lead out of the folder unseen. */
export function readLayoutFolder(
  folder: string,
  lockPath: string,
  job: Pick<JobContext, 'signal' | 'pause'>,
): ArchiveContents {
  const { signal } = job;
  const find = async (name: string): Promise<ArchivedFile | undefined> => {
    const path = join(folder, name);
    try {
      const found = await lstat(path);
      if (!found.isFile())
        throw new AirlockError('ARCHIVE_INVALID', `${path} is no regular file.`, { details: { path } });
      const named = name.replace(/^blobs\/(sha256|sha512)\//, '$1:');
      const digest = isDigest(named) ? named : (await hashFile(path, job)).digest;
      const first = await collectBytes(readFileBytes(path, { length: SNIFF_BYTES, signal }), SNIFF_BYTES);
      return {
        size: found.size,
        digest,
        sha512: digest.startsWith('sha512:') ? digest : undefined,
        compression: sniffCompression(first ?? Buffer.alloc(0)),
        from: formatLocation({ in: 'file', path: `${lockPath}/${name}` }),
      };
    } catch (error) {
      const told = fileFailure(error, path);
      if (isAirlockError(told, 'FILE_NOT_FOUND')) return undefined;
      throw told;
    }
  };
  return {
    label: folder,
    find,
    async readDocument(name, limit) {
      const file = await find(name);
      if (file === undefined) throw missingMember(folder, name);
      const bytes = await collectBytes(readFileBytes(join(folder, name), { signal }), limit);
      if (bytes === undefined) throw longMember(folder, name, file.size, limit);
      return bytes;
    },
  };
}
