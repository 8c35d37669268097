import { expect, it } from 'vitest';
import { parseNetrc } from '../../../../electron/engine/registry/credentials/netrc.ts';

it('reads entries over one line or several', () => {
  expect(
    parseNetrc(
      'machine a.example login alice password x machine b.example\n\tpassword y\n\tlogin bob\n',
      'netrc',
    ),
  ).toEqual([
    { machine: 'a.example', username: 'alice', password: 'x' },
    { machine: 'b.example', username: 'bob', password: 'y' },
  ]);
});

it('reads comments, quotes, accounts and macros', () => {
  const text = String.raw`# machine no.example login no password no
machine A.Example # the first
  login "alice" account staff password "with \"quotes\" and blanks"
macdef init
  cd /pub
  machine no.example login no password no

machine b.example login bob password #hash
`;
  expect(parseNetrc(text, 'netrc')).toEqual([
    { machine: 'a.example', username: 'alice', password: 'with "quotes" and blanks' },
    { machine: 'b.example', username: 'bob', password: '#hash' },
  ]);
});

it('does not hand the login of `default` to anybody', () => {
  expect(parseNetrc('machine a login x password y default login anonymous password z', 'netrc')).toEqual([
    { machine: 'a', username: 'x', password: 'y' },
  ]);
});

it('passes over a machine without a password', () => {
  expect(parseNetrc('machine a login x', 'netrc')).toEqual([]);
  expect(parseNetrc('', 'netrc')).toEqual([]);
});

it('names file and line of a mistake, and never the word that stands there', () => {
  for (const text of ['machine a\nlogin x passwrod hunter2', 'machine a\npassword', 'machine a\nhunter2']) {
    let error: unknown;
    try {
      parseNetrc(text, '/home/a/.netrc');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('/home/a/.netrc cannot be used: line 2') as string,
    });
    expect(String(error)).not.toContain('hunter2');
  }
});
