// Keeps by digest what had to be read over a network to learn its digest (FORMAT §2), until a bundle has taken it.
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { blobPath } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { fileFailure, isErrno } from '../disk/file-failure.ts';
import type { FetchStore } from './index.ts';

/** `incoming-<pid>-<n>`: the pid tells a later run whether the file's writer still lives. */
const INCOMING = /^incoming-(\d+)-\d+$/;

/**
 * A store in `folder`, which is made when the first file comes. Blobs lie under `blobs/sha256/<hex>`, so that pack can move
 * them by rename. Half-written files of runs that died are removed with the first `keep`.
 */
export function createFetchStore(folder: string): FetchStore {
  let prepared: Promise<void> | undefined;
  let count = 0;
  const pathOf = (digest: Digest) => join(folder, blobPath(digest));
  return {
    folder,
    pathOf,
    async has(digest) {
      try {
        const found = await stat(pathOf(digest));
        return found.isFile() ? found.size : undefined;
      } catch (error) {
        if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
        throw fileFailure(error, pathOf(digest));
      }
    },
    async keep(bytes, { signal, expectedSize, check }) {
      prepared ??= prepare(folder);
      await prepared;
      const partial = join(folder, `incoming-${process.pid}-${(count += 1)}`);
      try {
        const sums = await write(partial, bytes, signal, expectedSize);
        check?.(sums);
        const path = pathOf(sums.digest);
        await onDisk(folder, async () => {
          await rename(partial, path);
          await syncFolder(dirname(path));
        });
        return { ...sums, path };
      } catch (error) {
        await rm(partial, { force: true }).catch(() => undefined);
        throw error;
      }
    },
  };
}

async function write(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  expectedSize: number | undefined,
): Promise<{ digest: Digest; sha512: string; size: number }> {
  const folder = dirname(path);
  const file = await onDisk(folder, () => open(path, 'wx'));
  try {
    const sha256 = createHash('sha256');
    const sha512 = createHash('sha512');
    let size = 0;
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      size += chunk.byteLength;
      if (expectedSize !== undefined && size > expectedSize) throw wrongSize(expectedSize, 'more');
      sha256.update(chunk);
      sha512.update(chunk);
      await onDisk(folder, () => writeWhole(file, chunk));
    }
    signal.throwIfAborted();
    if (expectedSize !== undefined && size < expectedSize) throw wrongSize(expectedSize, `only ${size}`);
    await onDisk(folder, () => file.sync());
    return { digest: `sha256:${sha256.digest('hex')}` as Digest, sha512: sha512.digest('hex'), size };
  } finally {
    await file.close();
  }
}

/** One write may take fewer bytes than it was given, as on a full disk just before ENOSPC. */
async function writeWhole(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.byteLength;)
    done += (await file.write(chunk, done, chunk.byteLength - done)).bytesWritten;
}

async function prepare(folder: string): Promise<void> {
  try {
    await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
    for (const name of await readdir(folder)) {
      const pid = INCOMING.exec(name)?.[1];
      if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
    }
  } catch (error) {
    throw fileFailure(error, folder);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders; there the rename is as durable as it gets.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function wrongSize(expected: number, found: string): AirlockError {
  return new AirlockError('SIZE_MISMATCH', `The source sent ${found} bytes where it had said ${expected}.`, {
    details: { expected },
  });
}

/** Told as the store's trouble; what the stream that is being kept throws is another's, errno or not. */
async function onDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileFailure(error, folder);
  }
}
