// Which platforms go across and what becomes of image indexes; another choice locks again.
import { packTexts } from '../texts/pack.ts';
import { Segmented } from '../ui/Segmented.tsx';
import { Select } from '../ui/Select.tsx';
import { chooseIndex, choosePlatforms } from './contents-actions.ts';
import { platformChoices } from './index-choice.ts';
import { startLock } from './lock-actions.ts';
import styles from './Lock.module.css';
import { usePack } from './pack-store.ts';

const texts = packTexts.lock;
const MODES = ['keep', 'child', 'rewrite'] as const;

export function LockChoices({ isDisabled }: { readonly isDisabled: boolean }) {
  const draft = usePack((state) => state.contents.draft);
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
      <span className={styles['means']}>{texts.indexMeans[draft.index]}</span>
    </div>
  );
}
