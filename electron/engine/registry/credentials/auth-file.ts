// One file of logins as docker, podman, helm and Airlock itself keep them: config.json and containers-auth.json(5).
import { z } from 'zod';
import { brokenFile, readSmallFile } from './small-file.ts';

const Entry = z.object({
  auth: z.string().nullish(),
  username: z.string().nullish(),
  password: z.string().nullish(),
  identitytoken: z.string().nullish(),
  registrytoken: z.string().nullish(),
});
const Entries = z.record(z.string(), Entry.nullable());

/** Other keys of the file (HttpHeaders, proxies, plugins) are not ours to judge; they are kept when it is written. */
const AuthFileText = z.looseObject({
  auths: z.record(z.string(), z.looseObject(Entry.shape).nullable()).nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: z.string().nullish(),
});

export type AuthFileContent = z.infer<typeof AuthFileText>;
export type AuthEntry = z.infer<typeof Entry>;

export interface AuthFile {
  readonly path: string;
  readonly entries: ReadonlyMap<string, AuthEntry>;
  /** Helper suffix by server. */
  readonly helpers: ReadonlyMap<string, string>;
  /** Helper suffix for every server. */
  readonly store: string | undefined;
}

export type StoredLogin =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string; readonly username?: string }
  | { readonly registryToken: string };

/** The file as it is, undefined where there is none. Throws USAGE naming the file and the place in it, NO_ACCESS. */
export async function readAuthFileContent(path: string): Promise<AuthFileContent | undefined> {
  const json = await readJson(path);
  return json === undefined ? undefined : parse(AuthFileText, json, path);
}

/** `legacy`: `~/.dockercfg`, which is the `auths` of today on their own. */
export async function readAuthFile(path: string, legacy: boolean): Promise<AuthFile | undefined> {
  const json = await readJson(path);
  if (json === undefined) return undefined;
  const content = legacy ? { auths: parse(Entries, json, path) } : parse(AuthFileText, json, path);
  const entries = Object.entries(content.auths ?? {}).flatMap(([key, entry]) =>
    entry === null ? [] : [[key, entry] as const],
  );
  return {
    path,
    entries: new Map(entries),
    helpers: new Map(Object.entries(('credHelpers' in content ? content.credHelpers : undefined) ?? {})),
    store: ('credsStore' in content ? content.credsStore : undefined) ?? undefined,
  };
}

/** What an entry logs in with; undefined for one that only marks that a helper has the login. Throws USAGE. */
export function loginOf(entry: AuthEntry, key: string, path: string): StoredLogin | undefined {
  const pair = pairOf(entry, key, path);
  if (typeof entry.registrytoken === 'string' && entry.registrytoken !== '')
    return { registryToken: entry.registrytoken };
  if (typeof entry.identitytoken === 'string' && entry.identitytoken !== '')
    return {
      identityToken: entry.identitytoken,
      ...(pair === undefined || pair.username === '' ? {} : { username: pair.username }),
    };
  return pair;
}

/** `auth`, base64 of user:password, wins over the two on their own; the password begins after the first colon. */
function pairOf(
  entry: AuthEntry,
  key: string,
  path: string,
): { readonly username: string; readonly password: string } | undefined {
  if (typeof entry.auth === 'string' && entry.auth !== '') {
    // Docker once padded passwords with zero bytes (moby/moby cliconfig).
    const text = decodeBase64(entry.auth)?.replace(/\0+$/, '');
    const colon = text?.indexOf(':') ?? -1;
    if (text === undefined || colon < 0)
      throw brokenFile(path, `"auth" of "${key}" is not user:password in base64`);
    return { username: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  const username = entry.username ?? '';
  const password = entry.password ?? '';
  return username === '' && password === '' ? undefined : { username, password };
}

function decodeBase64(text: string): string | undefined {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : undefined;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readSmallFile(path);
  // `podman logout` and `touch` leave empty files behind.
  if (text === undefined || text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw brokenFile(path, 'it is not JSON');
  }
}

function parse<T>(schema: z.ZodType<T>, json: unknown, path: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw brokenFile(path, `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'not understood'}`);
}
