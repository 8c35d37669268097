// Third step: the name of every item at the target, conflicts first, each to be settled before a byte moves.
import { useEffect, useMemo, useState } from 'react';
import type { TagPolicy } from '../../shared/station/job.ts';
import { RowBar } from '../run/RowBar.tsx';
import { useJobNumbers } from '../store/byte-progress.ts';
import { useJob } from '../store/jobs.ts';
import { useSettings } from '../store/settings.ts';
import { importTexts } from '../texts/import.ts';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatBytes, formatCount, formatNumber } from '../ui/quantities.ts';
import { Select } from '../ui/Select.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { BundlePanel } from './BundlePanel.tsx';
import styles from './Import.module.css';
import { prefixOf, targetOf, useImport } from './import-store.ts';
import { countRows, judgeRows } from './mapping.ts';
import type { JudgedRow, MappingCounts } from './mapping.ts';
import { startImport, startPlan } from './mapping-actions.ts';
import { MappingTable } from './MappingTable.tsx';
import { goTo, stepsOf } from './steps.ts';

const words = importTexts.mapping;
const TABS = ['all', 'conflict', 'toPush', 'present', 'edited', 'left'] as const;
type Tab = (typeof TABS)[number];

export function Mapping() {
  const state = useImport();
  const { bundle, inspection, target, names, tags, planJob, rows } = state;
  const [tab, setTab] = useState<Tab>('all');
  const [filter, setFilter] = useState('');
  const [selected, setSelected] = useState<string | null>(null);
  const job = useJob(planJob);
  const prefix = prefixOf(target);
  const judged = useMemo(() => judgeRows(rows ?? [], prefix, state), [rows, prefix, state]);
  const counts = countRows(judged);
  const shown = useMemo(() => narrowed(judged, tab, filter), [judged, tab, filter]);
  const isLooking = job !== undefined && job.ended === null;
  const error = job?.state === 'failed' || job?.state === 'interrupted' ? job.error : null;
  useLookAgain(judged);

  const goToConflict = (): void => {
    const conflicts = judged.filter((row) => row.state === 'conflict' && row.isEditable);
    const at = conflicts.findIndex(({ key }) => key === selected);
    setTab('all');
    setFilter('');
    setSelected(conflicts[(at + 1) % conflicts.length]?.key ?? null);
  };
  return (
    <Desk
      desk={importTexts.desk}
      title={words.title}
      steps={stepsOf('mapping', error !== null)}
      panel={{
        desk: importTexts.desk,
        title: bundle?.name ?? importTexts.panel.none,
        state: <StateWord state="verified" word={importTexts.bundle.checked} />,
        isLive: true,
        children: (
          <BundlePanel bundle={bundle} inspection={inspection}>
            <GoesTo />
            <WillMove counts={counts} />
          </BundlePanel>
        ),
      }}
      say={<Say counts={counts} isKnown={rows !== null} bytes={inspection?.bytes ?? 0} />}
      quiet={
        <Button variant="quiet" onPress={() => goTo('target')}>
          {importTexts.steps.target}
        </Button>
      }
      primary={
        error !== null
          ? { label: words.lookAgain, icon: 'again', onPress: () => void startPlan() }
          : counts.conflict > 0
            ? { label: words.next, onPress: goToConflict }
            : {
                label: words.import(formatCount(counts.toPush + counts.present, 'item')),
                onPress: () => void startImport(),
                isDisabled: rows === null || counts.toPush + counts.present === 0,
              }
      }
    >
      <div className={styles['bar']}>
        <span aria-hidden="true">{words.names}</span>
        <div className={styles['select']}>
          <Select
            label={words.names}
            hideLabel
            value={names}
            onChange={(choice) => {
              useImport.setState({ names: choice, rows: null, renamed: {}, decided: {} });
              void startPlan();
            }}
            options={[
              { id: 'default', label: words.namesDefault },
              { id: 'keepHost', label: words.namesKeepHost },
            ]}
          />
        </div>
        <span aria-hidden="true">{words.tags}</span>
        <div className={styles['narrow']}>
          <Select<TagPolicy>
            label={words.tags}
            hideLabel
            value={tags}
            onChange={(choice) => useImport.setState({ tags: choice })}
            options={[
              { id: 'ask', label: words.tagsAsk },
              { id: 'skip', label: words.tagsSkip },
              { id: 'overwrite', label: words.tagsOverwrite },
              { id: 'fail', label: words.tagsFail },
            ]}
          />
        </div>
      </div>
      {isLooking && <Looking job={job.id} host={target.host} />}
      {error !== null && (
        <div className={styles['card']} role="alert">
          <ErrorCard error={error} side="import" />
        </div>
      )}
      <RowBar
        value={tab}
        onChange={setTab}
        tabs={[
          { id: 'all', label: words.all, count: counts.all },
          { id: 'conflict', label: words.conflicts, count: counts.conflict },
          { id: 'toPush', label: words.toPush, count: counts.toPush },
          { id: 'present', label: words.present, count: counts.present },
          { id: 'edited', label: words.edited, count: counts.edited },
          { id: 'left', label: words.leftOut, count: counts.left },
        ]}
        filter={filter}
        onFilter={setFilter}
      />
      <MappingTable
        rows={shown}
        host={target.host}
        prefix={prefix}
        selected={selected}
        onSelect={setSelected}
        isKnown={rows !== null}
      />
    </Desk>
  );
}

