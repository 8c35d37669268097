// What `--to` names: a registry and a prefix under which everything of an import goes.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { isHost, isRepositoryName } from '../oci/reference.ts';

export interface Target {
  /** Lower case, with its port where one was given: `registry.example:5000`, `[::1]:5000`. */
  readonly host: string;
  /** A repository path, or empty. */
  readonly prefix: string;
}

/**
 * Parses `registry[/prefix]`. The first component is always the registry, dots or not. Slashes too many and the
 * schemes https, oci and docker are forgiven; `http://` is not, since plain http is a choice of its own.
 * Throws REFERENCE_INVALID.
 */
export function parseTarget(text: string): Target {
  const refuse = (why: string, remedy = REMEDY): AirlockError =>
    new AirlockError('REFERENCE_INVALID', `"${withoutUserInfo(text)}" is no target: ${why}.`, { remedy });
  const trimmed = text.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed);
  const name = scheme?.[1]?.toLowerCase();
  if (name === 'http')
    throw refuse('it asks for plain http', 'Leave the scheme out and add `--plain-http HOST`.');
  if (name !== undefined && !FORGIVEN.has(name)) throw refuse(`a registry is not reached by ${name}://`);
  const rest = trimmed.slice(scheme?.[0].length ?? 0);
  if (rest.includes('@'))
    throw refuse('it holds a user name or a digest', 'Log in with `airlock login HOST` instead.');
  if (/[?#]/.test(rest)) throw refuse('it holds a query or a fragment');
  const [first = '', ...components] = rest.split('/');
  const host = canonicalHost(first);
  if (host === undefined) throw refuse(`"${first}" is no registry host`);
  const prefix = components.filter((component) => component !== '').join('/');
  if (prefix.includes(':')) throw refuse('a prefix has no tag', `${REMEDY} Tags come from the bundle.`);
  if (prefix !== '' && !isRepositoryName(prefix))
    throw refuse(`"${prefix}" is no repository path (lower-case letters, digits and . _ - between them)`);
  return { host, prefix };
}

/** `registry.example:5000/team`, as people write it. */
export function formatTarget(target: Target): string {
  return target.prefix === '' ? target.host : `${target.host}/${target.prefix}`;
}

const REMEDY = 'Write the target as registry[/prefix], as registry.example:5000/team.';
const FORGIVEN = new Set(['https', 'oci', 'docker']);
const DOCKER_HUB = new Set(['index.docker.io', 'registry-1.docker.io']);

function canonicalHost(text: string): string | undefined {
  const host = text.toLowerCase();
  if (!isHost(host)) return undefined;
  return DOCKER_HUB.has(host) ? 'docker.io' : host;
}

/** A password that somebody put into the target must not come back in a message. */
function withoutUserInfo(text: string): string {
  return text.replace(/^((?:[a-z][a-z0-9+.-]*:\/\/)?)[^/]*@/i, '$1…@');
}
