// Runs what was asked of a job on the engine, and shapes what came of it as the contract has it.
import { access, constants } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Receipt } from '../../../shared/format/receipt.ts';
import { JobResult } from '../../../shared/station/job.ts';
import type { Ejected, JobRequest } from '../../../shared/station/job.ts';
import type { Engine, JobContext } from '../../engine/index.ts';
import type { JobEnd } from './station-job.ts';

type RequestOf<D extends JobRequest['desk']> = JobRequest & { readonly desk: D };

/** What of the station a job touches beside its engine. */
export interface Surroundings {
  /** The folder for lists; empty for a job that writes none. */
  readonly lists: string;
  readonly eject: (place: string) => Promise<Ejected | null>;
}

/**
 * A lock needs its list written already. Throws what the engine throws; what it is given was parsed, so nothing but the
 * operator's own mistakes is left to find.
 */
export async function runRequest(
  request: JobRequest,
  engine: Engine,
  context: JobContext,
  { lists, eject }: Surroundings,
): Promise<JobEnd> {
  switch (request.desk) {
    case 'lock':
      return lock(request, engine, context, lists);
    case 'pack': {
      const { lockPath: source, output, sealIncomplete } = request;
      const { place, bundle, sealed, receipt } = await engine.pack(
        { source, output, pin: false, releaseStore: false, sealIncomplete },
        context,
      );
      const ejected = request.ejectAfter === true && sealed !== 'no' ? await eject(place) : null;
      return endOf(receipt, { desk: 'pack', place, sealed, bundle: bundle ?? null, receipt, ejected });
    }
    case 'verify':
      return verify(request, engine, context);
    case 'check': {
      const { bundle, inspection } = await engine.check(request.bundle, context);
      return { state: 'done', result: shaped({ desk: 'check', bundle, inspection }), receipt: null };
    }
    case 'plan': {
      const { bundle, rows } = await engine.plan(namesOf(request), context);
      return { state: 'done', result: shaped({ desk: 'plan', bundle, rows }), receipt: null };
    }
    default: {
      const { tags, decided, verifyFirst } = request;
      const { bundle, receipt } = await engine.import(
        { ...namesOf(request), tags, decided, verifyFirst, dryRun: false },
        context,
      );
      return endOf(receipt, { desk: 'import', bundle, receipt });
    }
  }
}

/**
 * The lock lies beside its list; where that is on a medium that takes nothing, in the folder for lists. A lock that was given
 * in place of a list is shown as it stands: nobody is asked.
 */
async function lock(
  request: RequestOf<'lock'>,
  engine: Engine,
  context: JobContext,
  listsFolder: string,
): Promise<JobEnd> {
  const list = request.listPath;
  if (list === null) throw new TypeError('a lock without a list');
  const { lockPath } = await engine.readContents({ text: null, paths: [list] });
  if (lockPath !== null)
    return {
      state: 'done',
      result: shaped({ desk: 'lock', lock: await engine.lockView(lockPath) }),
      receipt: null,
    };
  const takesFiles = await access(dirname(list), constants.W_OK).then(
    () => true,
    () => false,
  );
  // Lists of one name lie beside each other there, so the lock is called as its file is.
  const isOurs = resolve(dirname(list)) === resolve(listsFolder);
  const out = isOurs
    ? list.replace(/(?:\.ya?ml)?$/i, '.lock.json')
    : takesFiles
      ? undefined
      : join(listsFolder, `${request.draft.name}.lock.json`);
  const { path, receipt, ...told } = await engine.lock({ list, out, noFetch: false }, context);
  return endOf(receipt, { desk: 'lock', lock: await engine.lockView(path, told) });
}

/** A verdict is what this desk is for: it has done its work also where that is a bad one. */
async function verify(
  { bundle: path, deep, strict }: RequestOf<'verify'>,
  engine: Engine,
  context: JobContext,
): Promise<JobEnd> {
  const { bundle, result, receipt } = await engine.verify({ bundle: path, deep, strict }, context);
  const { inspection } = await engine.inspect(path, context);
  const { verdict, files, items, totals, layersUnpacked, notes } = result;
  const report = { verdict, files, items, totals, layersUnpacked, notes };
  return endOf(receipt, { desk: 'verify', bundle, inspection, report, receipt });
}

function namesOf({ bundle, to, names, renamed, left }: RequestOf<'plan'> | RequestOf<'import'>) {
  return {
    bundle,
    to,
    map: names === 'keepHost' ? 'keep-host' : undefined,
    noTag: false,
    renamed,
    left,
  };
}

function endOf(receipt: Receipt, result: Readonly<Record<string, unknown>>): JobEnd {
  return { state: receipt.outcome, result: shaped(result), receipt };
}

/** The engine's readonly values as those of the contract. */
function shaped(result: Readonly<Record<string, unknown>>): JobResult {
  return JobResult.parse(result);
}
