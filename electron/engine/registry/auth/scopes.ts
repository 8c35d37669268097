// Token scopes, `type:name:action,action` (distribution, docs/content/spec/auth/scope.md): what is asked for, in one order.

/** The same permissions in one writing: an entry per resource, actions and entries sorted, nothing twice. */
export function mergeScopes(...lists: readonly (readonly string[])[]): readonly string[] {
  const actions = new Map<string, Set<string>>();
  const others = new Set<string>();
  for (const scope of lists.flat()) {
    // Names may hold colons of their own (a proxy cache's `host:5000/app`), types and actions none.
    const match = /^([^:]+:.+):([^:]*)$/.exec(scope);
    if (match === null) {
      others.add(scope);
      continue;
    }
    const [, resource = '', list = ''] = match;
    const known = actions.get(resource) ?? new Set();
    actions.set(resource, known);
    for (const action of list.split(',')) if (action !== '') known.add(action);
  }
  const entries = [...actions].map(([resource, known]) => `${resource}:${[...known].sort().join(',')}`);
  return [...entries, ...others].sort();
}

/** The scopes of a challenge: one parameter, several by blanks (RFC 6749 §3.3). */
export function parseScopes(parameter: string | undefined): readonly string[] {
  return (parameter ?? '').split(' ').filter((scope) => scope !== '');
}

/** The repository that a request is about: that of its first scope. */
export function repositoryOf(scopes: readonly string[]): string | undefined {
  for (const scope of scopes) {
    const name = /^repository(?:\([^)]*\))?:(.+):[^:]*$/.exec(scope)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

/** "pull and push team/app", for messages; undefined where no repository is meant. */
export function describeScopes(scopes: readonly string[]): string | undefined {
  const wishes = scopes.flatMap((scope) => {
    const match = /^repository(?:\([^)]*\))?:(.+):([^:]*)$/.exec(scope);
    return match === null ? [] : [`${(match[2] ?? '').replaceAll(',', ' and ')} ${match[1]}`];
  });
  return wishes.length === 0 ? undefined : wishes.join(', ');
}
