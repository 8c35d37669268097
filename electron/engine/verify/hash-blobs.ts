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

/** Who is told how far it is. */
export interface HashWatch {
  bytes(digest: Digest, bytes: number): void;
  /** The blob is as its name says, or how it is not. */
  ended(digest: Digest, wrong: Finding | undefined): void;
}

/** Throws LOCAL_IO and its kin where the medium can't be read, which is no verdict on the bundle. */
export async function hashBlobs(
  bundle: OpenedBundle,
  survey: Survey,
  pool: HashPool,
  watch: HashWatch,
  context: Pick<JobContext, 'signal' | 'pause'>,
): Promise<HashedBlobs> {
  // No link is read through, and no manifest a second time.
  const settled = new Map(survey.findings.map((finding) => [finding.path, finding]));
  const jobs = bundle.manifest.blobs.flatMap(({ digest }): { digest: Digest; job: HashJob }[] => {
    const span = bundle.spanOf(digest);
    const finding = settled.get(blobPath(digest));
    if (span === undefined || finding !== undefined || survey.manifests.has(digest)) {
      watch.bytes(digest, span?.size ?? 0);
      watch.ended(digest, finding);
      return [];
    }
    const algorithms = [...new Set([algorithmOf(digest), 'sha256' as const])];
    return [{ digest, job: { ...span, algorithms } }];
  });
  const findings: Finding[] = [];
  const sha256 = new Map<string, string>();
  const take = (answer: HashAnswer, digest: Digest, job: HashJob): void => {
    const path = blobPath(digest);
    const [own, second] = hexesOf(answer, job.file);
    const sum = algorithmOf(digest) === 'sha256' ? own : second;
    let wrong: Finding | undefined;
    if ('why' in answer)
      wrong = { path, state: answer.why === 'is missing' ? 'missing' : 'damaged', why: answer.why };
    else if (own !== hexOf(digest))
      wrong = {
        path,
        state: 'damaged',
        why: 'has other bytes than its name says',
        ...(sum === undefined ? {} : { found: { size: job.size, sha256: sum } }),
      };
    if (wrong !== undefined) findings.push(wrong);
    if (second !== undefined) sha256.set(path, second);
    watch.ended(digest, wrong);
  };
  const entryAt = (number: number): (typeof jobs)[number] => {
    const entry = jobs[number];
    if (entry === undefined) throw new AirlockError('INTERNAL', 'A blob was hashed that nobody asked for.');
    return entry;
  };
  await pool.hash(
    jobs.map(({ job }) => job),
    {
      signal: context.signal,
      pause: context.pause,
      onBytes: (bytes, number) => watch.bytes(entryAt(number).digest, bytes),
      onAnswer: (answer, number) => take(answer, entryAt(number).digest, entryAt(number).job),
    },
  );
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
