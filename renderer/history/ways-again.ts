// Whether a job of the past can be done once more: from the lock it was packed of, or on the bundle it was about.
import type { Receipt } from '../../shared/format/receipt.ts';
import type { HistoryRow } from '../../shared/ipc/schemas.ts';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { bridge } from '../bridge/client.ts';
import { useJobs } from '../store/jobs.ts';

/** The desk that does it, with what it is to be opened with. */
export interface WayAgain {
  readonly desk: 'pack' | 'verify' | 'import';
  readonly path: string;
}

/** Undefined where what it was made from is not at hand. */
export async function findWay(receipt: Receipt): Promise<WayAgain | undefined> {
  switch (receipt.desk) {
    case 'lock':
      return receipt.place === undefined ? undefined : { desk: 'pack', path: receipt.place };
    case 'pack': {
      const path = jobOf(receipt, Object.values(useJobs.getState().jobs)) ?? (await findLock(receipt));
      return path === undefined ? undefined : { desk: 'pack', path };
    }
    case 'verify':
    case 'import': {
      const path = await findBundle(receipt);
      return path === undefined ? undefined : { desk: receipt.desk, path };
    }
    default:
      return undefined;
  }
}

/** A receipt tells its times in whole seconds. */
const APART_MS = 2000;

/** The lock that a job of this station packed. */
function jobOf({ started, place }: Receipt, jobs: readonly JobSnapshot[]): string | undefined {
  const found = jobs.find(
    ({ request, started: at }) =>
      request.desk === 'pack' && request.output === place && Math.abs(at - Date.parse(started)) < APART_MS,
  );
  return found?.request.desk === 'pack' ? found.request.lockPath : undefined;
}

/** The newest lock of the same name that this machine made. */
async function findLock({ bundle }: Receipt): Promise<string | undefined> {
  if (bundle === undefined) return undefined;
  const asked = { text: bundle.name, desk: 'lock', outcome: 'done', offset: 0, limit: 20 } as const;
  const found = await bridge().history.list(asked);
  const rows: readonly HistoryRow[] = found.ok ? found.value.rows : [];
  const wanted = `${bundle.name}.lock.json`;
  return rows.find(({ place }) => place?.split(/[\\/]/).at(-1) === wanted)?.place ?? undefined;
}

/** The same bundle, by its id, wherever it lies by now: where the job had it, or on a medium in this machine. */
async function findBundle({ bundle, place }: Receipt): Promise<string | undefined> {
  if (bundle === undefined) return undefined;
  const media = await bridge().media.list(undefined);
  const onMedia = media.ok ? media.value.flatMap(({ bundles }) => bundles) : [];
  const named = onMedia.filter(({ name }) => name === bundle.name).map(({ path }) => path);
  for (const path of new Set([...(place === undefined ? [] : [place]), ...named])) {
    const opened = await bridge().bundles.inspect({ bundle: path });
    if (opened.ok && opened.value.bundle.id === bundle.id) return path;
  }
  return undefined;
}
