// Takes what was handed over, by argument, dialog or drop, to the desk that it belongs to.
import { create } from 'zustand';
import { bridge } from '../bridge/client.ts';
import { offeredPaths } from '../store/drops.ts';
import { useNavigation } from '../store/navigation.ts';

interface OpenedBundle {
  /** A bundle of which it is to be asked whether to verify or to import it. */
  readonly path: string | null;
}

export const useOpenedBundle = create<OpenedBundle>()(() => ({ path: null }));

/** The desk on the screen is asked first; else a bundle goes to Verify or Import, everything else to Pack. */
export async function openPaths(paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const { desk, go } = useNavigation.getState();
  const found = await bridge().contents.read({ text: null, paths: paths.slice(0, 1) });
  const bundle = found.ok ? found.value.bundlePath : null;
  if (bundle === null) {
    if (desk === 'pack' && offeredPaths(paths)) return;
    go('pack', { paths });
    return;
  }
  if (desk === 'verify' || desk === 'import' || desk === 'serve') {
    if (!offeredPaths([bundle])) go(desk, { paths: [bundle] });
    return;
  }
  useOpenedBundle.setState({ path: bundle });
}
