// Logins for chart repositories and files behind https: from netrc and from helm's list of repositories.
import { load } from 'js-yaml';
import { z } from 'zod';
import type { PasswordCredential } from './credential.ts';
import { helmRepositoriesPaths, netrcPaths } from './login-places.ts';
import type { Environment } from './login-places.ts';
import { parseNetrc } from './netrc.ts';
import { brokenFile, readSmallFile } from './small-file.ts';

export type WebCredential = PasswordCredential & { readonly origin: string };

const Repositories = z.object({
  repositories: z
    .array(
      z.object({
        url: z.string(),
        username: z.string().nullish(),
        password: z.string().nullish(),
      }),
    )
    .nullish(),
});

/** The logins of netrc and helm, as far as this machine has any. */
export interface WebLogins {
  find(url: URL): WebCredential | undefined;
}

/** Throws USAGE for a file that is broken, NO_ACCESS. */
export async function readWebLogins(environment: Environment): Promise<WebLogins> {
  const machines = await readAll(netrcPaths(environment), parseNetrc);
  const repositories = await readAll(helmRepositoriesPaths(environment), parseRepositories);
  return {
    find(url) {
      // netrc knows no ports.
      const machine = machines.find((login) => login.machine === url.hostname);
      if (machine !== undefined)
        return { username: machine.username, password: machine.password, origin: machine.origin };
      // Helm sends a login to its repository's origin; of several there, the one whose path leads to the URL is meant.
      const [best] = repositories
        .filter(({ at }) => at.origin === url.origin)
        .sort((one, other) => fit(other.at, url) - fit(one.at, url));
      return best === undefined
        ? undefined
        : { username: best.username, password: best.password, origin: best.origin };
    },
  };
}

async function readAll<T>(
  paths: readonly string[],
  parse: (text: string, path: string) => readonly T[],
): Promise<readonly (T & { readonly origin: string })[]> {
  const found: (T & { readonly origin: string })[] = [];
  for (const path of paths) {
    const text = await readSmallFile(path);
    if (text !== undefined) found.push(...parse(text, path).map((item) => ({ ...item, origin: path })));
  }
  return found;
}

function fit(repository: URL, url: URL): number {
  const path = repository.pathname.replace(/\/*$/, '/');
  return `${url.pathname}/`.startsWith(path) ? path.length : 0;
}

interface RepositoryLogin {
  readonly at: URL;
  readonly username: string;
  readonly password: string;
}

function parseRepositories(text: string, path: string): readonly RepositoryLogin[] {
  let document: unknown;
  try {
    document = load(text);
  } catch {
    throw brokenFile(path, 'it is not YAML');
  }
  const parsed = Repositories.safeParse(document ?? {});
  if (!parsed.success)
    throw brokenFile(path, `${parsed.error.issues[0]?.path.join('.') ?? ''}: not as helm writes it`);
  return (parsed.data.repositories ?? []).flatMap(({ url, username, password }) =>
    URL.canParse(url) && (username || password)
      ? [{ at: new URL(url), username: username ?? '', password: password ?? '' }]
      : [],
  );
}
