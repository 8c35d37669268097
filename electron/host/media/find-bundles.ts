// The sealed bundles that lie straight in a folder, opened just far enough to say what they are.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deceivingSign } from '../../../shared/messages/visible.ts';
import type { FoundBundle } from '../../../shared/station/media.ts';
import type { OpenEngine } from '../station-engine.ts';
import { within } from './within.ts';

export interface BundleFinder {
  /** By name. What is no bundle, is damaged, or takes too long to say what it is, is left out. */
  in(folder: string): Promise<FoundBundle[]>;
}

const MOST_BUNDLES = 100;
const OPEN_MS = 3_000;
const LIST_MS = 2_000;
/** What is not opened by then is there at the next look. */
const FOLDER_MS = 5_000;

/** Remembers what it has opened until that changes: media are listed again and again. */
export function createBundleFinder(openEngine: OpenEngine): BundleFinder {
  const known = new Map<string, { readonly stamp: string; readonly found: FoundBundle | undefined }>();

  const look = async (path: string): Promise<FoundBundle | undefined> => {
    const stamp = await stampOf(path);
    const before = known.get(path);
    if (before !== undefined && before.stamp === stamp) return before.found;
    const opened = await openEngine();
    const signal = AbortSignal.timeout(OPEN_MS);
    const found = await within(OPEN_MS, opened.engine.inspect(path, opened.context({ signal }))).then(
      ({ bundle, inspection }): FoundBundle => ({
        path,
        name: bundle.name,
        form: bundle.form,
        bytes: inspection.bytes,
        items: inspection.items.length,
        created: inspection.created,
      }),
      () => undefined,
    );
    // One that took too long is no bundle for now; at the next look the system has more of it at hand.
    if (!signal.aborted) known.set(path, { stamp, found });
    return found;
  };

  return {
    async in(folder) {
      const names = await within(LIST_MS, readdir(folder)).catch((): string[] => []);
      const bundles = names
        .filter((name) => /[^.].*\.airlock(?:\.tar)?$/.test(name) && deceivingSign(name) === undefined)
        .toSorted();
      const found: FoundBundle[] = [];
      const end = performance.now() + FOLDER_MS;
      for (const name of bundles.slice(0, MOST_BUNDLES)) {
        if (performance.now() > end) break;
        const bundle = await look(join(folder, name)).catch(() => undefined);
        if (bundle !== undefined) found.push(bundle);
      }
      return found;
    },
  };
}

/** Of a folder the file that seals it. */
async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path.endsWith('.tar') ? path : join(path, 'airlock.json'));
  return `${mtimeMs} ${size} ${ino}`;
}
