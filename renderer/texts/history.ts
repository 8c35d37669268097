// Words of the History desk, and the one word for how a job of the past ended.
import { ERRORS } from '../../shared/errors/codes.ts';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import type { ReceiptItem } from '../../shared/format/receipt.ts';
import type { HistoryRow } from '../../shared/ipc/schemas.ts';
import { titleOf } from './errors.ts';
import { stateTexts } from './states.ts';
import type { ItemWord } from './states.ts';

export const historyTexts = {
  desk: 'History',
  title: 'Every job of this machine',
  receipt: 'Receipt',
  search: 'Bundle, image, digest, medium, message',
  desks: {
    all: 'All desks',
    lock: 'Lock',
    pack: 'Pack',
    verify: 'Verify',
    import: 'Import',
    export: 'Export',
  },
  desksLabel: 'Desk',
  results: {
    all: 'All results',
    done: 'Done',
    partial: 'Partly done',
    failed: 'Failed',
    cancelled: 'Cancelled',
  },
  resultsLabel: 'Result',
  table: 'Jobs',
  columns: {
    started: 'Started',
    desk: 'Desk',
    bundle: 'Bundle',
    result: 'Result',
    items: 'Items',
    bytes: 'Bytes',
    took: 'Took',
    place: 'Place',
  },
  unfinished: 'Not finished',
  today: (date: string) => `Today, ${date}`,
  yesterday: (date: string) => `Yesterday, ${date}`,
  weekday: (day: string, date: string) => `${day}, ${date}`,
  of: (done: string, total: string) => `${done} of ${total}`,
  at: (state: string, percent: string) => `${state} at ${percent}`,
  say: (jobs: string, unfinished: number) =>
    unfinished === 0
      ? `Kept on this machine. ${jobs}.`
      : `Kept on this machine. ${jobs}, ${unfinished} not finished.`,
  sayReading: (some: string) => `${some} so far. Older ones are being read for the first time.`,
  sayFound: (found: string) => `${found} found.`,
  sayUnfinished: 'Goes on where it was. What was finished is kept.',
  goOn: 'Go on',
  show: 'Show it',
  open: 'Open receipt',
  saveReceipt: 'Save receipt…',
  packAgain: 'Pack this again',
  verifyAgain: 'Verify it again',
  importAgain: 'Import it again',
  back: 'Back to all jobs',
  saveTitle: (subject: string) => `Save the receipt of ${subject}`,
  empty: {
    title: 'No job has run on this machine yet',
    text: 'Every pack, check and import leaves a receipt here, whether it was run in this window, in the web station or by the command: what was carried, from where, with which digest, and how each item ended.',
    never: 'Receipts are files on this machine. Nothing is sent anywhere.',
    toPack: 'Go to Pack',
    toVerify: 'Go to Verify',
  },
  unnamed: 'not named',
  reading: 'Reading the receipts of this machine.',
  nothingFound: 'No job holds that. Change the words, the desk or the result.',
  panel: {
    none: 'No job chosen',
    tells: 'What is kept',
    tellsNotes: [
      'How every item of a job ended, with its digest.',
      'Where the bundle lay, and the words it goes by.',
    ],
    job: 'Job',
    onHost: (desk: string, host: string) => `${desk} on ${host}`,
    started: 'Started',
    ended: 'Ended',
    place: 'Place',
    id: 'Bundle id',
    items: 'Items',
    moved: { pack: 'Downloaded', import: 'Sent', lock: 'Read', verify: 'Read', export: 'Written' },
    again: {
      pack: 'Fetched twice',
      import: 'Sent twice',
      lock: 'Read twice',
      verify: 'Read twice',
      export: 'Written twice',
    },
    fingerprint: 'Fingerprint',
    notSigned: 'Not signed. Compare the words by another way than the medium.',
    done: 'Done so far',
    note: 'What happened',
    unread: 'The receipt cannot be read.',
  },
  whole: {
    titles: { lock: 'Lock', pack: 'Pack', verify: 'Check', import: 'Import', export: 'Export' },
    title: (desk: string, subject: string) => `${desk} of ${subject}`,
    tabs: { all: 'All', failed: 'Failed', done: 'Done', notes: 'Notes' },
    state: 'Outcome',
    item: 'Item',
    target: 'Name at the target',
    source: 'Source',
    digest: 'Digest, sha256',
    bytes: 'Bytes',
    attached: (what: string) => `attached to ${what}`,
    items: 'Items of this job',
    noItems: 'No item was begun.',
    noMatch: 'No item has that in its name.',
    alike: (message: string, others: string) => `${message} ${others} more failed in the same way.`,
    unread: 'The receipt is not there, or cannot be read.',
    notes: 'Notes',
    noNotes: 'Nothing else was noted.',
    tools: 'Programs of others that were used',
    took: (size: string, time: string) => `${size} in ${time}`,
    sentence: (items: string, parts: string) => `${items}: ${parts}.`,
    say: (job: string) => `The receipt is kept on this machine as ${job}.json.`,
  },
  announce: {
    found: (count: string) => `${count} found.`,
    opened: (subject: string) => `The receipt of ${subject}.`,
  },
  actions: {
    refresh: 'Look for new jobs',
    clear: 'Show every job again',
    open: 'Open the receipt',
    goOn: 'Go on with the unfinished job',
    save: 'Save the receipt…',
    again: 'Do this job again',
    back: 'Back to all jobs',
    notHere: {
      noReceipt: 'Choose a job that has a receipt',
      noUnfinished: 'Nothing is unfinished',
      noFilter: 'Every job is shown',
      noWay: 'What it was made from is not at hand',
    },
  },
} as const;

