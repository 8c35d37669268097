// The blobs of an unfinished bundle in its tar form: each at its own place, its header written when its hash agreed.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Clock } from '../jobs/job-context.ts';
import { whileRunning } from '../jobs/pause.ts';
import type { Blob, BlobShelf } from './blob-shelf.ts';
import { readSpan, readWhole } from '../disk/read-span.ts';
import type { TarMap, TarMember } from './tar-map.ts';
import { TAR_END_BYTES, tarHead } from '../disk/ustar.ts';
import type { WorkPaths } from './work-folder.ts';
import {
  FILE_MODE,
  NO_FOLLOW,
  renamePatiently,
  setMode,
  syncFolder,
  writeAt,
  writeSynced,
} from './write-files.ts';

/** `fresh` starts with an empty tar; else what an earlier run named is still there. */
export async function openTarShelf(
  place: string,
  paths: WorkPaths,
  map: TarMap,
  clock: Clock,
  fresh: boolean,
): Promise<BlobShelf> {
  const { O_RDWR, O_CREAT, O_TRUNC } = constants;
  const flags = O_RDWR | O_CREAT | NO_FOLLOW | (fresh ? O_TRUNC : 0);
  const file = await open(paths.bundle, flags, FILE_MODE);
  await setMode(file, FILE_MODE);
  const { fd } = file;
  const memberOf = ({ digest }: Blob): TarMember => {
    const member = map.blob(digest);
    if (member === undefined) throw new AirlockError('INTERNAL', `The tar has no place for ${digest}.`);
    return member;
  };
  return {
    async has(blob) {
      const { path, size, head, body } = memberOf(blob);
      const there = await readWhole(fd, head, body - head);
      return there.equals(tarHead(path, size)) && (await file.stat()).size >= body + size;
    },
    begin(blob) {
      const { path, size, head, body } = memberOf(blob);
      return Promise.resolve({
        fd,
        base: body,
        write: (chunk, position) => writeAt(fd, chunk, body + position),
        name: () => writeAt(fd, tarHead(path, size), head),
        // Bytes without a header are nobody's.
        drop: () => Promise.resolve(),
      });
    },
    async *read(blob, start, length, signal) {
      yield* readSpan(fd, memberOf(blob).body + start, length, signal);
    },
    adopt: () => Promise.resolve(false),
    discard(blob) {
      const { head, body } = memberOf(blob);
      return writeAt(fd, Buffer.alloc(body - head), head);
    },
    sync: () => file.datasync(),
    sealBytes: map.length,
    async seal(front, _blobs, context) {
      await writeAt(fd, Buffer.alloc(TAR_END_BYTES), map.length - TAR_END_BYTES);
      for (const { path, size, head } of map.front) {
        const bytes = front.get(path);
        if (bytes?.byteLength !== size)
          throw new AirlockError('INTERNAL', `${path} has not the size that the tar reserved for it.`);
        await writeAt(fd, Buffer.concat([tarHead(path, size), bytes]), head);
      }
      await file.truncate(map.length);
      await file.sync();
      const sum = createHash('sha256');
      for await (const piece of whileRunning(readSpan(fd, 0, map.length, context.signal), context)) {
        sum.update(piece);
        context.report({ kind: 'bytes', bytes: piece.byteLength });
      }
      await renamePatiently(paths.bundle, place, clock);
      await syncFolder(dirname(place));
      await writeSynced(`${place}.sha256`, Buffer.from(`${sum.digest('hex')}  ${basename(place)}\n`));
      await syncFolder(dirname(place));
    },
    close: () => file.close(),
  };
}
