// Moves the blobs of a bundle to their places: several at once, one's failure not the others'.
import pLimit from 'p-limit';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { isAirlockError, triedTimes } from '../../../shared/errors/airlock-error.ts';
import type { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { ERRORS } from '../../../shared/errors/codes.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { ContentStore } from '../oci/content-store.ts';
import { bytesMoved, copyBlob } from '../oci/copy-blob.ts';
import type { BlobFates } from './account-for-items.ts';

export interface Blob {
  readonly digest: Digest;
  readonly size: number;
}

export interface CopyOptions {
  /** How one blob comes by its bytes; true where they moved in this call. */
  readonly move: (blob: Blob, context: JobContext) => Promise<boolean>;
  readonly onEnded?: (blob: Blob, error?: AirlockError) => void;
}

/** Bytes that were damaged on their way are read again; a source that sends them damaged each time is given up. */
const REFETCHES = 2;

/**
 * Moves blobs in the order given, several at once. One that fails does not stop the others; what concerns the medium itself
 * (no room, write-protected) does, and is thrown when all that was under way has ended. Cancelled, it returns with what was
 * not come to in `left`.
 */
export async function copyBlobs(
  blobs: readonly Blob[],
  { move, onEnded }: CopyOptions,
  context: JobContext,
): Promise<BlobFates> {
  const halt = new AbortController();
  const signal = AbortSignal.any([context.signal, halt.signal]);
  const moved = new Set<Digest>();
  const failures = new Map<Digest, AirlockError>();
  const left = new Set(blobs.map(({ digest }) => digest));
  const limit = pLimit(context.limits.blobs);
  await Promise.all(
    blobs.map((blob) =>
      limit(async () => {
        if (signal.aborted) return;
        try {
          if (await move(blob, { ...context, signal })) moved.add(blob.digest);
          left.delete(blob.digest);
          onEnded?.(blob);
        } catch (error) {
          if (signal.aborted) return;
          if (!isAirlockError(error) || isAirlockError(error, 'DISK_FULL', 'READ_ONLY', 'MEDIUM_LIMIT')) {
            halt.abort(error);
            return;
          }
          left.delete(blob.digest);
          failures.set(blob.digest, error);
          onEnded?.(blob, error);
        }
      }),
    ),
  );
  if (halt.signal.aborted) throw halt.signal.reason as Error;
  return { moved, failures, left };
}

/** The largest first: the last ones to finish are then small, and no single one is waited for at the end. */
export function largestFirst(blobs: readonly Blob[]): readonly Blob[] {
  return blobs.toSorted((a, b) => b.size - a.size || (a.digest < b.digest ? -1 : 1));
}

/** Copies one blob from store to store, and reads it again where it came damaged. True where bytes moved; they are `item`'s. */
export async function copyWithRefetch(
  from: ContentStore,
  to: ContentStore,
  { digest, size }: Blob,
  context: JobContext,
  item?: string,
): Promise<boolean> {
  const descriptor = { mediaType: MEDIA.octets, digest, size };
  for (let attempt = 0; ; attempt += 1) {
    const metered = meteredContext(context, item);
    try {
      return await copyBlob(from, to, descriptor, metered.context, item);
    } catch (error) {
      if (!isAirlockError(error) || ERRORS[error.code].retry !== 'refetch' || attempt >= REFETCHES)
        throw triedTimes(error, attempt + 1);
      metered.takeBack();
    }
  }
}

/** What a failed attempt moved is not progress: it is taken back, and counted as moved again. */
function meteredContext(
  context: JobContext,
  item: string | undefined,
): { readonly context: JobContext; takeBack(): void } {
  let bytes = 0;
  return {
    context: {
      ...context,
      report: (event) => {
        if (event.kind === 'bytes' && event.resent !== true) bytes += event.bytes;
        context.report(event);
      },
    },
    takeBack() {
      context.report(bytesMoved(-bytes, item));
      context.report({ kind: 'bytes', bytes, resent: true });
    },
  };
}
