// Where logins may lie on this machine, in the order in which they are looked at.
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface AuthFilePlace {
  readonly path: string;
  /** Airlock's own file: `https://host` keys in it are logins for web servers, not legacy names of registries. */
  readonly own: boolean;
  /** `~/.dockercfg`. */
  readonly legacy: boolean;
}

/**
 * Airlock's own file, what the environment names, docker's, podman's, helm's. Docker's is asked before podman's, as
 * go-containerregistry does.
 */
export function authFilePlaces(environment: Environment, authFile: string): readonly AuthFilePlace[] {
  const home = homeOf(environment);
  const explicit = environment['REGISTRY_AUTH_FILE'];
  const runtime = absoluteOf(environment, 'XDG_RUNTIME_DIR');
  const paths = [
    ...(explicit === undefined || explicit === '' ? [] : [resolve(explicit)]),
    dockerConfigPath(environment),
    // Without a session (sudo, cron), podman keeps it below /run.
    join(
      runtime === undefined ? `/run/containers/${process.getuid?.() ?? 0}` : join(runtime, 'containers'),
      'auth.json',
    ),
    join(configHomeOf(environment), 'containers', 'auth.json'),
    join(home, '.config', 'containers', 'auth.json'),
    ...helmFiles(environment, 'HELM_REGISTRY_CONFIG', join('registry', 'config.json')),
  ];
  return [
    { path: authFile, own: true, legacy: false },
    ...[...new Set(paths)].map((path) => ({ path, own: false, legacy: false })),
    { path: join(home, '.dockercfg'), own: false, legacy: true },
  ];
}

/** `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`. */
export function dockerConfigPath(environment: Environment): string {
  const folder = environment['DOCKER_CONFIG'];
  return join(
    folder === undefined || folder === '' ? join(homeOf(environment), '.docker') : resolve(folder),
    'config.json',
  );
}

/** `$NETRC`, `~/.netrc`, `~/_netrc` (Windows). */
export function netrcPaths(environment: Environment): readonly string[] {
  const explicit = environment['NETRC'];
  if (explicit !== undefined && explicit !== '') return [resolve(explicit)];
  return ['.netrc', '_netrc'].map((name) => join(homeOf(environment), name));
}

/** Helm's list of chart repositories. */
export function helmRepositoriesPaths(environment: Environment): readonly string[] {
  return helmFiles(environment, 'HELM_REPOSITORY_CONFIG', 'repositories.yaml');
}

/** helm pkg/helmpath: a variable for the file, one for the folder, XDG, then the platform's own place. */
function helmFiles(environment: Environment, variable: string, name: string): readonly string[] {
  const explicit = environment[variable];
  if (explicit !== undefined && explicit !== '') return [resolve(explicit)];
  const folder = environment['HELM_CONFIG_HOME'];
  if (folder !== undefined && folder !== '') return [join(resolve(folder), name)];
  const appData = absoluteOf(environment, 'APPDATA');
  return [
    join(configHomeOf(environment), 'helm', name),
    join(homeOf(environment), 'Library', 'Preferences', 'helm', name),
    ...(appData === undefined ? [] : [join(appData, 'helm', name)]),
  ];
}

function homeOf(environment: Environment): string {
  return absoluteOf(environment, 'HOME') ?? absoluteOf(environment, 'USERPROFILE') ?? homedir();
}

function configHomeOf(environment: Environment): string {
  return absoluteOf(environment, 'XDG_CONFIG_HOME') ?? join(homeOf(environment), '.config');
}

function absoluteOf(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  return value !== undefined && isAbsolute(value) ? value : undefined;
}
