// The rules file of `--map`.
import { describe, expect, test } from 'vitest';
import { parseMapRules } from '../../../electron/engine/relocate/index.ts';
import { applyMapRules } from '../../../electron/engine/relocate/map-rules.ts';

const RULES = parseMapRules(
  [
    'docker.io/library/: base/',
    'docker.io/: hub/',
    'quay.io/jetstack/cert-manager: pki/cert-manager',
    'ghcr.io/org/: ""',
  ].join('\n'),
  'rules.yaml',
);

describe('map rules', () => {
  test.each([
    ['docker.io/library/nginx', 'base/nginx'],
    ['docker.io/coderenvs/coder', 'hub/coderenvs/coder'],
    ['quay.io/jetstack/cert-manager', 'pki/cert-manager'],
    ['quay.io/jetstack/cert-manager/webhook', 'pki/cert-manager/webhook'],
    ['quay.io/jetstack/cert-manager-webhook', undefined],
    ['ghcr.io/org/app', 'app'],
    ['ghcr.io/organisation/app', undefined],
  ])('%s becomes %s: the longest prefix that fits decides', (source, expected) => {
    expect(applyMapRules(RULES, source)).toBe(expected);
  });

  test('JSON is taken as well', () => {
    expect(parseMapRules('{"quay.io/": "q/"}', 'rules.json')).toEqual([{ from: 'quay.io/', to: 'q/' }]);
  });

  test.each([
    ['', /neither YAML nor JSON/],
    ['- a', /not one mapping/],
    ['quay.io/: 7', /not one mapping/],
    ['{', /neither YAML nor JSON/],
    ['a/: b/\na/: c/', /twice/],
    ['https://quay.io/: q/', /scheme/],
    ['quay.io/: /q/', /leading slash/],
    ['quay.io/: q', /both end in a slash/],
    ['quay.io: q/', /both end in a slash/],
    ['{}', /empty/],
  ])('%j is refused, with the file named', (text, why) => {
    expect(() => parseMapRules(text, 'rules.yaml')).toThrow(why);
    expect(() => parseMapRules(text, 'rules.yaml')).toThrow(/^rules\.yaml /);
  });
});
