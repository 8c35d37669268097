import { expect, it } from 'vitest';
import {
  describeScopes,
  mergeScopes,
  parseScopes,
  repositoryOf,
} from '../../../../electron/engine/registry/auth/scopes.ts';

it('joins the actions of one repository and puts everything in one order', () => {
  expect(
    mergeScopes(
      ['repository:team/b:push', 'repository:team/a:pull'],
      ['repository:team/b:pull,push', 'registry:catalog:*'],
    ),
  ).toEqual(['registry:catalog:*', 'repository:team/a:pull', 'repository:team/b:pull,push']);
});

it('keeps colons in the name of a repository', () => {
  expect(mergeScopes(['repository:cache/host:5000/app:pull'])).toEqual([
    'repository:cache/host:5000/app:pull',
  ]);
});

it('keeps what is no scope as it is', () => {
  expect(mergeScopes(['aws', 'aws'])).toEqual(['aws']);
});

it('splits the scopes of a challenge at blanks', () => {
  expect(parseScopes('repository:a:pull  repository:b:pull')).toEqual([
    'repository:a:pull',
    'repository:b:pull',
  ]);
  expect(parseScopes(undefined)).toEqual([]);
});

it('knows the repository and says what is wanted of it', () => {
  expect(repositoryOf(['registry:catalog:*', 'repository:team/app:pull,push'])).toBe('team/app');
  expect(repositoryOf([])).toBeUndefined();
  expect(describeScopes(['repository:team/app:pull,push'])).toBe('pull and push team/app');
  expect(describeScopes([])).toBeUndefined();
});
