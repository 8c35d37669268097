// A station that answers what the shell asks at its start.
import type { StationFacts } from '../../../shared/ipc/schemas.ts';
import { DEFAULT_SETTINGS } from '../../../shared/station/default-settings.ts';
import { changeSettings } from '../../../shared/station/change-settings.ts';
import type { Settings, SettingsChange } from '../../../shared/station/settings.ts';
import { useJobs } from '../../../renderer/store/jobs.ts';
import { useNavigation } from '../../../renderer/store/navigation.ts';
import { useSession } from '../../../renderer/store/session.ts';
import { useSettings } from '../../../renderer/store/settings.ts';
import { fakeBridge } from '../pack/fake-bridge.ts';
import type { FakeBridge } from '../pack/fake-bridge.ts';

export interface ShellChoice {
  readonly settings?: Partial<Settings>;
  readonly facts?: Partial<StationFacts>;
}

/** The stores as they are once the station has answered, over a bridge that keeps what is saved. */
export async function standStation({ settings, facts }: ShellChoice = {}): Promise<FakeBridge> {
  const station = await fakeBridge({
    'settings.get': () => useSettings.getState().settings,
    'settings.save': (change: SettingsChange) => changeSettings(useSettings.getState().settings, change),
    'settings.broken': () => null,
    'jobs.list': () => [],
    'media.list': () => [],
  });
  useSettings.setState({ settings: { ...DEFAULT_SETTINGS, side: 'connected', ...settings } });
  useSession.setState({
    facts: {
      host: 'web',
      platform: 'linux',
      version: '0.1.0',
      stateFolder: '/state',
      homeFolder: '/home/operator',
      keepsLogins: 'keyring',
      opened: [],
      route: { leadsOutside: true, fact: 'a default route by wlan0' },
      engine: 'running',
      ...facts,
    },
  });
  useJobs.setState({ jobs: {}, items: {}, results: {} });
  useNavigation.setState({ desk: 'pack', intent: null });
  return station;
}
