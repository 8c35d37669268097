// The Import desk: which of its steps is shown, what was handed to it from outside, and what its jobs found.
import { useEffect } from 'react';
import { useJob, useJobs } from '../store/jobs.ts';
import { takeIntent, useNavigation } from '../store/navigation.ts';
import { Bundle } from './Bundle.tsx';
import { takeCheck } from './bundle-actions.ts';
import { Importing } from './Importing.tsx';
import { chooseBundle, useImport } from './import-store.ts';
import { Mapping } from './Mapping.tsx';
import { takePlan } from './mapping-actions.ts';
import { Target } from './Target.tsx';

export function Screen() {
  useIntent();
  useAdoption();
  useEnd(
    useImport((state) => state.checkJob),
    takeCheck,
  );
  useEnd(
    useImport((state) => state.planJob),
    takePlan,
  );
  const step = useImport((state) => state.step);
  const importJob = useImport((state) => state.importJob);
  if (step === 'run' && importJob !== null) return <Importing id={importJob} />;
  if (step === 'mapping') return <Mapping />;
  if (step === 'target') return <Target />;
  return <Bundle />;
}

/** A bundle that was opened with the station, or a job that History or the strip sends here. */
function useIntent(): void {
  const intent = useNavigation((state) => state.intent);
  useEffect(() => {
    if (intent === null) return;
    const { paths = [], job } = takeIntent() ?? {};
    if (job !== undefined) useImport.setState({ importJob: job, step: 'run' });
    const [path] = paths;
    if (path !== undefined) chooseBundle(path);
  }, [intent]);
}

/** After a reload an import that runs, or was interrupted, is found again. */
function useAdoption(): void {
  const jobs = useJobs((state) => state.jobs);
  useEffect(() => {
    const { importJob, step, bundlePath } = useImport.getState();
    if (importJob !== null || step !== 'bundle' || bundlePath !== null) return;
    const unfinished = Object.values(jobs).find(
      ({ desk, ended, state }) => desk === 'import' && (ended === null || state === 'interrupted'),
    );
    if (unfinished !== undefined) useImport.setState({ importJob: unfinished.id, step: 'run' });
  }, [jobs]);
}

function useEnd(id: string | null, take: (job: string) => Promise<void>): void {
  const isDone = useJob(id)?.state === 'done';
  useEffect(() => {
    if (id !== null && isDone) void take(id);
  }, [id, isDone, take]);
}
