// What a login consists of, and the interface through which this room asks for one.

export interface PasswordCredential {
  readonly username: string;
  readonly password: string;
}

/** An OAuth2 refresh token. `username` is whose it is, where the file says so. */
export interface IdentityCredential {
  readonly identityToken: string;
  readonly username?: string;
}

/** A bearer token that is sent to the registry as it is. */
export interface RegistryTokenCredential {
  readonly registryToken: string;
}

/** `origin` says which file or helper supplied it, for messages: `~/.docker/config.json`, `docker-credential-pass`. */
export type Credential = (PasswordCredential | IdentityCredential | RegistryTokenCredential) & {
  readonly origin: string;
};

export interface CredentialSource {
  /**
   * The login for a registry host (`docker.io`, `registry.example:5000`) and repository; namespaced entries win over
   * those of the host. Found once and remembered; `fresh` looks again, where the registry refused what was remembered.
   * Throws USAGE for a file that cannot be read, CREDENTIAL_HELPER_FAILED.
   */
  forRegistry(
    host: string,
    repository?: string,
    options?: { readonly fresh?: boolean },
  ): Promise<Credential | undefined>;
  /** The login for an https URL of a file, a chart repository or a checksum; undefined for plain http. */
  webCredentials(url: string): Promise<(PasswordCredential & { readonly origin: string }) | undefined>;
}

/** The origin of a login that the operator gave when the job asked. */
export const OPERATOR = 'the operator';

/** For a host that must not be given any login. */
export const NO_CREDENTIALS: CredentialSource = {
  forRegistry: () => Promise.resolve(undefined),
  webCredentials: () => Promise.resolve(undefined),
};

/** True where both would log in as the same user with the same secret, wherever they come from. */
export function isSameLogin(one: Credential, other: Credential): boolean {
  return secretsOf(one) === secretsOf(other);
}

function secretsOf(login: Credential): string {
  if ('registryToken' in login) return JSON.stringify(['registry', login.registryToken]);
  if ('identityToken' in login)
    return JSON.stringify(['identity', login.username ?? '', login.identityToken]);
  return JSON.stringify(['password', login.username, login.password]);
}

/** Which login a message is about, never its secret. */
export function describeLogin(credential: Credential): string {
  if ('registryToken' in credential) return `the token from ${credential.origin}`;
  if ('identityToken' in credential) return `the identity token from ${credential.origin}`;
  return credential.origin === OPERATOR
    ? `the login of "${credential.username}" that was given`
    : `the login of "${credential.username}" from ${credential.origin}`;
}
