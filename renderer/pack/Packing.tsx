// The pack itself, from its start to what it came to: each standing of the job has its screen.
import { useEffect } from 'react';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJob, useJobItems, useResult } from '../store/jobs.ts';
import { Done } from './Done.tsx';
import { packAgain } from './pack-actions.ts';
import { usePack } from './pack-store.ts';
import { Partial } from './Partial.tsx';
import { Run } from './Run.tsx';
import { Stopped } from './Stopped.tsx';

export function Packing({ id }: { readonly id: string }) {
  const job = useJob(id);
  const items = useJobItems(id);
  const result = useResult(id);
  useRetryAtEnd(job);

  if (job === undefined) return null;
  const isRunning = job.state === 'running' || job.state === 'paused' || job.state === 'asking';
  if (isRunning) return <Run job={job} items={items} />;
  if (result?.desk === 'pack' && result.sealed !== 'no')
    return <Done job={job} items={items} result={result} />;
  const hasEnded = job.state === 'partial' || job.state === 'failed';
  if (hasEnded && job.error === null && items.some(({ state }) => state === 'failed'))
    return <Partial job={job} items={items} result={result?.desk === 'pack' ? result : null} />;
  // What it came to is on its way; until it is here the last numbers stand.
  if (job.state === 'done') return <Run job={job} items={items} />;
  return <Stopped job={job} items={items} />;
}

/** The operator asked beforehand to try what failed once more: nobody has to be there for it. */
function useRetryAtEnd(job: JobSnapshot | undefined): void {
  const isAsked = usePack((state) => state.retriesAtEnd);
  const id = job?.state === 'partial' ? job.id : undefined;
  useEffect(() => {
    if (!isAsked || id === undefined) return;
    usePack.setState({ retriesAtEnd: false });
    void packAgain(id);
  }, [isAsked, id]);
}
