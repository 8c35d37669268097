// Reads netrc(5) files: logins by machine. `default` is passed over, since it would send a password to every host.
import { brokenFile } from './small-file.ts';

export interface NetrcLogin {
  readonly machine: string;
  readonly username: string;
  readonly password: string;
}

const WORD = /\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))/y;

/** All machines with a password, in the order of the file. Throws USAGE naming the file and the line. */
export function parseNetrc(text: string, path: string): readonly NetrcLogin[] {
  const logins: NetrcLogin[] = [];
  let open: { machine: string | undefined; username: string; password: string | undefined } | undefined;
  let at = 0;

  const finish = () => {
    if (open?.machine !== undefined && open.password !== undefined)
      logins.push({ machine: open.machine, username: open.username, password: open.password });
  };
  const next = (): string | undefined => {
    WORD.lastIndex = at;
    const match = WORD.exec(text);
    if (match === null) return undefined;
    at = WORD.lastIndex;
    return match[1]?.replaceAll(/\\(.)/g, '$1') ?? match[2];
  };
  const value = (keyword: string): string => {
    const word = next();
    if (word === undefined) throw refuse(`nothing follows "${keyword}"`);
    return word;
  };
  const refuse = (why: string) => brokenFile(path, `line ${text.slice(0, at).split('\n').length}: ${why}`);
  const skipTo = (end: RegExp) => {
    const rest = text.slice(at).search(end);
    at = rest < 0 ? text.length : at + rest;
  };

  for (let word = next(); word !== undefined; word = next()) {
    if (word.startsWith('#')) {
      skipTo(/\n/);
      continue;
    }
    if (word === 'machine' || word === 'default') {
      finish();
      open = {
        machine: word === 'machine' ? value(word).toLowerCase() : undefined,
        username: '',
        password: undefined,
      };
    } else if (word === 'macdef') {
      skipTo(/\r?\n[ \t]*\r?\n/);
    } else if (open !== undefined && word === 'login') {
      open.username = value(word);
    } else if (open !== undefined && word === 'password') {
      open.password = value(word);
    } else if (open !== undefined && word === 'account') {
      value(word);
    } else {
      // The word itself is not repeated: where a keyword is missing it may be a password.
      throw refuse('a keyword was expected (machine, login, password, account, default, macdef)');
    }
  }
  finish();
  return logins;
}
