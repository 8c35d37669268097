// One receipt as a screen: how the job ended, what befell it, and every item with its digest.
import { useEffect, useRef, useState } from 'react';
import type { WireError } from '../../shared/errors/wire.ts';
import type { Receipt } from '../../shared/format/receipt.ts';
import { SaveReportDialog } from '../reports/SaveReportDialog.tsx';
import { RowBar } from '../run/RowBar.tsx';
import { announce } from '../store/announcer.ts';
import { useNavigation } from '../store/navigation.ts';
import { historyTexts, resultOf } from '../texts/history.ts';
import { Band } from '../ui/Band.tsx';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { formatBytes, formatCount } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';
import { readReceipt } from './history-actions.ts';
import { closeReceipt, useHistory } from './history-store.ts';
import styles from './History.module.css';
import { ReceiptPlates } from './ReceiptPlates.tsx';
import {
  countReceipt,
  failureGroups,
  failureOf,
  outcomesInWords,
  receiptRows,
  RECEIPT_TABS,
} from './receipt-rows.ts';
import type { ReceiptTab } from './receipt-rows.ts';
import { tookOf } from '../run/took.ts';
import { ReceiptTable } from './ReceiptTable.tsx';
import { rowOf, subjectOf } from './lines.ts';
import { useReceiptActions } from './use-history-actions.ts';
import { useWayAgain } from './use-way-again.ts';

const words = historyTexts.whole;

export function WholeReceipt({ job }: { readonly job: string }) {
  const known = useHistory(({ receipts }) => receipts[job]);
  useEffect(() => void readReceipt(job), [job]);
  if (known === undefined) return null;
  return 'receipt' in known ? <Shown receipt={known} /> : <Unreadable error={known} />;
}

function Shown({ receipt }: { readonly receipt: Receipt }) {
  const [tab, setTab] = useState<ReceiptTab>(() => (countReceipt(receipt).failed > 0 ? 'failed' : 'all'));
  const [filter, setFilter] = useState('');
  const isSaving = useHistory((state) => state.isSaving);
  const go = useNavigation((state) => state.go);
  const way = useWayAgain(receipt);
  const work = useRef<HTMLDivElement>(null);
  const row = rowOf(receipt);
  const subject = subjectOf(row) ?? historyTexts.unnamed;
  const title = words.title(words.titles[receipt.desk], subject);
  const counts = countReceipt(receipt);
  const save = (): void => useHistory.setState({ isSaving: true });
  const doAgain = way === undefined ? undefined : () => go(way.desk, { paths: [way.path] });
  useReceiptActions({ save, doAgain });
  useEffect(() => {
    announce(historyTexts.announce.opened(subject));
    work.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
  }, [subject]);
  const failure = failureOf(receipt);
  return (
    <Desk
      desk={historyTexts.receipt}
      title={title}
      plainHead
      headEnd={
        <Button variant="quiet" onPress={closeReceipt} keys="Esc">
          {historyTexts.back}
        </Button>
      }
      panel={{
        desk: historyTexts.receipt,
        title: subject,
        isLive: false,
        state: <StateWord {...resultOf(row)} />,
        children: <ReceiptPlates row={row} />,
      }}
      say={words.say(receipt.job)}
      quiet={
        doAgain !== undefined && (
          <Button variant="quiet" onPress={doAgain}>
            {AGAIN[way?.desk ?? 'pack']}
          </Button>
        )
      }
      primary={{ label: historyTexts.saveReceipt, icon: 'report', onPress: save }}
    >
      <div ref={work} className={styles['whole']}>
        <Outcome receipt={receipt} />
        {(failure !== null || counts.failed > 0) && (
          <div className={styles['cards']}>
            {failure !== null && <ErrorCard error={failure} side={SIDES[receipt.desk]} />}
            {failureGroups(receipt).map(({ error, items }) => (
              <ErrorCard
                key={error.code}
                error={error}
                side={SIDES[receipt.desk]}
                {...(items.length > 1
                  ? { sentence: words.alike(error.message, formatCount(items.length - 1, 'item')) }
                  : {})}
              />
            ))}
          </div>
        )}
        <RowBar
          value={tab}
          onChange={setTab}
          tabs={RECEIPT_TABS.map((id) => ({ id, label: words.tabs[id], count: counts[id] }))}
          filter={filter}
          onFilter={setFilter}
        />
        {tab === 'notes' ? (
          <Notes receipt={receipt} filter={filter} />
        ) : (
          <ReceiptTable receipt={receipt} rows={receiptRows(receipt, tab, filter)} />
        )}
      </div>
      {isSaving && (
        <SaveReportDialog
          title={historyTexts.saveTitle(subject)}
          job={receipt.job}
          onClose={() => useHistory.setState({ isSaving: false })}
        />
      )}
    </Desk>
  );
}

const SIDES = { lock: 'pack', pack: 'pack', verify: 'verify', import: 'import', export: 'import' } as const;

const AGAIN = {
  pack: historyTexts.packAgain,
  verify: historyTexts.verifyAgain,
  import: historyTexts.importAgain,
} as const;

const KINDS = { done: 'ok', partial: 'warn', failed: 'fail', cancelled: 'warn' } as const;

function Outcome({ receipt }: { readonly receipt: Receipt }) {
  const items = receipt.items.filter(({ attachedTo }) => attachedTo === undefined);
  const took = tookOf(receipt);
  return (
    <Band
      kind={KINDS[receipt.outcome]}
      title={resultOf(rowOf(receipt)).word}
      sentence={
        items.length === 0
          ? words.noItems
          : words.sentence(formatCount(items.length, 'item'), outcomesInWords(receipt))
      }
      facts={[receipt.bytesSent === 0 ? took : words.took(formatBytes(receipt.bytesSent), took)]}
    />
  );
}

function Notes({ receipt, filter }: { readonly receipt: Receipt; readonly filter: string }) {
  const wanted = filter.toLowerCase();
  const notes = receipt.notes.filter((note) => note.toLowerCase().includes(wanted));
  return (
    <div className={styles['notes']} tabIndex={0} role="region" aria-label={words.notes}>
      {notes.length === 0 && <p className={styles['dim']}>{words.noNotes}</p>}
      <ul>
        {notes.map((note, index) => (
          <li key={index}>{note}</li>
        ))}
      </ul>
      {receipt.tools.length > 0 && (
        <>
          <h2>{words.tools}</h2>
          <ul>
            {receipt.tools.map(({ name, version, path }) => (
              <li key={path}>
                {name} {version} <code>{path}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Unreadable({ error }: { readonly error: WireError }) {
  return (
    <Desk
      desk={historyTexts.receipt}
      title={historyTexts.receipt}
      plainHead
      say={words.unread}
      primary={{ label: historyTexts.back, onPress: closeReceipt }}
    >
      <div className={styles['card']} role="alert">
        <ErrorCard error={error} side="verify" />
      </div>
    </Desk>
  );
}
