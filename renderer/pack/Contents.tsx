// First step: what shall go across, given by any way in, seen by kind, and lockable when no row needs a look.
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { AddField } from './AddField.tsx';
import { BundleTitle } from './BundleTitle.tsx';
import { GoesAcross, SizePlate } from './BundlePlates.tsx';
import styles from './Contents.module.css';
import { ContentsTable } from './ContentsTable.tsx';
import { browseForContents, clear, undo } from './contents-actions.ts';
import { countTabs, faulty, keyOf, rowsOf, whatGoes } from './draft.ts';
import type { ContentsTab } from './draft.ts';
import { EmptyContents } from './EmptyContents.tsx';
import { listFoot } from './list-foot.ts';
import { startLock } from './lock-actions.ts';
import { usePack } from './pack-store.ts';
import { ReadProblems } from './ReadProblems.tsx';
import { RowBar } from '../run/RowBar.tsx';
import { stepsOf } from './steps.ts';
import { usePasteAnywhere } from './use-paste-anywhere.ts';

const texts = packTexts.contents;
const TAB_KINDS = ['image', 'chart', 'file'] as const;

export function Contents() {
  const contents = usePack((state) => state.contents);
  const hasPast = usePack((state) => state.past.length > 0);
  const lastAdded = usePack((state) => state.lastAdded);
  const list = usePack((state) => state.list);
  const isReading = usePack((state) => state.isReading);
  const [tab, setTab] = useState<ContentsTab>('all');
  const [filter, setFilter] = useState('');
  const [selected, setSelected] = useState<string | null>(null);

  usePasteAnywhere();

  const { draft } = contents;
  const counts = useMemo(() => countTabs(draft), [draft]);
  const shownTab = tab === 'look' && counts.look === 0 ? 'all' : tab;
  const rows = useMemo(() => rowsOf(draft, shownTab, filter), [draft, shownTab, filter]);
  const going = useMemo(() => whatGoes(contents), [contents]);
  const goes = going.items.length;
  const faults = useMemo(() => faulty(contents), [contents]);
  const isEmpty = draft.items.length === 0;

  const showFault = (): void => {
    const [first] = faults;
    setTab('look');
    setFilter('');
    if (first !== undefined) setSelected(keyOf(first));
  };
  const tabs = [
    { id: 'all' as const, label: texts.tabs.all, count: counts.all },
    ...TAB_KINDS.map((kind) => ({ id: kind, label: texts.tabs[kind], count: counts[kind] })),
    ...(counts.look > 0 ? [{ id: 'look' as const, label: texts.tabs.look, count: counts.look }] : []),
  ];
  return (
    <Desk
      desk={packTexts.desk}
      title={isEmpty ? packTexts.untitled : <BundleTitle name={draft.name} />}
      steps={stepsOf({ now: 'contents' })}
      panel={{
        desk: packTexts.panel.bundle,
        title: packTexts.panel.notPacked,
        children: (
          <>
            <GoesAcross draft={going} left={contents.left.size} />
            <SizePlate lock={null} />
          </>
        ),
        foot: listFoot(list),
      }}
      say={sayOf(isReading, isEmpty, goes, faults.length)}
      quiet={
        isEmpty ? (
          hasPast && (
            <Button variant="quiet" onPress={undo} keys="Ctrl Z">
              {texts.undo}
            </Button>
          )
        ) : (
          <Button variant="quiet" onPress={clear}>
            {texts.clear}
          </Button>
        )
      }
      {...(faults.length > 0
        ? { primary: { label: texts.fix(faults.length), onPress: showFault } }
        : {
            primary: {
              label: texts.lock(goes),
              onPress: () => void startLock(),
              isDisabled: goes === 0 || isReading,
            },
          })}
    >
      <AddField onBrowse={() => void browseForContents()} />
      <ReadProblems />
      {isEmpty ? (
        <EmptyContents onBrowse={() => void browseForContents()} />
      ) : (
        <>
          <RowBar value={shownTab} onChange={setTab} tabs={tabs} filter={filter} onFilter={setFilter}>
            {lastAdded !== null && (
              <span className={styles['dim']}>{texts.added(lastAdded.count, lastAdded.known)}</span>
            )}
            {hasPast && (
              <Button variant="quiet" size="small" onPress={undo} keys="Ctrl Z">
                {texts.undo}
              </Button>
            )}
          </RowBar>
          <ContentsTable rows={rows} selected={selected} onSelect={setSelected} />
        </>
      )}
    </Desk>
  );
}

function sayOf(isReading: boolean, isEmpty: boolean, goes: number, faults: number): ReactNode {
  if (isReading) return texts.reading;
  if (isEmpty) return texts.sayEmpty;
  if (faults > 0) return texts.sayFaulty(faults);
  return goes === 0 ? texts.sayNone : texts.say;
}
