// The media of this station: listed for its screens, and taken out of use by hand or when a pack has sealed.
import { readFile } from 'node:fs/promises';
import { sep } from 'node:path';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { Ejected } from '../../../shared/station/job.ts';
import type { Medium } from '../../../shared/station/media.ts';
import { ejectMedium } from './eject.ts';
import type { BundleFinder } from './find-bundles.ts';
import { listMedia } from './list-media.ts';

interface StationMediaOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The operator's own folder for bundles, or empty. */
  readonly bundlesFolder: () => Promise<string>;
  readonly finder: BundleFinder;
}

export interface StationMedia {
  readonly list: () => Promise<Medium[]>;
  /** Throws what ejecting throws, and FILE_NOT_FOUND for a path that is no removable medium. */
  readonly eject: (path: string) => Promise<void>;
  /** Ejects what a bundle lies on. Throws nothing: what is sealed stays sealed. Null where it lies on nothing that comes out. */
  readonly ejectBelow: (place: string) => Promise<Ejected | null>;
}

export function createStationMedia({
  environment,
  bundlesFolder,
  finder,
}: StationMediaOptions): StationMedia {
  const list = async () => listMedia(environment, await bundlesFolder(), finder);
  const take = async (path: string) =>
    ejectMedium(path, environment, await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''));

  return {
    list,
    async eject(path) {
      // Only what the operator was shown: the path comes from a screen.
      if (!(await list()).some((medium) => medium.path === path && medium.removable))
        throw new AirlockError('FILE_NOT_FOUND', `${path} is no medium of this machine.`, {
          remedy: 'It may have been taken out already. Look at the list of media again.',
        });
      await take(path);
    },
    async ejectBelow(place) {
      const [medium] = (await list())
        .filter(
          ({ path, removable }) => removable && place.startsWith(path.endsWith(sep) ? path : path + sep),
        )
        .toSorted((one, other) => other.path.length - one.path.length);
      if (medium === undefined) return null;
      try {
        await take(medium.path);
        return { name: medium.name, error: null };
      } catch (error) {
        return { name: medium.name, error: toWire(error) };
      }
    },
  };
}