/** A few words where the title of an error is a sentence: the column is narrow. */
const SHORT: Partial<Record<ErrorCode, string>> = {
  DISK_FULL: 'Disk full',
  READ_ONLY: 'Write-protected',
  BUNDLE_DAMAGED: 'Damaged',
  BUNDLE_INCOMPLETE: 'Not whole',
  BUNDLE_TRUNCATED: 'Ends too early',
  HOST_UNREACHABLE: 'No answer',
  HOST_UNKNOWN: 'Host not known',
  TLS_UNTRUSTED: 'Not trusted',
  UNAUTHORIZED: 'Login refused',
  DENIED: 'Refused',
  QUOTA_EXCEEDED: 'No room there',
  LOCAL_IO: 'Medium failed',
  MEDIUM_LIMIT: 'Medium too small a file system',
  INTERNAL: 'Fault of Airlock',
};

const ENDED_WELL: Readonly<Record<HistoryRow['desk'], readonly [ItemWord, string?]>> = {
  lock: ['locked'],
  pack: ['sealed'],
  verify: ['intact'],
  import: ['imported'],
  export: ['done', 'Written'],
};

type Ended = Pick<HistoryRow, 'desk' | 'outcome' | 'bundle' | 'doneItems' | 'totalItems' | 'firstNote'>;

/** How a job ended: the word for it and the state that gives its icon and colour. */
export function resultOf(row: Ended): { readonly state: ItemWord; readonly word: string } {
  if (row.outcome === 'cancelled') return { state: 'cancelled', word: stateTexts.cancelled };
  if (row.outcome === 'done') {
    const [state, word] = ENDED_WELL[row.desk];
    return { state, word: word ?? stateTexts[state] };
  }
  if (row.desk === 'verify' && row.totalItems > 0)
    return row.outcome === 'partial'
      ? { state: 'incomplete', word: stateTexts.incomplete }
      : { state: 'damaged', word: stateTexts.damaged };
  const failed = row.totalItems - row.doneItems;
  if (failed > 0) return { state: 'failed', word: `${failed} ${failed === 1 ? 'item' : 'items'} failed` };
  const code = codeOf(row.firstNote);
  return { state: 'failed', word: code === null ? stateTexts.failed : (SHORT[code] ?? titleOf({ code })) };
}

/** The word for what became of one item. What a check finds as it was is intact. */
export function outcomeWord(outcome: ReceiptItem['outcome'], desk: HistoryRow['desk']): ItemWord {
  if (outcome === 'carried') return desk === 'lock' ? 'locked' : 'done';
  if (desk === 'verify') {
    if (outcome === 'present') return 'intact';
    if (outcome === 'failed') return 'damaged';
  }
  return outcome;
}

/** A job that failed as a whole notes its code first: `DISK_FULL: There is no room …`. */
export function codeOf(note: string | null): ErrorCode | null {
  const word = /^([A-Z_]+): /.exec(note ?? '')?.[1] ?? '';
  return isErrorCode(word) ? word : null;
}

function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(ERRORS, word);
}
