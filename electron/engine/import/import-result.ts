// What an import comes to: an outcome for everything that was planned, in the order of the bundle, and the exit code.
import type { Receipt, ReceiptItem } from '../../../shared/format/receipt.ts';
import type { MappingRow } from '../../../shared/format/results.ts';
import { describeSource, itemNotes, rowOf } from '../jobs/item-account.ts';
import type { Ended, Outcome } from '../jobs/item-account.ts';
import type { AttachmentGroup, ImportPlan, PlannedAttachment, PlannedItem } from '../relocate/index.ts';
import type { Account } from './tally.ts';

export type { MappingRow };

export interface ImportResult {
  /** Items in the bundle's order, then what is attached to them. Empty for a dry run. */
  readonly items: readonly ReceiptItem[];
  /** Only for a dry run. */
  readonly rows: readonly MappingRow[];
  readonly bytesSent: number;
  readonly bytesResent: number;
  readonly notes: readonly string[];
  readonly outcome: Receipt['outcome'];
  readonly exit: number;
}

export const SKIPPED: Outcome = { outcome: 'skipped', notes: ['the tag names something else there'] };
const LEFT: Ended = { outcome: 'skipped', notes: ['left out by choice'], bytes: 0 };

/** Runs what carries one row, which belongs to `item`. Never throws: cancelled and failed are ends too, with the bytes that had moved. */
export async function endOf(
  carry: (account: Account) => Promise<Outcome>,
  item: string,
  signal: AbortSignal,
): Promise<Ended> {
  const account: Account = { bytes: 0, item };
  const outcome = await carry(account).catch((error: unknown): Outcome =>
    signal.aborted ? { outcome: 'cancelled' } : { outcome: 'failed', error },
  );
  return { ...outcome, bytes: account.bytes };
}

/** One row for each item in the bundle's order, those left out too, then one for each thing attached. */
export function receiptsOf(
  plan: ImportPlan,
  ends: ReadonlyMap<PlannedItem, Ended>,
  endOfAttachment: (attachment: PlannedAttachment) => Ended | undefined,
): readonly ReceiptItem[] {
  const taken = new Set(plan.items);
  const endOfItem = (planned: PlannedItem): Ended => {
    if (!taken.has(planned)) return LEFT;
    return ends.get(planned) ?? { outcome: 'cancelled', bytes: 0 };
  };
  const holders = new Map(plan.groups.map((group): [AttachmentGroup, Ended[]] => [group, []]));
  for (const planned of plan.items)
    for (const group of planned.attached) holders.get(group)?.push(endOfItem(planned));
  return [
    ...plan.all.map((planned) => receiptOfItem(planned, endOfItem(planned))),
    ...plan.groups.flatMap((group) =>
      group.attachments.map((attachment) =>
        receiptOfAttachment(
          attachment,
          endOfAttachment(attachment) ?? withoutSubject(holders.get(group) ?? []),
        ),
      ),
    ),
  ];
}

/** What becomes of an attachment that was never begun: what became of the items it belongs to. */
function withoutSubject(holders: readonly Ended[]): Ended {
  const blamed = holders.find((end) => end.outcome === 'failed');
  if (blamed !== undefined) return { ...blamed, bytes: 0 };
  return holders.every((end) => end.outcome === 'skipped')
    ? { outcome: 'skipped', notes: ['its subject was skipped'], bytes: 0 }
    : { outcome: 'cancelled', bytes: 0 };
}

function receiptOfItem(planned: PlannedItem, ended: Ended): ReceiptItem {
  const { item } = planned;
  return {
    kind: item.kind,
    item: item.reference,
    source: describeSource(item.source),
    target: planned.name,
    digest: item.root.digest,
    ...rowOf(ended, itemNotes(item)),
  };
}

function receiptOfAttachment(planned: PlannedAttachment, ended: Ended): ReceiptItem {
  const notes = planned.subjectDropped
    ? ['about an index that stayed behind: what it signs is carried only in part']
    : [];
  return {
    kind: planned.item.kind,
    item: planned.item.reference,
    attachedTo: planned.subject,
    source: describeSource(planned.item.source),
    target: planned.name,
    digest: planned.root.digest,
    ...rowOf(ended, notes),
  };
}
