// Logins that a station keeps in the keyring of its user: they win over what files and helpers have.
import { createCredentialSource } from './credential-source.ts';
import type { CredentialSourceOptions } from './credential-source.ts';
import type { CredentialSource, PasswordCredential } from './credential.ts';

/** A registry as `host[:port]`, Docker Hub as docker.io; a web server as `https://host`. */
export type KeyringLogin = (host: string) => Promise<PasswordCredential | undefined>;

const ORIGIN = 'the keyring';

/** All that this machine has, the keyring first where there is one. */
export function credentialsOfMachine(
  options: CredentialSourceOptions & { readonly login?: KeyringLogin | undefined },
): CredentialSource {
  const others = createCredentialSource(options);
  return options.login === undefined ? others : withKeyring(others, options.login);
}

/** Asked once for a host, and anew where its login was refused. */
export function withKeyring(others: CredentialSource, login: KeyringLogin): CredentialSource {
  const known = new Map<string, Promise<PasswordCredential | undefined>>();

  async function find(
    host: string,
    fresh: boolean,
  ): Promise<(PasswordCredential & { readonly origin: string }) | undefined> {
    let found = fresh ? undefined : known.get(host);
    if (found === undefined) {
      found = login(host);
      known.set(host, found);
      // A failure is not remembered: the operator may have unlocked it.
      found.catch(() => known.delete(host));
    }
    const pair = await found;
    return pair && { username: pair.username, password: pair.password, origin: ORIGIN };
  }

  return {
    forRegistry: async (host, repository, options) =>
      (await find(host, options?.fresh === true)) ?? (await others.forRegistry(host, repository, options)),
    async webCredentials(text) {
      const url = new URL(text);
      const own = url.protocol === 'https:' ? await find(url.origin, false) : undefined;
      return own ?? (await others.webCredentials(text));
    },
  };
}
