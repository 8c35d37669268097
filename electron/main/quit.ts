// Ends the program in order: asks where a job is under way, stops the engine, and only then lets Electron quit.
import type { App } from 'electron';

export interface Quit {
  /** True where a window may close: nothing would be stopped by it, or the operator said so. */
  readonly isDecided: boolean;
  /** For the system, which cannot be asked back: no question. */
  now(): void;
}

interface QuitParts {
  readonly app: Pick<App, 'on' | 'quit' | 'exit'>;
  readonly isBusy: () => boolean;
  /** True to quit all the same. */
  readonly ask: () => Promise<boolean>;
  /** Ends what runs; windows are hidden by it, since it may take seconds. */
  readonly close: () => Promise<void>;
}

export function createQuit({ app, isBusy, ask, close }: QuitParts): Quit {
  let state: 'open' | 'asking' | 'closing' | 'closed' = 'open';

  const end = async (): Promise<void> => {
    state = 'closing';
    await close().catch(() => undefined);
    state = 'closed';
    app.quit();
  };

  const decide = async (): Promise<void> => {
    state = 'asking';
    if (await ask()) await end();
    else state = 'open';
  };

  app.on('before-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state !== 'open') return;
    if (isBusy()) void decide();
    else void end();
  });
  return {
    get isDecided() {
      return state === 'closing' || state === 'closed';
    },
    now() {
      if (state === 'open' || state === 'asking') void end();
    },
  };
}
