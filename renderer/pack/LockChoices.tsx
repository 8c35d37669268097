// Which platforms go across and what becomes of image indexes; another choice locks again.
import type { LockView } from '../../shared/station/contents.ts';
import { packTexts } from '../texts/pack.ts';
import { formatBytes } from '../ui/quantities.ts';
import { Segmented } from '../ui/Segmented.tsx';
import { Select } from '../ui/Select.tsx';
import { chooseIndex, choosePlatforms } from './contents-actions.ts';
import { platformChoices } from './index-choice.ts';
import { startLock } from './lock-actions.ts';
import styles from './Lock.module.css';
import { bytesLeftOut } from './lock-rows.ts';
import { usePack } from './pack-store.ts';

const texts = packTexts.lock;
const MODES = ['keep', 'child', 'rewrite'] as const;

export function LockChoices({ isDisabled }: { readonly isDisabled: boolean }) {
  const draft = usePack((state) => state.contents.draft);
  const lock = usePack((state) => state.lock);
  const wholeLock = usePack((state) => state.wholeLock);
  const choose = (change: () => void): void => {
    if (isDisabled) return;
    const before = usePack.getState().contents;
    change();
    if (usePack.getState().contents !== before) void startLock();
  };
  return (
    <div className={styles['choices']}>
      <span>{texts.platforms}</span>
      <Select
        label={texts.platforms}
        hideLabel
        value={draft.platforms.join()}
        onChange={(id) => choose(() => choosePlatforms(id === '' ? [] : id.split(',')))}
        options={platformChoices(draft).map((platforms) => ({
          id: platforms.join(),
          label: platforms.length === 0 ? texts.allPlatforms : platforms.join(', '),
        }))}
      />
      <span className={styles['indexes']}>{texts.indexes}</span>
      <Segmented
        label={texts.indexes}
        value={draft.index}
        onChange={(mode) => choose(() => chooseIndex(mode))}
        options={MODES.map((id) => ({ id, label: texts.index[id] }))}
      />
      <span className={styles['means']} title={texts.indexMeans[draft.index]}>
        {lock !== null && lock.leftOut.images > 0
          ? leftWords(lock, wholeLock)
          : texts.indexMeans[draft.index]}
      </span>
    </div>
  );
}

const MOST_NAMED = 3;

/** Sizes are known where the whole of it was locked before; else how many images it is about. */
function leftWords(lock: LockView, whole: LockView | null): string {
  const { platforms, images } = lock.leftOut;
  const bytes = bytesLeftOut(lock, whole);
  const named = platforms.slice(0, MOST_NAMED).map((platform) => platform.replace(/^linux\//, ''));
  const others = platforms.length - named.length;
  const words = others > 0 ? texts.andMore(named.join(', '), others) : named.join(', ');
  return texts.leavesOut(words, images, bytes === null ? null : formatBytes(bytes));
}
