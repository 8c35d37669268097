// Reads every blob that is there as it should be, and says which have other bytes than their names.
import { algorithmOf, blobPath, hexOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Finding, OpenedBundle, Survey } from '../bundle/index.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { HashAnswer, HashJob, HashPool } from '../trust/hash-pool.ts';

export interface HashedBlobs {
  readonly findings: readonly Finding[];
  /** sha256 as hex of blobs that another algorithm names: only SHA256SUMS can tell whether it is right. */
  readonly sha256: ReadonlyMap<string, string>;
}

/** Throws LOCAL_IO and its kin where the medium can't be read, which is no verdict on the bundle. */
export async function hashBlobs(
  bundle: OpenedBundle,
  survey: Survey,
  pool: HashPool,
  context: Pick<JobContext, 'signal' | 'pause' | 'report'>,
): Promise<HashedBlobs> {
  // No link is read through, and no manifest a second time.
  const settled = new Set(survey.findings.map(({ path }) => path));
  const report = (bytes: number) => context.report({ kind: 'bytes', bytes });
  const jobs = bundle.manifest.blobs.flatMap(({ digest }): { digest: Digest; job: HashJob }[] => {
    const span = bundle.spanOf(digest);
    if (span === undefined) return [];
    if (settled.has(blobPath(digest)) || survey.manifests.has(digest)) {
      report(span.size);
      return [];
    }
    const algorithms = [...new Set([algorithmOf(digest), 'sha256' as const])];
    return [{ digest, job: { ...span, algorithms } }];
  });
  const answers = await pool.hash(
    jobs.map(({ job }) => job),
    {
      signal: context.signal,
      pause: context.pause,
      onBytes: report,
    },
  );
  const findings: Finding[] = [];
  const sha256 = new Map<string, string>();
  jobs.forEach(({ digest, job }, number) => {
    const path = blobPath(digest);
    const answer = answers[number];
    if (answer === undefined) throw new AirlockError('INTERNAL', `Nothing was found out about ${path}.`);
    const [own, second] = hexesOf(answer, job.file);
    if ('why' in answer)
      findings.push({ path, state: answer.why === 'is missing' ? 'missing' : 'damaged', why: answer.why });
    else if (own !== hexOf(digest))
      findings.push({ path, state: 'damaged', why: 'has other bytes than its name says' });
    if (second !== undefined) sha256.set(path, second);
  });
  return { findings, sha256 };
}

function hexesOf(answer: HashAnswer, file: string): readonly string[] {
  if ('hex' in answer) return answer.hex;
  if ('why' in answer) return [];
  throw new AirlockError(
    answer.errno === 'EACCES' || answer.errno === 'EPERM' ? 'NO_ACCESS' : 'LOCAL_IO',
    `${file} could not be read.`,
    { cause: new Error(answer.message), details: { path: file } },
  );
}
