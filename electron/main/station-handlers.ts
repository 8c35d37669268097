// What the window answers itself; everything else is the engine's.
import { homedir } from 'node:os';
import type { Handlers } from '../../shared/ipc/types.ts';
import { stationPlatform } from '../host/station-platform.ts';
import type { Supervisor } from '../host/supervisor.ts';
import type { LoginVault } from './login-vault.ts';
import type { OpenedPaths } from './opened-paths.ts';

export interface StationKnown {
  readonly version: string;
  readonly stateFolder: string;
  readonly vault: LoginVault;
  readonly opened: OpenedPaths;
  readonly supervisor: Pick<Supervisor, 'state' | 'route' | 'restartEngine'>;
}

const UNLOCK_MS = 500;

export function createStationHandlers(known: StationKnown): Handlers['station'] {
  const { supervisor } = known;
  return {
    async describe() {
      const route = await supervisor.route();
      const keepsLogins = (await isUsableSoon(known.vault)) ? 'keyring' : 'no';
      return {
        host: 'window',
        platform: stationPlatform(),
        version: known.version,
        stateFolder: known.stateFolder,
        homeFolder: homedir(),
        keepsLogins,
        // Last, since from here on the page is told what is opened.
        opened: known.opened.take(),
        route,
        engine: supervisor.state,
      };
    },
    restartEngine: async () => {
      await supervisor.restartEngine();
      return undefined;
    },
  };
}

/** One that waits for its owner to unlock it is there, and the page need not wait with it. */
async function isUsableSoon(vault: LoginVault): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(true), UNLOCK_MS);
  const isUsable = await Promise.race([vault.isUsable(), promise]);
  clearTimeout(timer);
  return isUsable;
}
