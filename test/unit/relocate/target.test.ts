// Fifty ways to type a target, and what each means (I25).
import { describe, expect, test } from 'vitest';
import { isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { formatTarget, parseTarget } from '../../../electron/engine/relocate/index.ts';

const TAKEN: readonly (readonly [string, string, string])[] = [
  ['registry.example', 'registry.example', ''],
  ['registry.example/', 'registry.example', ''],
  ['registry.example//', 'registry.example', ''],
  ['registry.example/team', 'registry.example', 'team'],
  ['registry.example/team/', 'registry.example', 'team'],
  ['registry.example/team//', 'registry.example', 'team'],
  ['registry.example//team', 'registry.example', 'team'],
  ['registry.example/team//app/', 'registry.example', 'team/app'],
  ['registry.example:5000', 'registry.example:5000', ''],
  ['registry.example:5000/', 'registry.example:5000', ''],
  ['registry.example:5000/team', 'registry.example:5000', 'team'],
  ['registry.example:443/team', 'registry.example:443', 'team'],
  ['Registry.Example/team', 'registry.example', 'team'],
  ['REGISTRY.EXAMPLE:5000/team', 'registry.example:5000', 'team'],
  ['https://registry.example', 'registry.example', ''],
  ['https://registry.example/', 'registry.example', ''],
  ['https://registry.example:8443/team/', 'registry.example:8443', 'team'],
  ['HTTPS://Registry.Example/team', 'registry.example', 'team'],
  ['oci://registry.example/charts', 'registry.example', 'charts'],
  ['docker://registry.example/team', 'registry.example', 'team'],
  ['  registry.example/team ', 'registry.example', 'team'],
  ['localhost', 'localhost', ''],
  ['localhost/team', 'localhost', 'team'],
  ['localhost:5000', 'localhost:5000', ''],
  ['LOCALHOST:5000/Team'.toLowerCase(), 'localhost:5000', 'team'],
  ['harbor/library', 'harbor', 'library'],
  ['harbor', 'harbor', ''],
  ['127.0.0.1:5000/a/b/c', '127.0.0.1:5000', 'a/b/c'],
  ['10.0.0.7', '10.0.0.7', ''],
  ['[::1]:5000', '[::1]:5000', ''],
  ['[::1]', '[::1]', ''],
  ['[::1]/team', '[::1]', 'team'],
  ['[FD00::7]:5000/team/', '[fd00::7]:5000', 'team'],
  ['docker.io/org', 'docker.io', 'org'],
  ['index.docker.io/org', 'docker.io', 'org'],
  ['registry-1.docker.io/org', 'docker.io', 'org'],
  ['registry.example/a.b_c-d__e/f', 'registry.example', 'a.b_c-d__e/f'],
];

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['', /no registry host/],
  ['/', /no registry host/],
  ['/team', /no registry host/],
  ['http://registry.example', /plain http/],
  ['http://registry.example:5000/team', /plain http/],
  ['ftp://registry.example', /not reached by ftp/],
  ['https://', /no registry host/],
  ['registry.example:0', /no registry host/],
  ['registry.example:65536', /no registry host/],
  ['registry.example:port', /no registry host/],
  ['registry.example:', /no registry host/],
  ['::1', /no registry host/],
  ['[::1', /no registry host/],
  ['[::zz]:5000', /no registry host/],
  ['[1:2]:5000', /no registry host/],
  ['reg istry.example', /no registry host/],
  ['registry_1.example', /no registry host/],
  ['münchen.example', /no registry host/],
  ['registry.example/Team', /lower-case/],
  ['registry.example/team app', /lower-case/],
  ['registry.example/../team', /lower-case/],
  ['registry.example/-team', /lower-case/],
  ['registry.example/team:1.0', /has no tag/],
  ['user@registry.example', /user name/],
  ['https://user:pass@registry.example/team', /user name/],
  [`registry.example/team@sha256:${'0'.repeat(64)}`, /digest/],
  ['registry.example/team?ns=docker.io', /query/],
  ['registry.example/#team', /fragment/],
];

describe('parseTarget', () => {
  test.each(TAKEN)('%j is registry %s with prefix "%s"', (text, host, prefix) => {
    const target = parseTarget(text);
    expect(target).toEqual({ host, prefix });
    expect(parseTarget(formatTarget(target))).toEqual(target);
  });

  test.each(REFUSED)('%j is refused', (text, why) => {
    let caught: unknown;
    try {
      parseTarget(text);
    } catch (error) {
      caught = error;
    }
    expect(isAirlockError(caught, 'REFERENCE_INVALID')).toBe(true);
    expect((caught as Error).message).toMatch(why);
  });

  test('a password typed into the target is not repeated in the message', () => {
    expect(() => parseTarget('https://user:hunter2@registry.example')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hunter2') as string }) as Error,
    );
  });
});
