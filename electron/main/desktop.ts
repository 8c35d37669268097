// What a running job does to the desktop, in Electron's calls.
import { Notification, powerSaveBlocker } from 'electron';
import type { MenuAction } from './menu.ts';
import type { Desktop } from './running-jobs.ts';
import type { StationWindow } from './station-window.ts';

/** Locks are made at the pack desk; checks and plans belong to an import. */
const DESK_ACTIONS: Readonly<Record<Parameters<Desktop['notify']>[1], MenuAction>> = {
  lock: 'go.pack',
  pack: 'go.pack',
  verify: 'go.verify',
  check: 'go.import',
  plan: 'go.import',
  import: 'go.import',
};

export function createDesktop(
  window: () => StationWindow | undefined,
  command: (action: MenuAction) => void,
): Desktop {
  let blocker: number | undefined;
  /** One that is collected can no longer be clicked. */
  const shown = new Set<Notification>();

  const isWatched = () => window()?.current?.isFocused() === true;
  return {
    stayAwake() {
      blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    },
    maySleep() {
      if (blocker !== undefined) powerSaveBlocker.stop(blocker);
      blocker = undefined;
    },
    showProgress(bar) {
      const current = window()?.current;
      if (current === undefined) return;
      if (bar === null) current.setProgressBar(-1);
      // More than 1 stands for an end that is not known.
      else if (bar.share === null)
        current.setProgressBar(2, { mode: bar.mode === 'normal' ? 'indeterminate' : bar.mode });
      else current.setProgressBar(bar.share, { mode: bar.mode });
    },
    isWatched,
    notify({ title, body }, desk) {
      if (!Notification.isSupported()) return;
      const notification = new Notification({ title, body });
      shown.add(notification);
      notification.on('close', () => shown.delete(notification));
      notification.on('click', () => {
        shown.delete(notification);
        void window()?.show();
        command(DESK_ACTIONS[desk]);
      });
      notification.show();
    },
    wantAttention: () => window()?.current?.flashFrame(true),
  };
}
