// What can be done from every screen: go to a desk, open, pause, change the look.
import { useMemo } from 'react';
import { create } from 'zustand';
import type { Action } from '../store/actions.ts';
import { useActions } from '../store/actions.ts';
import { browse } from '../store/browse.ts';
import { useJobs, useStripJob } from '../store/jobs.ts';
import { DESKS, useNavigation } from '../store/navigation.ts';
import { useSettings } from '../store/settings.ts';
import { shellTexts } from '../texts/shell.ts';
import { openPaths } from './open-paths.ts';

type Overlay = 'palette' | 'shortcuts';

/** What lies over the screen by the operator's own wish. */
export const useOverlay = create<{ readonly overlay: Overlay | null }>()(() => ({ overlay: null }));

export function showOverlay(overlay: Overlay | null): void {
  useOverlay.setState({ overlay });
}

const words = shellTexts.actions;
const THEMES = ['system', 'light', 'dark', 'contrast'] as const;

export function useShellActions(togglePanel: () => void): void {
  const { desk, go } = useNavigation();
  const job = useStripJob();
  const theme = useSettings(({ settings }) => settings.theme);
  const actions = useMemo(
    (): readonly Action[] => [
      {
        id: 'palette',
        label: words.palette,
        keys: 'Mod K',
        section: 'commands',
        run: () => showOverlay('palette'),
      },
      {
        id: 'shortcuts',
        label: words.shortcuts,
        keys: '?',
        section: 'commands',
        run: () => showOverlay('shortcuts'),
      },
      {
        id: 'open',
        label: words.open,
        icon: 'folderOpen',
        keys: 'Mod O',
        section: 'commands',
        run: () => void browse({ purpose: 'contents', multiple: true }).then(openPaths),
      },
      ...DESKS.map((name, index): Action => ({
        id: `go.${name}`,
        label: words[name],
        icon: name,
        keys: name === 'settings' ? 'Mod ,' : `Mod ${index + 1}`,
        section: name === 'settings' ? 'settings' : 'commands',
        isEnabled: () => name !== desk || words.shown,
        run: () => go(name),
      })),
      { id: 'panel', label: words.panel, keys: 'B', section: 'commands', run: togglePanel },
      {
        id: 'hold',
        label: words.pause,
        icon: 'pause',
        keys: 'Mod P',
        section: 'commands',
        isEnabled: () => job !== undefined || words.noJob,
        run: () => {
          if (job === undefined) return;
          const { pause, goOn } = useJobs.getState();
          void (job.state === 'paused' ? goOn(job.id) : pause(job.id));
        },
      },
      ...THEMES.map((name): Action => ({
        id: `theme.${name}`,
        label: words.themes[name],
        icon: 'contrast',
        section: 'settings',
        isEnabled: () => name !== theme || words.shown,
        run: () => void useSettings.getState().save({ theme: name }),
      })),
      {
        id: 'side',
        label: words.otherSide,
        icon: 'disconnected',
        section: 'settings',
        run: () => go('settings', { section: 'machine' }),
      },
    ],
    [desk, go, job, theme, togglePanel],
  );
  useActions(actions);
}