const OF_TAB: Readonly<Record<Tab, (row: JudgedRow) => boolean>> = {
  all: () => true,
  conflict: ({ state }) => state === 'conflict',
  toPush: ({ state }) => state === 'toPush' || state === 'overwrite' || state === 'notLooked',
  present: ({ state }) => state === 'present',
  edited: ({ isEdited }) => isEdited,
  left: ({ state }) => state === 'left',
};

function narrowed(rows: readonly JudgedRow[], tab: Tab, filter: string): readonly JudgedRow[] {
  const wanted = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return rows.filter((row) => {
    const text = `${row.row.item} ${row.name}`.toLowerCase();
    return OF_TAB[tab](row) && wanted.every((word) => text.includes(word));
  });
}

/** Names that were given by hand are looked up once the operator has stopped typing. */
function useLookAgain(judged: readonly JudgedRow[]): void {
  const unknown = judged
    .filter(({ state }) => state === 'notLooked')
    .map(({ name }) => name)
    .join(' ');
  useEffect(() => {
    if (unknown === '') return undefined;
    const timer = setTimeout(() => void startPlan(), LOOK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [unknown]);
}

const LOOK_AFTER_MS = 800;

function Looking({ job, host }: { readonly job: string; readonly host: string }) {
  const numbers = useJobNumbers(job);
  return (
    <p className={styles['looking']}>
      {numbers === undefined || numbers.totalItems === null
        ? words.lookingStart(host)
        : words.looking(host, formatNumber(numbers.doneItems), formatNumber(numbers.totalItems))}
    </p>
  );
}

interface SayProps {
  readonly counts: MappingCounts;
  readonly isKnown: boolean;
  readonly bytes: number;
}

function Say({ counts, isKnown, bytes }: SayProps) {
  const host = useImport((state) => state.target.host);
  if (!isKnown) return words.lookingStart(host);
  if (counts.conflict > 0) return words.sayConflicts(counts.conflict);
  if (counts.toPush + counts.present === 0) return words.sayNothing;
  return words.sayReady(
    formatCount(counts.toPush, 'item'),
    formatNumber(counts.present),
    formatBytes(counts.toPush === 0 ? 0 : bytes),
  );
}

function GoesTo() {
  const target = useImport((state) => state.target);
  const { registries } = useSettings((state) => state.settings);
  const user = registries.find(({ host }) => host === target.host.trim())?.user;
  return (
    <Plate
      title={words.goesTo}
      facts={[
        { term: words.registry, value: target.host },
        { term: words.prefix, value: prefixOf(target) === '' ? words.noPrefix : prefixOf(target) },
        { term: words.login, value: user ?? words.noLogin },
      ]}
      notes={[targetOf(target)]}
    />
  );
}

function WillMove({ counts }: { readonly counts: MappingCounts }) {
  return (
    <Plate
      title={words.willMove}
      facts={[
        { term: words.toPush, value: formatCount(counts.toPush, 'item'), isNumber: true },
        { term: words.present, value: formatCount(counts.present, 'item'), isNumber: true },
        { term: words.leftOut, value: formatCount(counts.left, 'item'), isNumber: true },
        {
          term: words.inConflict,
          value: (
            <span className={counts.conflict > 0 ? styles['fail'] : ''}>
              {formatCount(counts.conflict, 'item')}
            </span>
          ),
          isNumber: true,
        },
      ]}
    />
  );
}
