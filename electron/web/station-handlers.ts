// What the web station answers itself; everything else is the engine's.
import { homedir } from 'node:os';
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import type { Handlers } from '../../shared/ipc/types.ts';
import { stationPlatform } from '../host/station-platform.ts';
import type { Supervisor } from '../host/supervisor.ts';
import { keepsLogins } from './keeps-logins.ts';

interface StationFactsKnown {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stateFolder: string;
  readonly version: string;
  readonly opened: readonly string[];
}

/** `opened` is told to the first page that asks, and to no other. */
export function createStationHandlers(
  known: StationFactsKnown,
  supervisor: Supervisor,
): Pick<Handlers, 'station' | 'dialogs'> {
  let untold = [...known.opened];
  return {
    station: {
      async describe() {
        const opened = untold;
        untold = [];
        return {
          host: 'web',
          platform: stationPlatform(),
          version: known.version,
          stateFolder: known.stateFolder,
          homeFolder: homedir(),
          keepsLogins: await keepsLogins(known.environment),
          opened,
          route: await supervisor.route(),
          engine: supervisor.state,
        };
      },
      restartEngine: async () => {
        await supervisor.restartEngine();
        return undefined;
      },
    },
    dialogs: { open: refuseDialog, saveText: refuseDialog, showInFolder: refuseDialog },
  };
}

function refuseDialog(): Promise<never> {
  return Promise.reject(new AirlockError('BAD_CALL', 'The web station has no dialogs of its own.'));
}
