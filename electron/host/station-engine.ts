// The engine as the operator's settings of the moment have it: hosts, proxy, limits, logins, and whom it may call.
import type { Settings } from '../../shared/station/settings.ts';
import { createEngine, createThrottle, quietContext, systemClock } from '../engine/index.ts';
import type { Engine, JobContext, Limits } from '../engine/index.ts';
import type { HandlersOptions } from './handlers.ts';
import type { SettingsFile } from './settings/settings-file.ts';
import { hostChoices, limitsOf, mayCallOf, withProxy } from './settings/engine-choices.ts';

export interface StationEngine {
  readonly engine: Engine;
  readonly limits: Limits;
  readonly settings: Settings;
  /** A context for a call that is no job. */
  readonly context: (overrides?: Partial<JobContext>) => JobContext;
}

/** An engine for one piece of work; on the disconnected side it may call the hosts that are `named`, beside the registries of the settings. */
export type OpenEngine = (
  named?: ReadonlySet<string>,
  change?: (settings: Settings) => Settings,
) => Promise<StationEngine>;

export function createOpenEngine(options: Omit<HandlersOptions, 'events'>, file: SettingsFile): OpenEngine {
  const { host, stateFolder, version, environment, askParent } = options;
  const login = async (server: string) => {
    const answer = await askParent({ what: 'login', host: server });
    return answer.what === 'login' ? (answer.login ?? undefined) : undefined;
  };
  // All jobs of this process share one: a new limit counts for those that run.
  const throttle = createThrottle(() => file.latest().limits.bytesPerSecond ?? undefined, systemClock);
  return async (named = new Set(), change = (settings) => settings) => {
    const settings = change(await file.read());
    const mayCall = mayCallOf(settings, named);
    const limits = limitsOf(settings);
    const engine = createEngine({
      environment: withProxy(environment, settings),
      stateFolder,
      version,
      hosts: hostChoices(settings),
      ...(mayCall === undefined ? {} : { mayCall }),
      // Only the window keeps logins of its own; elsewhere the engine looks in the files and helpers of this machine.
      ...(host === 'window' ? { login } : {}),
    });
    return {
      engine,
      limits,
      settings,
      context: (overrides) =>
        quietContext({ limits, throttle, secret: (name) => environment[name], ...overrides }),
    };
  };
}
