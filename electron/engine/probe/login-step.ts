// Step three: does the registry want a login, and does it take the one there is.
import { isAirlockError, retold } from '../../../shared/errors/airlock-error.ts';
import type { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Credential, CredentialSource } from '../registry/credentials/credential.ts';
import { describeLogin } from '../registry/credentials/credential.ts';
import type { RegistryClient } from '../registry/index.ts';
import { TYPED } from '../registry/credentials/login.ts';
import { Fault, faultOf } from './step.ts';
import type { Found } from './step.ts';

/** What a registry was given while it was asked. */
export interface WatchedCredentials extends CredentialSource {
  /** Undefined while no login was asked for; null where there was none to give. */
  readonly given: Credential | null | undefined;
}

export function watchCredentials(source: CredentialSource): WatchedCredentials {
  let given: Credential | null | undefined;
  return {
    get given() {
      return given;
    },
    async forRegistry(host, repository, options) {
      const found = await source.forRegistry(host, repository, options);
      given = found ?? null;
      return found;
    },
    webCredentials: (url) => source.webCredentials(url),
  };
}

/** Throws a Fault. */
export async function logIn(
  host: string,
  client: RegistryClient,
  credentials: WatchedCredentials,
  signal: AbortSignal,
): Promise<Found> {
  try {
    await client.ping(host, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw isAirlockError(error, 'UNAUTHORIZED') ? unauthorized(host, credentials, error) : faultOf(error);
  }
  const { given } = credentials;
  if (given === undefined)
    return { state: 'ok', word: 'Not asked for', fact: `${host} asked for no login, and got none` };
  if (given === null) return { state: 'ok', word: 'Anonymous', fact: `${host} lets in whoever has no login` };
  return { state: 'ok', word: 'Accepted', fact: nameOfLogin(given) };
}

function unauthorized(host: string, { given }: WatchedCredentials, error: AirlockError): Fault {
  if (given === undefined || given === null)
    return new Fault(
      'No login',
      `${host} asks for a login, and there is none for it`,
      retold(error, { remedy: 'Choose a login for this registry, then test again.' }),
    );
  return new Fault(
    'Refused',
    `${host} refused ${nameOfLogin(given)}`,
    retold(error, { remedy: 'Check user and password, or choose another login, then test again.' }),
  );
}

function nameOfLogin(login: Credential): string {
  if (!('password' in login)) return describeLogin(login);
  return `${login.username}, ${login.origin === TYPED ? 'as typed' : `from ${login.origin}`}`;
}
