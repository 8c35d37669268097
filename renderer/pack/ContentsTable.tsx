// The rows of the contents, kind by kind; one that can't be locked stays on top with its fault and its fix in it.
import { useCallback, useMemo } from 'react';
import type { DraftItem } from '../../shared/station/contents.ts';
import { packTexts } from '../texts/pack.ts';
import { kindTexts } from '../texts/states.ts';
import { copyText } from '../ui/copy-text.ts';
import { Checkbox } from '../ui/Checkbox.tsx';
import { DataTable } from '../ui/DataTable.tsx';
import type { Group } from '../ui/DataTable.tsx';
import { formatBytes } from '../ui/quantities.ts';
import { Reference } from '../ui/Reference.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { correct, remove, setGoes } from './contents-actions.ts';
import styles from './Contents.module.css';
import { countKinds, keyOf, KINDS, ownPlatforms } from './draft.ts';
import { FaultyRow } from './FaultyRow.tsx';
import { usePack } from './pack-store.ts';

const texts = packTexts.contents;

interface ContentsTableProps {
  readonly rows: readonly DraftItem[];
  readonly selected: string | null;
  readonly onSelect: (key: string) => void;
}

export function ContentsTable({ rows, selected, onSelect }: ContentsTableProps) {
  const left = usePack((state) => state.contents.left);
  const platforms = usePack((state) => state.contents.draft.platforms);
  const goes = (item: DraftItem) => !left.has(keyOf(item));
  const isOut = useCallback((item: DraftItem) => item.problem !== null && !left.has(keyOf(item)), [left]);
  const below = (item: DraftItem) =>
    isOut(item) && item.problem !== null ? (
      <FaultyRow
        reference={pathOf(item) ?? item.reference}
        error={item.problem}
        canRepeat={pathOf(item) !== null}
        onChange={(text) => correct(keyOf(item), text)}
        onLeaveOut={() => setGoes([keyOf(item)], false)}
        onRemove={() => remove([keyOf(item)])}
      />
    ) : null;
  const ticked = useMemo(
    () => (left.size === 0 ? rows.length : rows.filter((item) => !left.has(keyOf(item))).length),
    [rows, left],
  );
  const groupOf = useMemo(() => {
    const counts = countKinds(rows);
    const groups = new Map(
      KINDS.map((kind) => [kind, { id: kind, title: kindTexts[kind].title, count: counts[kind] }] as const),
    );
    return ({ kind }: DraftItem): Group => groups.get(kind) ?? { id: kind, title: kindTexts[kind].title };
  }, [rows]);
  const usual = platforms.map((platform) => platform.replace(/^linux\//, '')).join(', ');

  return (
    <DataTable
      label={texts.table}
      rows={rows}
      rowKey={keyOf}
      selected={selected}
      onSelect={onSelect}
      onToggle={(item) => setGoes([keyOf(item)], !goes(item))}
      onRemove={(item) => remove([keyOf(item)])}
      onCopy={(item) => void copyText(pathOf(item) ?? item.reference)}
      isFaulty={isOut}
      groupOf={groupOf}
      empty={texts.none}
      below={below}
      columns={[
        {
          id: 'goes',
          head: (
            <Checkbox
              hideLabel
              isSelected={ticked > 0}
              isIndeterminate={ticked > 0 && ticked < rows.length}
              onChange={(isTicked) => setGoes(rows.map(keyOf), isTicked)}
            >
              {texts.tickAll}
            </Checkbox>
          ),
          width: 36,
          render: (item) => (
            <Checkbox
              hideLabel
              isSelected={goes(item)}
              onChange={(isTicked) => setGoes([keyOf(item)], isTicked)}
            >
              {texts.tick(item.reference)}
            </Checkbox>
          ),
        },
        {
          id: 'item',
          head: texts.item,
          width: 'fill',
          render: (item) => (
            <Reference kind={item.kind} reference={item.reference} title={pathOf(item) ?? item.reference} />
          ),
        },
        {
          id: 'why',
          head: texts.why,
          width: 200,
          render: ({ why, local }) => (
            <span className={styles['dim']}>{local?.chart ? texts.whyChart(why, local.chart) : why}</span>
          ),
        },
        {
          id: 'platform',
          head: texts.platform,
          width: 88,
          render: (item) => (
            <span className={styles['dim']}>
              {item.kind === 'image' ? (ownPlatforms(item) ?? (usual || texts.allPlatforms)) : ''}
            </span>
          ),
        },
        {
          id: 'state',
          head: texts.state,
          width: 120,
          render: (item) => <StateOfRow item={item} goes={goes(item)} />,
        },
      ]}
    />
  );
}

/** Where a local item lies. */
function pathOf({ entry }: DraftItem): string | null {
  const path = entry['path'] ?? entry['archive'];
  return typeof path === 'string' ? path : null;
}

/** A file of this machine is looked at; of what lies elsewhere nothing is said, since its source is asked by Lock alone. */
function StateOfRow({ item, goes }: { readonly item: DraftItem; readonly goes: boolean }) {
  const { problem, local } = item;
  if (!goes) return <StateWord state="leftOut" />;
  if (problem !== null)
    return problem.code === 'FILE_NOT_FOUND' ? (
      <StateWord state="missing" />
    ) : (
      <StateWord state="failed" word={texts.faulty} />
    );
  if (local === undefined) return null;
  return <StateWord state="found" {...(local.bytes === null ? {} : { word: formatBytes(local.bytes) })} />;
}
