// A job that ended with the process that ran it, as its journal and its receipt tell of it.
import type { Receipt } from '../../../shared/format/receipt.ts';
import type { JobItem, JobSnapshot } from '../../../shared/station/job.ts';
import { createItemRows } from './item-rows.ts';
import { NO_NUMBERS } from './job-numbers.ts';
import type { ListedJob } from './job-table.ts';
import type { JournalEntry } from './journal.ts';

/** `receipt` is null where it left none, or was interrupted before it could. */
export function pastJob(entry: JournalEntry, receipt: Receipt | null): ListedJob {
  const { id, title, request, started, ended, state, error } = entry;
  const rows = createItemRows({ isRead: request.desk === 'verify' });
  if (receipt !== null) rows.conclude(receipt);
  const items: readonly JobItem[] = rows.rows;
  const snapshot: JobSnapshot = {
    id,
    desk: request.desk,
    title,
    request,
    state: state === 'running' ? 'interrupted' : state,
    stage: null,
    stages: [],
    started,
    ended,
    numbers: {
      ...NO_NUMBERS,
      ...(receipt === null
        ? {}
        : {
            doneBytes: receipt.bytesSent,
            resentBytes: receipt.bytesResent,
            doneItems: items.filter((item) => item.state === 'done' || item.state === 'present').length,
            failedItems: items.filter((item) => item.state === 'failed').length,
            totalItems: items.length,
          }),
    },
    marks: [],
    waits: [],
    notices: receipt === null ? [] : [...receipt.notes],
    question: null,
    error,
    // Higher than any that its own process told.
    seq: started,
  };
  return { id, request, snapshot: () => snapshot, items: () => items, result: null, receipt };
}
