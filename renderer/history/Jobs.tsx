// Every job of this machine: looked for by words, desk and result; the receipt of the chosen one beside it.
import { useEffect, useMemo } from 'react';
import type { HistoryRow } from '../../shared/ipc/schemas.ts';
import { SaveReportDialog } from '../reports/SaveReportDialog.tsx';
import { useJobs } from '../store/jobs.ts';
import { useNavigation } from '../store/navigation.ts';
import { historyTexts, resultOf } from '../texts/history.ts';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatCount } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';
import { EmptyHistory } from './EmptyHistory.tsx';
import { readReceipt } from './history-actions.ts';
import { isEverything, openReceipt, receiptIn, useHistory } from './history-store.ts';
import styles from './History.module.css';
import { JobState } from './JobState.tsx';
import { JobsTable } from './JobsTable.tsx';
import { linesOf, subjectOf, unfinishedOf } from './lines.ts';
import type { HistoryLine } from './lines.ts';
import { ReceiptPlates } from './ReceiptPlates.tsx';
import { SearchBar } from './SearchBar.tsx';
import { goOnWith, showJob } from './unfinished.ts';
import { UnfinishedPlates } from './UnfinishedPlates.tsx';
import { useHistoryActions } from './use-history-actions.ts';
import { useWayAgain } from './use-way-again.ts';

const { panel: words } = historyTexts;

export function Jobs() {
  const { query, rows, total, isReading, error, selected, isSaving } = useHistory();
  const jobs = useJobs((state) => state.jobs);
  const lines = useMemo(() => linesOf(Object.values(jobs), rows, query), [jobs, rows, query]);
  const unfinished = unfinishedOf(Object.values(jobs)).length;
  const line = lines.find(({ key }) => key === selected) ?? lines[0];
  const row = line?.kind === 'receipt' ? line.row : null;
  const receipt = useHistory((state) => (row === null ? undefined : receiptIn(state, row.job)));
  const way = useWayAgain(receipt);
  const go = useNavigation((state) => state.go);
  const open = (one: HistoryLine): void => {
    if (one.kind === 'receipt') openReceipt(one.row.job);
    else showJob(one.job);
  };
  const doAgain = way === undefined ? undefined : () => go(way.desk, { paths: [way.path] });
  useReading(row);
  useReturn();
  useHistoryActions({ line, doAgain, open });

  const isNew = total === 0 && unfinished === 0 && isEverything(query) && error === null;
  return (
    <Desk
      desk={historyTexts.desk}
      title={historyTexts.title}
      plainHead
      panel={{
        desk: historyTexts.receipt,
        title: line === undefined ? words.none : titleOf(line),
        isLive: false,
        ...(line === undefined ? {} : { state: <LineState line={line} /> }),
        children: <Plates line={line} />,
      }}
      say={
        isReading
          ? historyTexts.sayReading(formatCount(total ?? 0, 'receipt'))
          : sayOf(total ?? 0, unfinished, isEverything(query), line)
      }
      quiet={
        doAgain !== undefined && (
          <Button variant="quiet" onPress={doAgain}>
            {AGAIN[way?.desk ?? 'pack']}
          </Button>
        )
      }
      plain={
        receipt !== undefined && (
          <Button onPress={() => useHistory.setState({ isSaving: true })}>{historyTexts.saveReceipt}</Button>
        )
      }
      primary={
        line?.kind === 'job'
          ? line.job.state === 'interrupted'
            ? { label: historyTexts.goOn, icon: 'play', onPress: () => void goOnWith(line.job) }
            : { label: historyTexts.show, onPress: () => showJob(line.job) }
          : {
              label: historyTexts.open,
              keys: '↵',
              onPress: () => {
                if (line !== undefined) open(line);
              },
              isDisabled: line === undefined,
            }
      }
    >
      {isNew ? (
        <EmptyHistory />
      ) : (
        <>
          <SearchBar />
          {error !== null && (
            <div className={styles['card']} role="alert">
              <ErrorCard error={error} side="verify" />
            </div>
          )}
          <JobsTable lines={lines} selected={line?.key ?? null} onOpen={open} isKnown={total !== null} />
        </>
      )}
      {isSaving && receipt !== undefined && (
        <SaveReportDialog
          title={historyTexts.saveTitle(receipt.bundle?.name ?? receipt.job)}
          job={receipt.job}
          onClose={() => useHistory.setState({ isSaving: false })}
        />
      )}
    </Desk>
  );
}

const AGAIN = {
  pack: historyTexts.packAgain,
  verify: historyTexts.verifyAgain,
  import: historyTexts.importAgain,
} as const;

/** Back from a receipt the list has the focus again, at the row that was opened. */
function useReturn(): void {
  useEffect(() => {
    if (!useHistory.getState().isReturning) return;
    useHistory.setState({ isReturning: false });
    document.querySelector<HTMLElement>('[data-region="work"] [role="grid"]')?.focus();
  }, []);
}

const REST_MS = 120;

/** Reads the receipt of a row on which the choice rests; arrows that run over many rows read none of them. */
function useReading(row: HistoryRow | null): void {
  const job = row?.job;
  useEffect(() => {
    if (job === undefined) return undefined;
    const timer = setTimeout(() => void readReceipt(job), REST_MS);
    return () => clearTimeout(timer);
  }, [job]);
}

function titleOf(line: HistoryLine): string {
  return line.kind === 'job' ? line.job.title : (subjectOf(line.row) ?? historyTexts.unnamed);
}

function LineState({ line }: { readonly line: HistoryLine }) {
  if (line.kind === 'job') return <JobState job={line.job} />;
  return <StateWord {...resultOf(line.row)} />;
}

function Plates({ line }: { readonly line: HistoryLine | undefined }) {
  if (line === undefined) return <Plate title={words.tells} facts={[]} notes={words.tellsNotes} />;
  return line.kind === 'job' ? <UnfinishedPlates job={line.job} /> : <ReceiptPlates row={line.row} />;
}

function sayOf(total: number, unfinished: number, isAll: boolean, line: HistoryLine | undefined): string {
  if (line?.kind === 'job' && line.job.state === 'interrupted') return historyTexts.sayUnfinished;
  return isAll
    ? historyTexts.say(formatCount(total, 'receipt'), unfinished)
    : historyTexts.sayFound(formatCount(total, 'receipt'));
}
