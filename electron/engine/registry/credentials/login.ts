// Keeps and forgets logins: in the credential helper that docker's configuration names, else in Airlock's own file.
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { readAuthFile, readAuthFileContent } from './auth-file.ts';
import type { AuthFileContent } from './auth-file.ts';
import type { CredentialSource } from './credential.ts';
import { createCredentialSource } from './credential-source.ts';
import { eraseFromHelper, storeInHelper } from './helper-program.ts';
import type { HelperOptions } from './helper-program.ts';
import { dockerConfigPath } from './login-places.ts';
import type { Environment } from './login-places.ts';
import { helperServerOf, keysOf, loginKeyOf } from './server-names.ts';
import { unusableFile } from './small-file.ts';

interface LoginPlace extends HelperOptions {
  /** A registry as `HOST[:PORT]`, a web server as `https://HOST[:PORT]`. */
  readonly host: string;
  readonly authFile: string;
}

export interface LoginOptions extends LoginPlace {
  readonly username: string;
  readonly password: string;
  /**
   * Tries the login before it is kept: `credentials` knows this one and no other. What it throws is thrown, and nothing
   * is kept.
   */
  readonly verify: (credentials: CredentialSource) => Promise<void>;
}

export interface LoginResult {
  /** The file, or the name of the helper. */
  readonly storedIn: string;
  /** True where whoever reads the file reads the password. */
  readonly plainText: boolean;
}

/**
 * Checks a login and keeps it. Throws what `verify` throws, USAGE for a host that is none or a user with a colon,
 * CREDENTIAL_HELPER_FAILED, NO_ACCESS, DISK_FULL, READ_ONLY.
 */
export async function login(options: LoginOptions): Promise<LoginResult> {
  const { username, password, authFile } = options;
  const key = await tryLogin(options);
  const helper = await dockerHelperFor(key, options.environment);
  if (helper !== undefined)
    await storeInHelper(helper, serverOf(key), { username, secret: password }, options);
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  await changeAuthFile(authFile, (content) => {
    const { [key]: _entry, ...auths } = content.auths ?? {};
    const { [key]: _helper, ...credHelpers } = content.credHelpers ?? {};
    // Airlock's file is looked at first: naming the helper there keeps older logins elsewhere from coming between.
    return helper === undefined
      ? { ...content, auths: { ...auths, [key]: { auth } }, credHelpers }
      : { ...content, auths, credHelpers: { ...credHelpers, [key]: helper } };
  });
  return helper === undefined
    ? { storedIn: authFile, plainText: true }
    : { storedIn: `docker-credential-${helper}`, plainText: false };
}

/** Tries a login and keeps nothing; returns the key it would have. Throws what `verify` throws, USAGE. */
export async function tryLogin(
  options: Pick<LoginOptions, 'host' | 'username' | 'password' | 'verify'>,
): Promise<string> {
  const { username, password } = options;
  const key = loginKeyOf(options.host);
  // The password begins after the first colon, in a header as in a file (RFC 7617 §2).
  if (username === '' || username.includes(':'))
    throw new AirlockError('USAGE', 'A user name is not empty and has no colon in it.', {
      remedy: 'Name the user with -u USER.',
    });
  await options.verify(onlyLogin(key, { username, password }));
  return key;
}

export interface LogoutResult {
  /** Files and helpers that had a login and have none any more. */
  readonly removedFrom: readonly string[];
  /** A file of another program that still has one; Airlock goes on using it and does not change it. */
  readonly stillIn: string | undefined;
}

/** Forgets a login. Throws USAGE, CREDENTIAL_HELPER_FAILED, NO_ACCESS. */
export async function logout(options: LoginPlace): Promise<LogoutResult> {
  const { authFile, environment } = options;
  const key = loginKeyOf(options.host);
  const removedFrom: string[] = [];
  const own = await readAuthFileContent(authFile);
  const helpers = new Set(
    [own?.credHelpers?.[key], await dockerHelperFor(key, environment)].filter((name) => name !== undefined),
  );
  for (const helper of helpers)
    if (await eraseFromHelper(helper, serverOf(key), options))
      removedFrom.push(`docker-credential-${helper}`);
  if (own?.auths?.[key] !== undefined) removedFrom.push(authFile);
  if (own?.auths?.[key] !== undefined || own?.credHelpers?.[key] !== undefined)
    await changeAuthFile(authFile, (content) => {
      const { [key]: _entry, ...auths } = content.auths ?? {};
      const { [key]: _helper, ...credHelpers } = content.credHelpers ?? {};
      return { ...content, auths, credHelpers };
    });
  const left = createCredentialSource(options);
  const found = await (isWeb(key) ? left.webCredentials(key) : left.forRegistry(key));
  return { removedFrom, stillIn: found?.origin };
}

/** The origin of a login that is being tried out. */
export const TYPED = 'what was typed';

/** One login and no other, for trying it out. `key` is what `loginKeyOf` makes of a host. */
export function onlyLogin(
  key: string,
  pair: { readonly username: string; readonly password: string },
): CredentialSource {
  const known = { ...pair, origin: TYPED };
  return {
    forRegistry: (host) => Promise.resolve(host === key ? known : undefined),
    webCredentials: (url) => Promise.resolve(new URL(url).origin === key ? known : undefined),
  };
}

async function dockerHelperFor(key: string, environment: Environment): Promise<string | undefined> {
  const file = await readAuthFile(dockerConfigPath(environment), false);
  const keys = isWeb(key) ? [key] : keysOf(key, undefined);
  const named = keys.map((name) => file?.helpers.get(name)).find((suffix) => suffix !== undefined);
  const suffix = named ?? file?.store;
  return suffix === '' ? undefined : suffix;
}

function serverOf(key: string): string {
  return isWeb(key) ? key : helperServerOf(key);
}

function isWeb(key: string): boolean {
  return key.startsWith('https://');
}

/** Written beside and moved into place: a crash leaves the old file or the new one. Nobody else may read either. */
async function changeAuthFile(
  path: string,
  change: (content: AuthFileContent) => AuthFileContent,
): Promise<void> {
  const content = change((await readAuthFileContent(path)) ?? {});
  const filled = Object.entries(content).filter(
    ([, value]) => typeof value !== 'object' || value === null || Object.keys(value).length > 0,
  );
  const fresh = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(fresh, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(Object.fromEntries(filled), null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw unusableFile(path, error, 'written');
  }
}
