// What changed since an earlier bundle: chosen from media, from what was packed here, or from any folder.
import { useState } from 'react';
import type { BundleSummary } from '../../shared/format/results.ts';
import { useMedia } from '../bundles/use-media.ts';
import { browse } from '../store/browse.ts';
import { verifyTexts } from '../texts/verify.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { FilterTabs } from '../ui/FilterTabs.tsx';
import { formatBytes, formatTime } from '../ui/quantities.ts';
import { Select } from '../ui/Select.tsx';
import { CHANGE_TABS, changeRows, countChanges, earlierBundles } from './changes.ts';
import type { ChangeTab, EarlierBundle } from './changes.ts';
import { ChangeRows } from './ChangeRows.tsx';
import { nameOf } from './findings.ts';
import { usePackedHere } from './use-packed-here.ts';
import styles from './Verify.module.css';
import { compareWith } from './verify-actions.ts';
import { useVerify } from './verify-store.ts';

const words = verifyTexts.diff;
const NONE = '';
const BROWSE = ' browse';

export function Differences({ bundle }: { readonly bundle: BundleSummary }) {
  const comparison = useVerify((state) => state.comparison);
  const filter = useVerify((state) => state.filter);
  const [tab, setTab] = useState<ChangeTab>('all');
  const media = useMedia();
  const packed = usePackedHere();
  const earlier = earlierBundles(media ?? [], packed, bundle.path);
  const chosen = comparison.kind === 'none' ? NONE : comparison.path;
  const choose = (id: string): void => {
    if (id === BROWSE) void pick();
    else if (id !== NONE && id !== chosen) void compareWith(id, bundle.path);
  };
  const pick = async (): Promise<void> => {
    const [path] = await browse({ purpose: 'bundle', multiple: false });
    if (path !== undefined) await compareWith(path, bundle.path);
  };
  const diff = comparison.kind === 'compared' ? comparison.value.diff : null;
  const counts = countChanges(diff?.changes ?? []);
  return (
    <>
      <div className={styles['compare']}>
        <span className={styles['mid']}>{words.compare}</span>
        <div className={styles['earlier']}>
          <Select
            label={words.compare}
            hideLabel
            value={chosen}
            onChange={choose}
            options={optionsOf(earlier, chosen)}
          />
        </div>
        {diff !== null && (
          <>
            <FilterTabs
              label={words.tabsLabel}
              value={tab}
              onChange={setTab}
              tabs={CHANGE_TABS.map((id) => ({ id, label: words.tabs[id], count: counts[id] }))}
            />
            <span className={styles['newBytes']}>
              <b>{formatBytes(diff.newBytes)}</b>
              {words.newBytes}
            </span>
          </>
        )}
      </div>
      {comparison.kind === 'none' && (
        <div className={styles['empty']}>
          <b>{words.none}</b>
          <p>{words.noneText}</p>
          <Button onPress={() => void pick()}>{words.browse}</Button>
        </div>
      )}
      {comparison.kind === 'comparing' && <p className={styles['empty']}>{words.comparing}</p>}
      {comparison.kind === 'failed' && (
        <div className={styles['card']} role="alert">
          <ErrorCard
            error={comparison.error}
            side="verify"
            actions={<Button onPress={() => void pick()}>{words.browse}</Button>}
          />
        </div>
      )}
      {diff !== null && (
        <ChangeRows
          changes={changeRows(diff.changes, tab, filter)}
          empty={diff.changes.length === 0 ? words.same(diff.same) : verifyTexts.findings.noMatch}
        />
      )}
    </>
  );
}

function optionsOf(earlier: readonly EarlierBundle[], chosen: string) {
  const known = earlier.map(({ path, name, from }) => ({
    id: path,
    label: 'medium' in from ? words.onMedium(name, from.medium) : words.packed(name, formatTime(from.packed)),
  }));
  const isElsewhere = chosen !== NONE && !earlier.some(({ path }) => path === chosen);
  return [
    ...(chosen === NONE ? [{ id: NONE, label: words.choose }] : []),
    ...(isElsewhere ? [{ id: chosen, label: nameOf(chosen) }] : []),
    ...known,
    { id: BROWSE, label: words.browse },
  ];
}
