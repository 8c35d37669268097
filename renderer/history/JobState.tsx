// How an unfinished job stands, with how far it is: `Paused at 44 %`.
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJobNumbers } from '../store/byte-progress.ts';
import { historyTexts } from '../texts/history.ts';
import { itemWord, jobStateTexts } from '../texts/states.ts';
import type { ItemWord } from '../texts/states.ts';
import { formatShare } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';

export function JobState({ job }: { readonly job: JobSnapshot }) {
  const { doneBytes, totalBytes } = useJobNumbers(job.id) ?? job.numbers;
  const word = jobStateTexts[job.state];
  const isMoving = job.state === 'running' || job.state === 'paused';
  return (
    <StateWord
      state={stateOf(job)}
      word={
        isMoving && totalBytes !== null && totalBytes > 0
          ? historyTexts.at(word, formatShare(doneBytes / totalBytes))
          : word
      }
    />
  );
}

function stateOf({ state, desk }: JobSnapshot): ItemWord {
  if (state === 'paused' || state === 'interrupted') return state;
  return state === 'asking' ? 'waiting' : itemWord('running', desk);
}
