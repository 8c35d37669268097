// Keeps what is known of a process that ended by itself, in a file each, for whoever is asked about it later.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeStateFile } from '../host/write-file.ts';

export interface CrashLog {
  /** Never throws: there may be no room, and the crash is bad enough. `facts` hold no secret. */
  keep(what: string, facts: Readonly<Record<string, string | number>>): Promise<void>;
}

const MOST_KEPT = 50;

export function createCrashLog(
  stateFolder: string,
  known: { readonly version: string; readonly platform: string; readonly now: () => number },
): CrashLog {
  const folder = join(stateFolder, 'crashes');
  return {
    async keep(what, facts) {
      const at = new Date(known.now()).toISOString();
      const account = { at, what, airlock: known.version, platform: known.platform, ...facts };
      try {
        await writeStateFile(
          join(folder, `${at.replaceAll(':', '')}-${what}.json`),
          `${JSON.stringify(account, null, 2)}\n`,
        );
        // Names begin with their time.
        const names = (await readdir(folder)).sort();
        for (const name of names.slice(0, -MOST_KEPT)) await rm(join(folder, name), { force: true });
      } catch {
        // Told to the operator by the screens in any case.
      }
    },
  };
}
