// The Verify desk: which of its steps is shown, what was handed to it from outside, and what its jobs came to.
import { useEffect } from 'react';
import { announce } from '../store/announcer.ts';
import { useJob, useJobItems, useJobs, useResult } from '../store/jobs.ts';
import { takeIntent, useNavigation } from '../store/navigation.ts';
import { verifyTexts } from '../texts/verify.ts';
import { adoptJob, rememberJob } from './adopt-job.ts';
import { Bundle } from './Bundle.tsx';
import { Checking } from './Checking.tsx';
import { Findings } from './Findings.tsx';
import { Stopped } from './Stopped.tsx';
import { chooseBundle, showJob, useVerify } from './verify-store.ts';

export function Screen() {
  useEffect(rememberJob, []);
  useIntent();
  useAdoption();
  const id = useVerify((state) => state.verifyJob);
  const job = useJob(id);
  const items = useJobItems(id);
  const result = useResult(id);
  useOutcome(id);
  if (job === undefined) return <Bundle />;
  if (result?.desk === 'verify') return <Findings key={job.id} job={job} result={result} />;
  if (job.state === 'interrupted' || job.state === 'cancelled') return <Stopped job={job} />;
  if (job.ended !== null && (job.error !== null || result === null)) return <Bundle />;
  return <Checking job={job} items={items} />;
}

/** A bundle that was opened with the station, or a job that History or the strip sends here. */
function useIntent(): void {
  const intent = useNavigation(({ desk, intent: given }) => (desk === 'verify' ? given : null));
  useEffect(() => {
    if (intent === null) return;
    const { paths = [], job } = takeIntent() ?? {};
    if (job !== undefined) showJob(job);
    const [path] = paths;
    if (path !== undefined) chooseBundle(path);
  }, [intent]);
}

/** After a reload a check that runs, was interrupted, or was shown here is found again. */
function useAdoption(): void {
  const jobs = useJobs((state) => state.jobs);
  useEffect(() => adoptJob(Object.values(jobs)), [jobs]);
}

/** Who hears the screen is told how a check ended while it was on the screen. */
function useOutcome(id: string | null): void {
  const job = useJob(id);
  const result = useResult(id);
  const title = job?.title;
  const hasFailed = job?.state === 'failed' && job.error !== null;
  const verdict = result?.desk === 'verify' ? result.report.verdict : undefined;
  useEffect(() => {
    if (title === undefined) return;
    if (verdict !== undefined) announce(verifyTexts.announce[verdict](title));
    else if (hasFailed) announce(verifyTexts.announce.failed(title));
  }, [title, verdict, hasFailed]);
}
