// What the operator chose for this machine, as every screen reads it.
import { create } from 'zustand';
import { changeSettings } from '../../shared/station/change-settings.ts';
import { DEFAULT_SETTINGS } from '../../shared/station/default-settings.ts';
import type { BrokenSettings, Settings, SettingsChange } from '../../shared/station/settings.ts';
import { bridge } from '../bridge/client.ts';
import { unwrap } from './unwrap.ts';

interface SettingsState {
  readonly settings: Settings;
  /** Settings of before that could not be used; null where there are none, or the operator has read of it. */
  readonly broken: BrokenSettings | null;
  /** The screens follow at once, and go back by this change alone where it could not be kept. Throws WireFailure. */
  readonly save: (change: SettingsChange) => Promise<void>;
}

/** What the engine told last, over which changes that are on their way are shown. */
let kept: Settings = DEFAULT_SETTINGS;
let told = 0;
let onTheirWay: readonly SettingsChange[] = [];

export const useSettings = create<SettingsState>()((set, get) => ({
  settings: DEFAULT_SETTINGS,
  broken: null,
  save: async (change) => {
    if (onTheirWay.length === 0) kept = get().settings;
    onTheirWay = [...onTheirWay, change];
    set({ settings: shown() });
    const toldBefore = told;
    const answer = await bridge().settings.save(change);
    onTheirWay = onTheirWay.filter((each) => each !== change);
    // An event that came meanwhile is as new as the answer, or newer.
    if (answer.ok && told === toldBefore) kept = answer.value;
    set({ settings: shown() });
    unwrap(answer);
  },
}));

/** The engine tells what it keeps now, whoever changed it. */
export function settingsChanged(settings: Settings): void {
  told += 1;
  kept = settings;
  useSettings.setState({ settings: shown() });
}

export async function loadSettings(): Promise<void> {
  const toldBefore = told;
  const settings = unwrap(await bridge().settings.get(undefined));
  if (told === toldBefore) settingsChanged(settings);
}

/** Whether settings were found that could not be used: at the start, and when the defaults come to hold. */
export async function loadBroken(): Promise<void> {
  useSettings.setState({ broken: unwrap(await bridge().settings.broken(undefined)) });
}

export function closeBroken(): void {
  useSettings.setState({ broken: null });
}

function shown(): Settings {
  return onTheirWay.reduce(changeSettings, kept);
}
