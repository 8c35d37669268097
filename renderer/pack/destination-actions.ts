// Lets the operator choose a folder, and remembers it as where bundles go that go to no medium.
import { browse } from '../store/browse.ts';
import { useSettings } from '../store/settings.ts';
import { wireOf } from '../store/unwrap.ts';
import { chooseDestination, usePack } from './pack-store.ts';

export async function chooseFolder(): Promise<void> {
  try {
    const [path] = await browse({ purpose: 'folder', multiple: false });
    if (path === undefined) return;
    const { folders } = usePack.getState();
    chooseDestination({ place: path, folders: [...folders.filter((folder) => folder !== path), path] });
    await useSettings.getState().save({ folders: { bundles: path } });
  } catch (error) {
    usePack.setState({ startError: wireOf(error) });
  }
}
