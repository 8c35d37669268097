// The Pack desk: which of its steps is shown, what was handed to it from outside, and what it can be told by name.
import { useEffect } from 'react';
import { useJob, useJobs, useResult } from '../store/jobs.ts';
import { takeIntent, useNavigation } from '../store/navigation.ts';
import { adoptJobs, rememberJobs, showJob } from './adopt-jobs.ts';
import { BundleGivenDialog } from './BundleGivenDialog.tsx';
import { Contents } from './Contents.tsx';
import { takeOpened } from './contents-actions.ts';
import { Destination } from './Destination.tsx';
import { Lock } from './Lock.tsx';
import { takeLock } from './lock-actions.ts';
import { Packing } from './Packing.tsx';
import { usePack } from './pack-store.ts';
import { RenameDialog } from './RenameDialog.tsx';
import { keepListSaved, restoreList } from './saved-list.ts';
import { useAnnouncements } from './use-announcements.ts';
import { usePackActions } from './use-pack-actions.ts';

export function Screen() {
  useEffect(keepListSaved, []);
  useEffect(rememberJobs, []);
  useEffect(() => void restoreList(), []);
  useIntent();
  useAdoption();
  useLockResult();
  useAnnouncements();
  usePackActions();
  const renames = usePack((state) => state.isRenaming);
  const given = usePack((state) => state.bundleGiven);
  return (
    <>
      <Step />
      {renames && <RenameDialog />}
      {given !== null && <BundleGivenDialog path={given} />}
    </>
  );
}

function Step() {
  const step = usePack((state) => state.step);
  const lock = usePack((state) => state.lock);
  const lockJob = usePack((state) => state.lockJob);
  const packJob = usePack((state) => state.packJob);
  if (step === 'run' && packJob !== null) return <Packing id={packJob} />;
  if (step === 'destination' && lock !== null) return <Destination lock={lock} />;
  if (step === 'lock' && (lock !== null || lockJob !== null)) return <Lock />;
  return <Contents />;
}

/** Files that were opened with the station, or a job that History sends here. */
function useIntent(): void {
  const intent = useNavigation((state) => state.intent);
  useEffect(() => {
    if (intent === null) return;
    const { paths = [], job } = takeIntent() ?? {};
    if (job !== undefined) void showJob(job);
    if (paths.length > 0) void takeOpened(paths);
  }, [intent]);
}

/** After a reload the jobs are still there: the desk finds its own again. */
function useAdoption(): void {
  const jobs = useJobs((state) => state.jobs);
  useEffect(() => adoptJobs(Object.values(jobs)), [jobs]);
}

function useLockResult(): void {
  const lockJob = usePack((state) => state.lockJob);
  const job = useJob(lockJob);
  const result = useResult(lockJob);
  const isDone = job?.state === 'done';
  useEffect(() => {
    if (lockJob !== null && isDone) takeLock(lockJob, result);
  }, [lockJob, isDone, result]);
}
