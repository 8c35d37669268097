// What the history keeps of a receipt: one row to be listed, and the words that it is found by.
import type { Receipt } from '../../../shared/format/receipt.ts';
import { HistoryRow } from '../../../shared/ipc/schemas.ts';

export function rowOf(receipt: Receipt): HistoryRow {
  const items = receipt.items.filter(({ attachedTo }) => attachedTo === undefined);
  return {
    job: receipt.job,
    desk: receipt.desk,
    started: receipt.started,
    seconds: Math.max(0, (Date.parse(receipt.ended) - Date.parse(receipt.started)) / 1000),
    bundle: receipt.bundle?.name ?? null,
    words: receipt.bundle?.words ?? null,
    place: receipt.place ?? null,
    outcome: receipt.outcome,
    doneItems: items.filter(({ outcome }) => outcome !== 'failed' && outcome !== 'cancelled').length,
    totalItems: items.length,
    bytes: receipt.bytesSent,
    firstNote: receipt.notes[0] ?? null,
    host: receipt.host,
  };
}

/** Everything that somebody may look for, each word once. */
export function wordsOf(receipt: Receipt): string {
  const texts = new Set([
    receipt.job,
    receipt.host,
    receipt.place ?? '',
    receipt.bundle?.name ?? '',
    receipt.bundle?.id ?? '',
    receipt.bundle?.fingerprint ?? '',
    receipt.bundle?.words ?? '',
    ...receipt.notes,
  ]);
  for (const { item, source, target, digest, notes, error } of receipt.items)
    for (const text of [
      item,
      source,
      target ?? '',
      digest ?? '',
      error?.code ?? '',
      error?.message ?? '',
      ...notes,
    ])
      texts.add(text);
  return [...texts].join('\n');
}

export function asRow(row: Record<string, unknown>): HistoryRow {
  return HistoryRow.parse({
    job: row['job'],
    desk: row['desk'],
    started: row['started'],
    seconds: row['seconds'],
    bundle: row['bundle'],
    words: row['words'],
    place: row['place'],
    outcome: row['outcome'],
    doneItems: row['done_items'],
    totalItems: row['total_items'],
    bytes: row['bytes'],
    firstNote: row['first_note'],
    host: row['host'],
  });
}
