// Reads WWW-Authenticate (RFC 9110 §11.6.1): several challenges in one header or several, quoted commas, escapes.

export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;
const PARAMETER = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*=[ \t]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const BLANKS = /[ \t]*/y;
const BLANKS_AND_COMMAS = /[ \t,]*/y;
const LIST_SEPARATOR = /[ \t]*(?:,[ \t]*)+/y;

/**
 * All challenges in the order in which they came, or undefined where a header breaks the grammar or states a parameter
 * twice: of two realms, which one gets the password must not depend on who reads.
 */
export function parseChallenges(headers: readonly string[]): readonly Challenge[] | undefined {
  const challenges: Challenge[] = [];
  for (const header of headers) {
    const parsed = parseHeader(header);
    if (parsed === undefined) return undefined;
    challenges.push(...parsed);
  }
  return challenges;
}

function parseHeader(text: string): readonly Challenge[] | undefined {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    at = pattern.lastIndex;
    return match;
  };
  const challenges: Challenge[] = [];
  take(BLANKS_AND_COMMAS);
  while (at < text.length) {
    const scheme = take(TOKEN)?.[0];
    if (scheme === undefined) return undefined;
    const parameters = new Map<string, string>();
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
    const gap = take(BLANKS)?.[0] ?? '';
    if (at < text.length && text[at] !== ',') {
      if (gap === '') return undefined;
      if (take(TOKEN68) === undefined && !takeParameters(parameters)) return undefined;
    }
    take(BLANKS);
    if (at < text.length && take(LIST_SEPARATOR) === undefined) return undefined;
  }
  return challenges;

  function takeParameters(parameters: Map<string, string>): boolean {
    for (;;) {
      const start = at;
      const name = take(PARAMETER)?.[1]?.toLowerCase();
      if (name === undefined) {
        // Behind a comma, what is no parameter is the next challenge's scheme.
        return parameters.size > 0 && back(start);
      }
      const value = take(QUOTED)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? take(TOKEN)?.[0];
      if (value === undefined || parameters.has(name)) return false;
      parameters.set(name, value);
      const end = at;
      if (take(LIST_SEPARATOR) === undefined || at === text.length) return back(end);
      if (!startsParameter()) return back(end);
    }
  }

  function startsParameter(): boolean {
    PARAMETER.lastIndex = at;
    return PARAMETER.test(text);
  }

  function back(to: number): true {
    at = to;
    return true;
  }
}
