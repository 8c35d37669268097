// The words of states, stages and kinds: one word each, the same on every screen.
import type { JobDesk, JobItem, JobState } from '../../shared/station/job.ts';
import type { Stage } from '../../shared/job/progress.ts';

export const stateTexts = {
  queued: 'Queued',
  shared: 'Shared',
  present: 'Already there',
  skipped: 'Skipped',
  cancelled: 'Cancelled',
  leftOut: 'Left out',
  notAsked: 'Not asked yet',
  notTested: 'Not tested',
  toPush: 'To push',
  downloading: 'Downloading',
  sending: 'Sending',
  checking: 'Checking',
  notSealed: 'Not sealed',
  overwrite: 'To overwrite',
  notLooked: 'Not looked up',
  done: 'Done',
  found: 'Found',
  locked: 'Locked',
  intact: 'Intact',
  sealed: 'Sealed',
  imported: 'Imported',
  verified: 'Verified',
  ok: 'Match',
  on: 'On',
  waiting: 'Waiting',
  paused: 'Paused',
  guess: 'Guess',
  unexpected: 'Unexpected',
  moved: 'Moved',
  incomplete: 'Incomplete',
  interrupted: 'Not finished',
  litter: 'Left by a system',
  conflict: 'Conflict',
  failed: 'Failed',
  refused: 'Refused',
  missing: 'Missing',
  damaged: 'Damaged',
  complete: 'Complete',
  unsigned: 'Not signed',
  toJudge: 'For you to judge',
  added: 'New',
  changed: 'Changed',
  sameTag: 'Same tag',
  removed: 'Removed',
} as const;
export type ItemWord = keyof typeof stateTexts;

export const stageTexts: Readonly<Record<Stage, string>> = {
  resolve: 'ask the sources',
  check: 'check the lists',
  transfer: 'download and check',
  seal: 'seal',
  verify: 'read and check',
  probe: 'ask the target',
  push: 'check and send',
  export: 'write out',
  serve: 'serve',
};

/** The same at the head of a line. */
export function stageLabel(stage: Stage): string {
  const word = stageTexts[stage];
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

export const kindTexts = {
  image: { one: 'image', many: 'images', title: 'Images' },
  chart: { one: 'chart', many: 'charts', title: 'Charts' },
  file: { one: 'file', many: 'files', title: 'Files' },
} as const;

/** What a job does, before the name of what it does it to: `Packing astronomer-2.1`. */
export const doingTexts: Readonly<Record<JobDesk, string>> = {
  lock: 'Locking',
  pack: 'Packing',
  verify: 'Checking',
  check: 'Checking',
  plan: 'Looking up',
  import: 'Importing',
};

export const jobStateTexts: Readonly<Record<JobState, string>> = {
  running: 'Running',
  paused: 'Paused',
  asking: 'Waits for you',
  done: 'Done',
  partial: 'Partly done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Not finished',
};

/** The word for a row of a running job; what runs is called by what its desk does. */
export function itemWord(state: JobItem['state'], desk: JobDesk): ItemWord {
  if (state !== 'running') return state;
  if (desk === 'import') return 'sending';
  return desk === 'pack' ? 'downloading' : 'checking';
}
