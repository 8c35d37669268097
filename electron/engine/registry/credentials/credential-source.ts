// Finds the login for a registry or web server among the files and helpers of this machine.
import { isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import { loginOf, readAuthFile } from './auth-file.ts';
import type { AuthFile } from './auth-file.ts';
import type { Credential, CredentialSource } from './credential.ts';
import { askHelper } from './helper-program.ts';
import type { HelperAnswer, HelperOptions } from './helper-program.ts';
import { authFilePlaces } from './login-places.ts';
import type { AuthFilePlace } from './login-places.ts';
import { helperServerOf, isLegacyKeyOf, keysOf } from './server-names.ts';
import { readWebLogins } from './web-credentials.ts';
import type { WebCredential, WebLogins } from './web-credentials.ts';

export interface CredentialSourceOptions extends HelperOptions {
  /** Airlock's own file; looked at first. It need not exist. */
  readonly authFile: string;
}

/** The logins of this machine. Files and helpers are asked when a login is first wanted, and remembered. */
export function createCredentialSource(options: CredentialSourceOptions): CredentialSource {
  const places = authFilePlaces(options.environment, options.authFile);
  const files = new Map<string, Promise<AuthFile | undefined>>();
  const helped = new Map<string, Promise<HelperAnswer | undefined>>();
  const web = new Map<'logins', Promise<WebLogins>>();

  const fileAt = (place: AuthFilePlace) =>
    remembered(files, place.path, () => readAuthFile(place.path, place.legacy));

  async function fromHelper(suffix: string, server: string): Promise<Credential | undefined> {
    const key = `${suffix} ${server}`;
    const answer = await remembered(helped, key, () => askHelper(suffix, server, options));
    if (answer === undefined) return undefined;
    const origin = `docker-credential-${suffix}`;
    return answer.username === '<token>'
      ? { identityToken: answer.secret, origin }
      : { username: answer.username, password: answer.secret, origin };
  }

  async function fromFile(
    file: AuthFile,
    place: AuthFilePlace,
    host: string,
    repository: string | undefined,
  ): Promise<Credential | undefined> {
    const isKey = (key: string) => !place.own && isLegacyKeyOf(key, host);
    const keys = [
      ...keysOf(host, repository),
      ...[...file.entries.keys(), ...file.helpers.keys()].filter(isKey),
    ];
    const named = keys.map((key) => file.helpers.get(key)).find((suffix) => suffix !== undefined);
    if (named !== undefined) {
      const found = await fromHelper(named, helperServerOf(host));
      if (found !== undefined) return found;
    }
    if (file.store !== undefined && file.store !== '') {
      try {
        const found = await fromHelper(file.store, helperServerOf(host));
        if (found !== undefined) return found;
      } catch (error) {
        // The helper for everything is often not there (docker-desktop on a host that only has its files). That matters
        // where the file marks this host as logged in; elsewhere it would forbid what needs no login.
        if (!isAirlockError(error) || keys.some((key) => file.entries.has(key))) throw error;
      }
    }
    for (const key of keys) {
      const entry = file.entries.get(key);
      const login = entry === undefined ? undefined : loginOf(entry, key, file.path);
      if (login !== undefined) return { ...login, origin: file.path };
    }
    return undefined;
  }

  async function ownWebLogin(origin: string): Promise<WebCredential | undefined> {
    const [own] = places;
    const file = own === undefined ? undefined : await fileAt(own);
    const helper = file?.helpers.get(origin);
    const entry = file?.entries.get(origin);
    const login =
      helper !== undefined
        ? await fromHelper(helper, origin)
        : file !== undefined && entry !== undefined
          ? loginOf(entry, origin, file.path)
          : undefined;
    return login !== undefined && 'password' in login ? { origin: options.authFile, ...login } : undefined;
  }

  return {
    async forRegistry(host, repository, { fresh = false } = {}) {
      if (fresh) {
        files.clear();
        helped.clear();
      }
      for (const place of places) {
        const file = await fileAt(place);
        const found = file === undefined ? undefined : await fromFile(file, place, host, repository);
        if (found !== undefined) return found;
      }
      return undefined;
    },

    async webCredentials(text) {
      const url = new URL(text);
      if (url.protocol !== 'https:') return undefined;
      const own = await ownWebLogin(url.origin);
      if (own !== undefined) return own;
      const others = await remembered(web, 'logins', () => readWebLogins(options.environment));
      return others.find(url);
    },
  };
}

/** A failure is not remembered: the operator may have mended it. */
function remembered<K, T>(memory: Map<K, Promise<T>>, key: K, find: () => Promise<T>): Promise<T> {
  let result = memory.get(key);
  if (result === undefined) {
    result = find();
    memory.set(key, result);
    result.catch(() => memory.delete(key));
  }
  return result;
}
