// The lock desk: a transfer list in, a lock beside it out, and what that will come to (FORMAT §2).
import { dirname, join, resolve } from 'node:path';
import type { Lock } from '../../../shared/format/lock.ts';
import type { EngineOptions } from '../engine-options.ts';
import { createFetchStore } from '../content/fetch-store.ts';
import { readLock, writeLock } from '../content/lock-file.ts';
import { lockList } from '../content/lock-list.ts';
import type { LockSummary } from '../content/lock-summary.ts';
import { readTransferList } from '../content/transfer-list.ts';
import { timestamp } from '../jobs/receipts.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { RegistryClient } from '../registry/index.ts';
import { findMoved, movedNote } from './find-moved.ts';
import type { MovedTag } from './find-moved.ts';

export interface LockRequest {
  readonly list: string;
  /** Where the lock goes; else `<metadata.name>.lock.json` beside the list. */
  readonly out: string | undefined;
  /** Files are named by URL, size and ETag and not read. */
  readonly noFetch: boolean;
}

export interface LockDone {
  readonly lock: Lock;
  /** Absolute. */
  readonly path: string;
  readonly summary: LockSummary;
  readonly moved: readonly MovedTag[];
  readonly sources: readonly AskedSource[];
}

/** What locking cost at a host, and what that host says is left. */
export interface AskedSource {
  readonly host: string;
  readonly requests: number;
  readonly limit: { readonly remaining: number; readonly of: number } | null;
}

/**
 * Resolves the list and writes the lock; what had to be read to learn its digest lies in `<lock>.store/`. A lock is
 * written only when nothing failed. Throws what the list, its sources and the place of the lock give cause to.
 */
export async function runLock(
  request: LockRequest,
  options: Pick<EngineOptions, 'environment' | 'version'>,
  client: RegistryClient,
  context: JobContext,
): Promise<LockDone> {
  const list = await readTransferList(request.list);
  const path = resolve(request.out ?? join(dirname(request.list), `${list.metadata.name}.lock.json`));
  // An earlier lock that cannot be read says nothing; it is replaced all the same.
  const former = await readLock(path).catch(() => undefined);
  const { lock, summary } = await lockList(list, {
    job: context,
    client,
    store: createFetchStore(`${path}.store`),
    lockBase: dirname(path),
    noFetch: request.noFetch,
    environment: options.environment,
    version: options.version,
    created: createdAt(options.environment, context),
  });
  const moved = await findMoved(former, lock, client, context.signal);
  await writeLock(path, lock);
  const notes = [...moved.map(movedNote), ...summary.notes];
  return { lock, path, summary: { ...summary, notes }, moved, sources: sourcesOf(client) };
}

/** The most asked first. */
function sourcesOf({ requestCounts, rateLimits }: RegistryClient): readonly AskedSource[] {
  return [...requestCounts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([host, count]) => {
      const limit = rateLimits.get(host);
      return {
        host,
        requests: count,
        limit: limit === undefined ? null : { remaining: limit.remaining, of: limit.limit },
      };
    });
}

/** SOURCE_DATE_EPOCH, else now (FORMAT §2). A value that is no number of seconds is passed over, as reproducible-builds has it. */
export function createdAt(
  environment: EngineOptions['environment'],
  context: Pick<JobContext, 'clock'>,
): string {
  const epoch = environment['SOURCE_DATE_EPOCH'];
  const stated = epoch !== undefined && /^[0-9]{1,11}$/.test(epoch) ? Number(epoch) * 1000 : undefined;
  return timestamp(stated ?? context.clock.now());
}
