// Makes a lock out of a transfer list: every entry is tried, every failure is named, all or nothing is written (FORMAT §2).
import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import { AirlockError, retold } from '../../../shared/errors/airlock-error.ts';
import { ERRORS, exitOf } from '../../../shared/errors/codes.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { Lock } from '../../../shared/format/lock.ts';
import { nameItems, planOf } from '../jobs/item-names.ts';
import { resolveArchiveImage, resolveDaemonImage } from './archives/index.ts';
import { assembleLock, findConflicts, uniqueItems } from './assemble-lock.ts';
import type { Found } from './assemble-lock.ts';
import { resolveChart } from './charts/index.ts';
import { atEntry } from './files/entry-error.ts';
import { resolveFile } from './files/index.ts';
import { resolveImage } from './images/index.ts';
import { labelOf } from './entry-label.ts';
import type { ListEntry, ResolveContext, Resolved, TransferList } from './index.ts';
import { summarise } from './lock-summary.ts';
import type { LockSummary } from './lock-summary.ts';
import { formatPosition } from './positions.ts';

export interface LockContext extends ResolveContext {
  /** Airlock's own version. */
  readonly version: string;
  /** UTC, whole seconds: `2026-01-31T12:00:00Z`. */
  readonly created: string;
}

/** Resolves one entry, whatever its kind. */
export type ResolveEntry = (entry: ListEntry, context: ResolveContext) => Promise<readonly Resolved[]>;

/**
 * Entries under way at once, of one source and of all. What each registry sees at once is bounded by its client; a source that
 * waits for a login holds no other up.
 */
const AT_ONE_SOURCE = 16;
const AT_ONCE = 64;

/**
 * Resolves all entries. The lock is the same whatever their timing.
 *
 * Throws one error for all failures, `details.failures` naming each as `list.yaml:7:5 reference: what happened`: of the
 * code that they share, else SOME_ITEMS_FAILED; where their exit codes are one class, its first code (DESIGN §5).
 * Rejects with the signal's reason when cancelled.
 */
export async function lockList(
  list: TransferList,
  context: LockContext,
  resolve: ResolveEntry = resolveEntry,
): Promise<{ readonly lock: Lock; readonly summary: LockSummary }> {
  const { job } = context;
  job.report({ kind: 'stage', stage: 'resolve', totalItems: list.entries.length });
  const names = nameItems(list.entries, labelOf);
  job.report(planOf(names, () => 0));
  const limit = pLimit(AT_ONCE);
  const sources = new Map<string, LimitFunction>();
  const settled = await Promise.allSettled(
    [...names].map(([entry, name]) => {
      const host = hostOf(entry);
      const own = sources.get(host) ?? pLimit(AT_ONE_SOURCE);
      sources.set(host, own);
      return own(() => limit(() => tryEntry(entry, name, context, resolve)));
    }),
  );
  job.signal.throwIfAborted();
  const outcomes = settled.map((one) => {
    if (one.status === 'rejected') throw one.reason as Error;
    return one.value;
  });
  const failures = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome] : []));
  const found = uniqueItems(outcomes.flatMap((outcome) => ('found' in outcome ? outcome.found : [])));
  const conflicts = findConflicts(found).map((error) => ({ error, line: error.message }));
  if (failures.length + conflicts.length > 0) throw failed(list, [...failures, ...conflicts]);
  const lock = assembleLock(list, found, context);
  return { lock, summary: summarise(found, lock, context.client.rateLimits) };
}

interface Failure {
  readonly error: AirlockError;
  /** `list.yaml:7:5 reference: what happened`. */
  readonly line: string;
}

async function tryEntry(
  entry: ListEntry,
  name: string,
  context: LockContext,
  resolve: ResolveEntry,
): Promise<Failure | { readonly found: readonly Found[] }> {
  const { job } = context;
  await job.pause.whenRunning(job.signal);
  job.signal.throwIfAborted();
  job.report({ kind: 'item', item: name, state: 'running' });
  try {
    const resolved = await resolve(entry, context);
    job.report({ kind: 'item', item: name, state: 'done' });
    return { found: resolved.map((one) => ({ entry, resolved: one })) };
  } catch (thrown) {
    job.signal.throwIfAborted();
    // What is no AirlockError is a fault of ours, not of the list: it must not hide among the items.
    if (!(thrown instanceof AirlockError)) throw thrown;
    const place = formatPosition(entry.at);
    const error = thrown.message.startsWith(place) ? thrown : (atEntry(entry.at, thrown) as AirlockError);
    job.report({ kind: 'item', item: name, state: 'failed', error: toWire(error) });
    return { error, line: `${place} ${labelOf(entry)}${error.message.slice(place.length)}` };
  }
}

/** Who is asked for it; this machine is one too. */
function hostOf(entry: ListEntry): string {
  // A reference that is none is refused where it is resolved.
  if (entry.from === 'registry')
    return /^([^/]*[.:][^/]*|localhost)\//.exec(entry.mirror ?? entry.ref)?.[1] ?? '';
  const url = entry.from === 'repository' ? entry.repo : entry.from === 'url' ? entry.url : '';
  return URL.canParse(url) ? new URL(url).host : '';
}

/** Dispatches to the resolver of the entry's kind and source. */
const resolveEntry: ResolveEntry = (entry, context) => {
  if (entry.kind === 'chart') return resolveChart(entry, context);
  if (entry.kind === 'file') return resolveFile(entry, context);
  if (entry.from === 'archive') return resolveArchiveImage(entry, context);
  if (entry.from === 'daemon') return resolveDaemonImage(entry, context);
  return resolveImage(entry, context);
};

function failed(list: TransferList, failures: readonly Failure[]): AirlockError {
  const [first, ...others] = failures;
  if (first === undefined) throw new TypeError('no failure to tell of');
  const codes = failures.map(({ error }) => error.code);
  const exit = exitOf(codes);
  // The code decides the exit; a class that not all share is SOME_ITEMS_FAILED, save where 5 or 7 win.
  const leading = failures.find(({ error }) => ERRORS[error.code].exit === exit)?.error;
  const details = { failures: failures.map(({ line }) => line) };
  if (others.length === 0) return retold(first.error, { details: { ...first.error.details, ...details } });
  const same = new Set(codes).size === 1;
  return new AirlockError(
    leading?.code ?? 'SOME_ITEMS_FAILED',
    `${failures.length} of ${list.entries.length} entries of ${list.path} could not be locked; the first: ${first.error.message}`,
    {
      details,
      cause: first.error,
      ...(leading === undefined ? {} : { side: leading.side }),
      ...(same && first.error.remedy !== undefined ? { remedy: first.error.remedy } : {}),
    },
  );
}
