// A home folder with the files and helpers of other programs, made for one test.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export interface Machine {
  readonly home: string;
  /** Airlock's own file. */
  readonly authFile: string;
  readonly environment: Readonly<Record<string, string>>;
  path(...parts: readonly string[]): string;
  write(name: string, content: unknown): Promise<string>;
  /** A program `docker-credential-<suffix>` on PATH, a shell script. */
  helper(suffix: string, script: string): Promise<string>;
  remove(): Promise<void>;
}

export async function makeMachine(): Promise<Machine> {
  const home = await mkdtemp(join(tmpdir(), 'airlock-logins-'));
  const path = (...parts: readonly string[]) => join(home, ...parts);
  const write = async (name: string, content: unknown) => {
    await mkdir(dirname(path(name)), { recursive: true });
    await writeFile(path(name), typeof content === 'string' ? content : JSON.stringify(content));
    return path(name);
  };
  await mkdir(path('bin'));
  return {
    home,
    authFile: path('state', 'auth.json'),
    environment: {
      HOME: home,
      XDG_RUNTIME_DIR: path('run'),
      XDG_CONFIG_HOME: path('config'),
      PATH: [path('bin'), '/usr/bin', '/bin'].join(delimiter),
    },
    path,
    write,
    async helper(suffix, script) {
      const file = await write(join('bin', `docker-credential-${suffix}`), `#!/bin/sh\n${script}\n`);
      await chmod(file, 0o755);
      return file;
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** A helper that keeps what it is given in files of `folder`, as `pass` does. */
export function keepingHelper(folder: string): string {
  return `
mkdir -p '${folder}'
input=$(cat)
echo "$1 $input" >> '${folder}/calls'
name() { printf '%s' "$1" | tr -c 'A-Za-z0-9.' '_'; }
case "$1" in
  get)
    if [ -f '${folder}'/"$(name "$input")" ]; then cat '${folder}'/"$(name "$input")"
    else echo 'credentials not found in native keychain'; exit 1; fi ;;
  store)
    server=$(printf '%s' "$input" | sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/')
    printf '%s' "$input" > '${folder}'/"$(name "$server")" ;;
  erase) rm '${folder}'/"$(name "$input")" ;;
esac`;
}

export function auth(text: string): { readonly auth: string } {
  return { auth: Buffer.from(text).toString('base64') };
}
