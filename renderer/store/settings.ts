// What the operator chose for this machine, as every screen reads it.
import { create } from 'zustand';
import { DEFAULT_SETTINGS } from '../../shared/station/default-settings.ts';
import type { Settings, SettingsChange } from '../../shared/station/settings.ts';
import { bridge } from '../bridge/client.ts';
import { unwrap } from './unwrap.ts';

interface SettingsState {
  readonly settings: Settings;
  /** Keeps a change; the screens follow at once and go back where it could not be kept. Throws WireFailure. */
  readonly save: (patch: SettingsChange) => Promise<void>;
}

export const useSettings = create<SettingsState>()((set, get) => ({
  settings: DEFAULT_SETTINGS,
  save: async (patch) => {
    const before = get().settings;
    set({ settings: { ...before, ...patch } });
    try {
      set({ settings: unwrap(await bridge().settings.save(patch)) });
    } catch (error) {
      const kept = Object.keys(patch).map((name) => [name, before[name as keyof Settings]]);
      set(({ settings }) => ({ settings: { ...settings, ...Object.fromEntries(kept) } }));
      throw error;
    }
  },
}));

export async function loadSettings(): Promise<void> {
  useSettings.setState({ settings: unwrap(await bridge().settings.get(undefined)) });
}
