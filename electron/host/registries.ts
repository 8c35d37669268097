// Registries under test, and the logins for them: the window keeps those in its keyring, other stations as the command does.
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import type { Handlers } from '../../shared/ipc/types.ts';
import type { RegistryProfile, Settings } from '../../shared/station/settings.ts';
import type { ProbeResult } from '../../shared/station/target.ts';
import type { HandlersOptions } from './handlers.ts';
import { canonicalHost } from './settings/engine-choices.ts';
import type { SettingsFile } from './settings/settings-file.ts';
import type { OpenEngine } from './station-engine.ts';

const TEST_MS = 60_000;

/** A host that is tested or logged in to was named by the operator, for this call. */
export function createRegistryHandlers(
  { host: station, askParent }: Pick<HandlersOptions, 'host' | 'askParent'>,
  openEngine: OpenEngine,
  settings: SettingsFile,
): Handlers['registries'] {
  return {
    test: async ({ host, prefix, plainHttp, certificate, login }) => {
      const opened = await openEngine(new Set([host]), (current) =>
        withProfile(current, host, { plainHttp, certificate }),
      );
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(noAnswer(host)), TEST_MS);
      const result = await opened.engine
        .probe({ host, prefix, login: login ?? undefined }, opened.context({ signal: stop.signal }))
        .finally(() => clearTimeout(timer));
      // Settings that cannot be kept take nothing from what was found.
      await noteTest(settings, host, result).catch(() => undefined);
      return result;
    },

    login: async ({ host, username, password }) => {
      const { engine, context } = await openEngine(new Set([host]));
      const kept =
        station === 'window'
          ? await keepInKeyring({ host, username, password }, () =>
              engine.tryLogin({ host, username, password }, context()),
            )
          : await engine.login({ host, username, password }, context());
      await noteUser(settings, host, username);
      return { storedIn: kept.storedIn, plainText: kept.plainText };
    },

    logout: async ({ host }) => {
      const { engine } = await openEngine();
      if (station === 'window') await askParent({ what: 'forgetLogin', host });
      else await engine.logout(host);
      await noteUser(settings, host, null);
    },
  };

  async function keepInKeyring(
    login: { readonly host: string; readonly username: string; readonly password: string },
    tryIt: () => Promise<void>,
  ) {
    await tryIt();
    const answer = await askParent({ what: 'storeLogin', ...login });
    if (answer.what !== 'storeLogin')
      throw new AirlockError('INTERNAL', 'The keyring answered another question.');
    return answer;
  }
}

function noAnswer(host: string): AirlockError {
  return new AirlockError('STALLED', `${host} did not come to an answer within ${TEST_MS / 1000} s.`, {
    side: 'target',
    details: { host },
  });
}

/** The settings as they would be with what is being tried out. */
function withProfile(
  settings: Settings,
  host: string,
  choice: Pick<RegistryProfile, 'plainHttp' | 'certificate'>,
): Settings {
  const known = settings.registries.find((registry) => isSame(registry.host, host));
  const others = settings.registries.filter((registry) => registry !== known);
  const fresh = { host, prefix: '', usedAs: 'both', connections: null, user: null, lastTest: null } as const;
  return { ...settings, registries: [...others, { ...fresh, ...known, ...choice }] };
}

/** A profile that is kept remembers how its last test went. */
async function noteTest(settings: SettingsFile, host: string, result: ProbeResult): Promise<void> {
  const wrong = result.steps.find(({ state }) => state === 'failed');
  const last = { at: result.at, isGood: wrong === undefined, word: wrong?.word ?? 'Works' };
  await changeProfile(settings, host, (registry) => ({ ...registry, lastTest: last }));
}

async function noteUser(settings: SettingsFile, host: string, user: string | null): Promise<void> {
  await changeProfile(settings, host, (registry) => ({ ...registry, user }));
}

async function changeProfile(
  settings: SettingsFile,
  host: string,
  edit: (registry: RegistryProfile) => RegistryProfile,
): Promise<void> {
  const { registries } = await settings.read();
  if (!registries.some((registry) => isSame(registry.host, host))) return;
  await settings.change((current) => ({
    ...current,
    registries: current.registries.map((registry) =>
      isSame(registry.host, host) ? edit(registry) : registry,
    ),
  }));
}

function isSame(one: string, other: string): boolean {
  return canonicalHost(one) === canonicalHost(other);
}
