// The verify desk: is this bundle, to the last byte, what its SHA256SUMS says (FORMAT §4, DESIGN §6)?
import type { OpenedBundle } from '../bundle/index.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { createHashPool } from '../trust/hash-pool.ts';
import { hashBlobs } from './hash-blobs.ts';
import { watchVerify } from './watch-verify.ts';
import { judge } from './judge.ts';
import { unpackLayers } from './unpack-layers.ts';
import type { VerifyResult } from './verify-result.ts';

export interface VerifyRequest {
  readonly bundle: OpenedBundle;
  /** Decompress every layer and check it against its image's config. */
  readonly deep: boolean;
  /** Also what an operating system left on the medium makes the bundle one that is not accepted. */
  readonly strict: boolean;
}

/** Damage is a verdict, not an error: throws only where the medium can't be read, or the signal's reason. */
export async function runVerify(request: VerifyRequest, context: JobContext): Promise<VerifyResult> {
  const { bundle, deep, strict } = request;
  const { blobs } = bundle.manifest;
  const totalBytes = blobs.reduce((sum, { size }) => sum + size, 0);
  const { items } = bundle.manifest.lock;
  context.report({ kind: 'stage', stage: 'verify', totalBytes, totalItems: items.length });
  // Threads take as long to start as this thread takes to look at sums, manifests, presence and sizes.
  const pool = createHashPool(totalBytes);
  try {
    const survey = await bundle.survey({ signal: context.signal });
    const hashed = await hashBlobs(bundle, survey, pool, watchVerify(bundle, survey, context), context);
    const unpacked = deep ? await unpackLayers(bundle, survey, hashed.findings, context) : undefined;
    return judge({ bundle, survey, hashed, unpacked, strict });
  } finally {
    await pool.close();
  }
}
