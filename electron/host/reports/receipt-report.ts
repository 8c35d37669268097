// A receipt as a page to keep: how the job ended, what became of each item, and what it was done with.
import type { Receipt, ReceiptItem } from '../../../shared/format/receipt.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import {
  bytes,
  cell,
  code,
  counted,
  facts,
  fingerprintWords,
  list,
  numberCell,
  renderPage,
  section,
  shortCell,
  state,
  table,
  under,
} from './page.ts';
import type { Tone } from './page.ts';

const DESKS = { lock: 'Lock', pack: 'Pack', verify: 'Verify', import: 'Import', export: 'Export' } as const;

const OUTCOMES: Readonly<Record<Receipt['outcome'], readonly [Tone, string]>> = {
  done: ['ok', 'Done'],
  partial: ['warn', 'Done in part'],
  failed: ['fail', 'Failed'],
  cancelled: ['warn', 'Cancelled'],
};

const ITEM_STATES: Readonly<Record<ReceiptItem['outcome'], readonly [Tone | 'none', string]>> = {
  carried: ['ok', 'Done'],
  present: ['none', 'Already there'],
  skipped: ['none', 'Skipped'],
  failed: ['fail', 'Failed'],
  cancelled: ['none', 'Cancelled'],
};

/** A desk that only reads finds things as they are. */
const VERIFY_STATES: typeof ITEM_STATES = {
  ...ITEM_STATES,
  present: ['ok', 'Intact'],
  failed: ['fail', 'Damaged'],
};

const statesOf = ({ desk }: Receipt): typeof ITEM_STATES => (desk === 'verify' ? VERIFY_STATES : ITEM_STATES);

export function renderReceipt(receipt: Receipt): string {
  const [tone, outcome] = OUTCOMES[receipt.outcome];
  const subject = receipt.bundle?.name ?? receipt.place ?? receipt.job;
  return renderPage({
    title: `${DESKS[receipt.desk]} receipt: ${subject}`,
    tone,
    verdict: `${DESKS[receipt.desk]}: ${outcome.toLowerCase()}`,
    sentence: sumOf(receipt),
    sections: [
      jobFacts(receipt),
      ...bundleSections(receipt),
      section('What failed', failures(receipt.items)),
      section(`Items (${receipt.items.length})`, itemTable(receipt)),
      notesSection(receipt),
      toolsSection(receipt),
    ],
    foot: footOf(receipt),
  });
}

/** When, where and how it ended. */
export function jobFacts(receipt: Receipt): Html {
  return facts([
    ['Job', code(receipt.job)],
    ['Started', receipt.started],
    ['Ended', receipt.ended],
    ['Machine', receipt.host],
    ['Place', receipt.place],
    [
      receipt.desk === 'verify' ? 'Read' : 'Moved',
      receipt.bytesSent === 0 ? undefined : `${bytes(receipt.bytesSent)} (${receipt.bytesSent} bytes)`,
    ],
    ['Moved again', receipt.bytesResent === 0 ? undefined : bytes(receipt.bytesResent)],
    ['Exit code', String(receipt.exit)],
  ]);
}

function bundleSections({ bundle }: Receipt): readonly Html[] {
  if (bundle === undefined) return [];
  return [
    section('Bundle', [
      facts([
        ['Name', bundle.name],
        ['Id', code(bundle.id)],
        ['Fingerprint', code(bundle.fingerprint)],
        ['Signature', 'None. Nobody vouches for this bundle but whoever compares these words.'],
      ]),
    ]),
    section('Fingerprint in words', [fingerprintWords(bundle.words)]),
  ];
}

export function notesSection({ notes }: Pick<Receipt, 'notes'>): Html {
  return section('Notes', list(notes));
}

export function toolsSection({ tools }: Receipt): Html {
  return section(
    'Programs of others that were used',
    table(
      ['Program', 'Version', 'Path'],
      tools.map(({ name, version, path }) => [cell(name), cell(version), cell(code(path))]),
    ),
  );
}

export function footOf({ airlock, host, job }: Receipt): string {
  return `Made by Airlock ${airlock} on ${host}, job ${job}. This page is a copy for people; the receipt itself is kept as JSON.`;
}

function sumOf(receipt: Receipt): string {
  const states = statesOf(receipt);
  const own = receipt.items.filter(({ attachedTo }) => attachedTo === undefined);
  const parts = (['carried', 'present', 'skipped', 'failed', 'cancelled'] as const).flatMap((outcome) => {
    const number = own.filter((item) => item.outcome === outcome).length;
    return number === 0 ? [] : [`${number.toLocaleString('en-US')} ${states[outcome][1].toLowerCase()}`];
  });
  return parts.length === 0 ? 'No item was begun.' : `${counted(own.length, 'item')}: ${parts.join(', ')}.`;
}

function failures(items: readonly ReceiptItem[]): readonly Html[] {
  const rows = items.flatMap(({ item, error }) => (error === undefined ? [] : [{ item, error }]));
  return table(
    ['Item', 'What happened', 'What to do', 'Code'],
    rows.map(({ item, error }) => [
      cell(item),
      cell(error.message),
      cell(error.remedy),
      shortCell(code(error.code)),
    ]),
  );
}

function itemTable(receipt: Receipt): readonly Html[] {
  const states = statesOf(receipt);
  return table(
    ['State', 'Kind', 'Item', 'Moved'],
    receipt.items.map(({ attachedTo, item, kind, outcome, source, target, digest, notes, bytes: moved }) => {
      const [tone, text] = states[outcome];
      const name = attachedTo === undefined ? item : `attached to ${item}`;
      const lines = [
        target === undefined ? (source === '' ? '' : `from ${source}`) : `as ${target}`,
        digest === undefined ? '' : code(digest),
        ...notes,
      ];
      return [
        shortCell(state(tone, text)),
        shortCell(kind),
        cell(html`${name}${under(lines)}`),
        numberCell(bytes(moved)),
      ];
    }),
  );
}
