// `--verify-first`: hashes every blob of a bundle before the first byte leaves.
import pLimit from 'p-limit';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import { blobPath } from '../../../shared/domain/digest.ts';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Bundle } from '../bundle/index.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { createDigester } from '../oci/digester.ts';

/** Throws BUNDLE_DAMAGED that names every blob whose bytes are not its digest's. */
export async function readEverything(bundle: Bundle, context: JobContext): Promise<void> {
  const { blobs } = bundle.manifest;
  context.report({
    kind: 'stage',
    stage: 'verify',
    totalBytes: blobs.reduce((sum, blob) => sum + blob.size, 0),
    totalItems: blobs.length,
  });
  const reads = pLimit(context.limits.blobs);
  const damaged: string[] = [];
  await Promise.all(
    blobs.map((blob) =>
      reads(async () => {
        context.signal.throwIfAborted();
        const digester = createDigester(blob, bundle.label);
        try {
          for await (const chunk of bundle.open({ ...blob, mediaType: MEDIA.octets }, context)) {
            await context.pause.whenRunning(context.signal);
            digester.update(chunk);
            context.report({ kind: 'bytes', bytes: chunk.byteLength });
          }
          digester.verify();
        } catch (error) {
          if (!isAirlockError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH')) throw error;
          damaged.push(blobPath(blob.digest));
        }
      }),
    ),
  );
  if (damaged.length === 0) return;
  const files = damaged.toSorted();
  throw new AirlockError('BUNDLE_DAMAGED', `${bundle.label} is damaged: ${files.join(', ')}.`, {
    details: { files },
  });
}
