// Reads local files as lent chunks, and learns the digest of one without trusting it to stand still.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import type { JobContext } from '../../jobs/job-context.ts';
import { whileRunning } from '../../jobs/pause.ts';
import type { ByteSource, OpenOptions } from '../../oci/content-store.ts';
import { fileFailure } from '../../disk/file-failure.ts';
import { openRegularFile } from '../../disk/open-file.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * The bytes of a local file in lent chunks of 1 MiB, the next one read while the taker works on the last. Ends early
 * where the file does. Throws FILE_NOT_FOUND, NO_ACCESS, LOCAL_IO.
 */
export async function* readFileBytes(path: string, options: OpenOptions = {}): ByteSource {
  const file = await openRegularFile(path);
  let ahead: Promise<Uint8Array> | undefined;
  try {
    const end = options.length === undefined ? Infinity : (options.offset ?? 0) + options.length;
    let position = options.offset ?? 0;
    const size = Math.min(CHUNK_BYTES, Math.max(1, options.length ?? CHUNK_BYTES));
    // Two, in turn: one is lent while the other is being filled.
    let [filling, lent] = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)];
    const next = async (): Promise<Uint8Array> => {
      const buffer = filling;
      [filling, lent] = [lent, filling];
      const wanted = Math.min(buffer.byteLength, end - position);
      if (wanted === 0) return buffer.subarray(0, 0);
      const { bytesRead } = await file.read(buffer, 0, wanted, position);
      position += bytesRead;
      return buffer.subarray(0, bytesRead);
    };
    ahead = next();
    for (;;) {
      options.signal?.throwIfAborted();
      const chunk = await ahead;
      if (chunk.byteLength === 0) return;
      ahead = next();
      yield chunk;
    }
  } catch (error) {
    throw fileFailure(error, path);
  } finally {
    await ahead?.catch(() => undefined);
    await file.close();
  }
}

export interface FileSums {
  readonly digest: Digest;
  /** Hex; only where it was asked for. */
  readonly sha512: string | undefined;
  readonly size: number;
}

/**
 * Digest and size of a file where it lies. A file that changed while it was read is read once more, as a log that is
 * being written may stand still the next time; then it is SOURCE_CHANGED.
 */
export async function hashFile(
  path: string,
  job: Pick<JobContext, 'signal' | 'pause'>,
  options: { readonly sha512?: boolean } = {},
): Promise<FileSums> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const before = await snapshot(path);
    const sha256 = createHash('sha256');
    const sha512 = options.sha512 === true ? createHash('sha512') : undefined;
    let size = 0;
    for await (const chunk of whileRunning(readFileBytes(path, { signal: job.signal }), job)) {
      sha256.update(chunk);
      sha512?.update(chunk);
      size += chunk.byteLength;
      // A file that grows faster than it is read has no end.
      if (size > before.size) break;
    }
    const after = await snapshot(path);
    if (size === before.size && before.size === after.size && before.mtimeNs === after.mtimeNs)
      return { digest: `sha256:${sha256.digest('hex')}` as Digest, sha512: sha512?.digest('hex'), size };
  }
  throw new AirlockError('SOURCE_CHANGED', `${path} changed while it was read, twice.`, {
    remedy: 'Stop what writes to this file, or take a copy of it, and run again.',
    details: { path },
  });
}

async function snapshot(path: string): Promise<{ size: number; mtimeNs: bigint }> {
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile())
      throw new AirlockError('FILE_NOT_FOUND', `${path} is no regular file.`, { details: { path } });
    return { size: Number(found.size), mtimeNs: found.mtimeNs };
  } catch (error) {
    throw fileFailure(error, path);
  }
}
