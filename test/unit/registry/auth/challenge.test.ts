import { expect, it } from 'vitest';
import { parseChallenges } from '../../../../electron/engine/registry/auth/challenge.ts';

function read(...headers: string[]) {
  return parseChallenges(headers)?.map(({ scheme, parameters }) => ({
    scheme,
    ...Object.fromEntries(parameters),
  }));
}

it('reads realm, service and a scope with commas inside quotes', () => {
  expect(
    read(
      'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:team/app:pull,push"',
    ),
  ).toEqual([
    {
      scheme: 'bearer',
      realm: 'https://auth.example/token',
      service: 'registry.example',
      scope: 'repository:team/app:pull,push',
    },
  ]);
});

it('undoes escapes inside quotes', () => {
  expect(read(String.raw`Basic realm="a \"quoted\" \\ realm, with a comma"`)).toEqual([
    { scheme: 'basic', realm: String.raw`a "quoted" \ realm, with a comma` },
  ]);
});

it('reads several challenges in one header', () => {
  expect(read('Negotiate, Basic realm="r", charset="UTF-8" , Bearer realm="https://a/t"')).toEqual([
    { scheme: 'negotiate' },
    { scheme: 'basic', realm: 'r', charset: 'UTF-8' },
    { scheme: 'bearer', realm: 'https://a/t' },
  ]);
});

it('reads several challenges in several headers', () => {
  expect(read('Negotiate', 'Basic realm=harbor')).toEqual([
    { scheme: 'negotiate' },
    { scheme: 'basic', realm: 'harbor' },
  ]);
});

it('reads a challenge that carries a token of its own', () => {
  expect(read('Negotiate oYGFMIGC+/==, Basic realm="r"')).toEqual([
    { scheme: 'negotiate' },
    { scheme: 'basic', realm: 'r' },
  ]);
});

it('takes scheme and parameter names in any case, and blanks around the equals sign', () => {
  expect(read('BEARER Realm = "https://a/t" ,\tSERVICE=s')).toEqual([
    { scheme: 'bearer', realm: 'https://a/t', service: 's' },
  ]);
});

it('passes over empty list elements', () => {
  expect(read(', ,Basic realm="r",, Bearer realm="https://a/t",')).toEqual([
    { scheme: 'basic', realm: 'r' },
    { scheme: 'bearer', realm: 'https://a/t' },
  ]);
});

it('finds nothing in an empty header', () => {
  expect(read('')).toEqual([]);
  expect(read()).toEqual([]);
});

it.each([
  ['two realms in one challenge', 'Bearer realm="https://a/t",realm="https://b/t"'],
  ['two realms in two spellings', 'Bearer realm="https://a/t",Realm="https://b/t"'],
  ['a quote that never ends', 'Bearer realm="https://a/t'],
  ['a URL without quotes', 'Bearer realm=https://a/t'],
  ['a parameter without a value', 'Bearer realm=, service=s'],
  ['words that are neither scheme nor parameter', 'Bearer realm="https://a/t" and more'],
  ['characters that no scheme has', '"Bearer" realm="https://a/t"'],
])('refuses %s', (_what, header) => {
  expect(parseChallenges([header])).toBeUndefined();
  expect(parseChallenges(['Basic realm="fine"', header])).toBeUndefined();
});

it('ends in time on a header made to be slow', () => {
  const start = performance.now();
  parseChallenges([`Bearer ${'a='.repeat(8000)}`]);
  parseChallenges([`Bearer realm="${'\\"'.repeat(8000)}`]);
  parseChallenges([', '.repeat(8000)]);
  expect(performance.now() - start).toBeLessThan(1000);
});
