// What stands around every screen: the rail, the strip of this side with the job that runs, the gap, and the other side.
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { useActions } from '../store/actions.ts';
import { useNavigation } from '../store/navigation.ts';
import { useSettings } from '../store/settings.ts';
import { shellTexts } from '../texts/shell.ts';
import { Icon } from '../ui/Icon.tsx';
import { ShellContext } from '../ui/shell-context.ts';
import type { Primary, ShellParts } from '../ui/shell-context.ts';
import { Announcer } from './Announcer.tsx';
import { BrokenSettings } from './BrokenSettings.tsx';
import { EngineBar } from './EngineBar.tsx';
import { Mark } from './Mark.tsx';
import { NoticeBar } from './NoticeBar.tsx';
import { Rail } from './Rail.tsx';
import styles from './Shell.module.css';
import { Strip } from './Strip.tsx';
import { useShellActions } from './shell-actions.ts';
import { useKeys } from './use-keys.ts';

export function Shell({ children }: { readonly children: ReactNode }) {
  const side = useSettings(({ settings }) => settings.side) ?? 'connected';
  const isWide = useNavigation(({ desk }) => desk === 'settings');
  const hasLetterKeys = useSettings(({ settings }) => settings.letterKeys);
  const [isPanelOpen, setPanelOpen] = useState(false);
  const [primary, setPrimary] = useState<Primary | null>(null);
  const parts = useMemo<ShellParts>(
    () => ({
      isPanelOpen,
      hasLetterKeys,
      togglePanel: () => setPanelOpen((open) => !open),
      offerPrimary: setPrimary,
    }),
    [isPanelOpen, hasLetterKeys],
  );
  useShellActions(parts.togglePanel);
  useActions(
    primary === null
      ? []
      : [
          {
            id: 'primary',
            label: primary.label,
            keys: primary.keys ?? 'Mod ↵',
            section: 'commands',
            isEnabled: () => primary.isDisabled !== true || shellTexts.actions.shown,
            run: primary.onPress,
          },
        ],
  );
  useKeys();
  return (
    <ShellContext value={parts}>
      <div className={styles['shell']} data-wide={isWide}>
        <div className={styles['mark']} title={shellTexts.product}>
          <Mark />
        </div>
        <Strip side={side} />
        <Rail />
        <div className={styles['gap']} aria-hidden="true" />
        <div className={styles['other']} aria-hidden="true">
          <span className={styles['otherName']}>
            <Icon name={side === 'connected' ? 'disconnected' : 'connected'} />
            <span>{shellTexts.sides[side].other}</span>
          </span>
          <span className={styles['fact']}>{shellTexts.byMedium}</span>
        </div>
        {children}
        <div className={styles['bars']}>
          <BrokenSettings />
          <NoticeBar />
          <EngineBar />
        </div>
      </div>
      <Announcer />
    </ShellContext>
  );
}
