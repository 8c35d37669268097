// What screen readers hear of the desk's jobs: how they ended, and when they are held.
import { useEffect, useRef } from 'react';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { announce } from '../store/announcer.ts';
import { useJob } from '../store/jobs.ts';
import { packTexts } from '../texts/pack.ts';
import { usePack } from './pack-store.ts';

const texts = packTexts.announce;

export function useAnnouncements(): void {
  useChange(useJob(usePack((state) => state.packJob)), packSentence);
  useChange(useJob(usePack((state) => state.lockJob)), lockSentence);
}

/** Says what a job came to when its state changes while it is watched; not what it was found in. */
function useChange(
  job: JobSnapshot | undefined,
  sentence: (job: JobSnapshot, before: JobSnapshot['state']) => string | null,
): void {
  const last = useRef<{ readonly id: string; readonly state: JobSnapshot['state'] } | null>(null);
  useEffect(() => {
    if (job === undefined) return;
    const before = last.current;
    last.current = { id: job.id, state: job.state };
    if (before === null || before.id !== job.id || before.state === job.state) return;
    const said = sentence(job, before.state);
    if (said !== null) announce(said);
  }, [job, sentence]);
}

function packSentence({ state, numbers }: JobSnapshot, before: JobSnapshot['state']): string | null {
  switch (state) {
    case 'done':
      return texts.packed;
    case 'partial':
      return texts.partial(numbers.failedItems);
    case 'failed':
      return texts.failed;
    case 'cancelled':
      return texts.cancelled;
    case 'interrupted':
      return texts.interrupted;
    case 'paused':
      return texts.paused;
    case 'running':
      return before === 'paused' ? texts.wentOn : null;
    default:
      return null;
  }
}

function lockSentence({ state, numbers }: JobSnapshot): string | null {
  if (state === 'done') return texts.locked(numbers.doneItems);
  return state === 'failed' ? texts.lockFailed(numbers.failedItems) : null;
}
