// What an operator chose for single items of an import: names, absences, decisions about tags that are taken.
import { describe, expect, test } from 'vitest';
import { runImport } from '../../../electron/engine/import/index.ts';
import type { ImportRequest, ImportResult } from '../../../electron/engine/import/index.ts';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import { parseTarget } from '../../../electron/engine/relocate/index.ts';
import { makeImage } from '../../support/make-content.ts';
import { fakeBundle, fakeRegistry, tagsOf } from './fakes.ts';
import type { FakeItem, FakeRegistry } from './fakes.ts';

const app = makeImage({ seed: 'app' });
const other = makeImage({ seed: 'other' });
const signature = makeImage({ seed: 'signature', layers: 1, layerSize: 10 });
const TAG = `${app.root.digest.replace(':', '-')}.sig`;
const APP: FakeItem = {
  reference: 'docker.io/org/app:1',
  content: app,
  attached: [
    {
      entry: { kind: 'tag', subject: app.root.digest, tag: TAG, root: signature.root },
      content: signature,
    },
  ],
};
const OTHER: FakeItem = { reference: 'quay.io/org/app:1', content: other };
const KEYS = { app: `image ${APP.reference}`, other: `image ${OTHER.reference}` };

function importOf(registry: FakeRegistry, request: Partial<ImportRequest>): Promise<ImportResult> {
  return runImport(
    {
      bundle: fakeBundle([APP, OTHER]),
      target: parseTarget('registry.example/team'),
      tags: 'fail',
      verifyFirst: false,
      dryRun: false,
      map: 'default',
      noTag: false,
      ...request,
    },
    registry,
    quietContext(),
  );
}

describe('a name given by hand', () => {
  test('takes the item out of a conflict, and what is attached goes with it', async () => {
    const registry = fakeRegistry();
    const result = await importOf(registry, { renamed: { [KEYS.app]: 'mine/app:2' } });
    expect(result).toMatchObject({ outcome: 'done', exit: 0 });
    expect(tagsOf(registry)).toEqual({
      'team/mine/app:2': app.root.digest,
      [`team/mine/app:${TAG}`]: signature.root.digest,
      'team/org/app:1': other.root.digest,
    });
  });

  test('keeps the tag that the item would have had where it names none', async () => {
    const registry = fakeRegistry();
    await importOf(registry, { renamed: { [KEYS.app]: 'mine/app' } });
    expect(tagsOf(registry)).toMatchObject({ 'team/mine/app:1': app.root.digest });
  });

  test('that another item has is a conflict as any other', async () => {
    const renamed = { [KEYS.app]: 'a:1', [KEYS.other]: 'a:1' };
    await expect(importOf(fakeRegistry(), { renamed })).rejects.toMatchObject({ code: 'TARGET_CONFLICT' });
    const { rows } = await importOf(fakeRegistry(), { renamed, dryRun: true });
    expect(rows.map(({ target, conflict }) => [target, conflict])).toEqual([
      ['registry.example/team/a:1', [OTHER.reference]],
      ['registry.example/team/a:1', [APP.reference]],
      [`registry.example/team/a:${TAG}`, undefined],
    ]);
  });

  test.each([
    ['Mine/app:1', '"Mine/app" is no repository name'],
    ['', '"" is no repository name'],
    ['/app', '"/app" is no repository name'],
    ['../app', '"../app" is no repository name'],
    ['app:', '"" is no tag'],
    ['app:a b', '"a b" is no tag'],
    ['a@sha256:0', '"a@sha256" is no repository name'],
  ])('%s is refused before the target is asked, naming the item', async (name, why) => {
    const registry = fakeRegistry();
    await expect(importOf(registry, { renamed: { [KEYS.app]: name } })).rejects.toMatchObject({
      code: 'REFERENCE_INVALID',
      message: `image docker.io/org/app:1 can not be named "${name}": ${why}.`,
    });
    expect(registry.requests).toEqual([]);
  });

  test('too long for a registry is refused', async () => {
    const renamed = { [KEYS.app]: `${'a'.repeat(250)}:1` };
    await expect(importOf(fakeRegistry(), { renamed })).rejects.toMatchObject({ code: 'REFERENCE_INVALID' });
  });
});

describe('an item that is left out', () => {
  test('claims no name, sends nothing, and stands in the receipt as skipped by choice', async () => {
    const registry = fakeRegistry();
    const result = await importOf(registry, { left: [KEYS.app] });
    expect(tagsOf(registry)).toEqual({ 'team/org/app:1': other.root.digest });
    expect(registry.requests.filter((line) => line.includes(app.root.digest))).toEqual([]);
    expect(result.items.map(({ item, outcome, notes }) => [item, outcome, notes])).toEqual([
      [APP.reference, 'skipped', ['left out by choice']],
      [OTHER.reference, 'carried', []],
    ]);
    expect(result.exit).toBe(0);
  });

  test('keeps its row in a dry run, without a conflict', async () => {
    const { rows } = await importOf(fakeRegistry(), { left: [KEYS.app], dryRun: true });
    expect(rows.map(({ item, conflict }) => [item, conflict])).toEqual([
      [APP.reference, undefined],
      [OTHER.reference, undefined],
    ]);
  });

  test('leaves nothing to do where it is every item', async () => {
    await expect(importOf(fakeRegistry(), { left: [KEYS.app, KEYS.other] })).rejects.toMatchObject({
      code: 'NOTHING_SELECTED',
    });
  });
});

describe('a decision about one item', () => {
  const names = { renamed: { [KEYS.app]: 'a:1', [KEYS.other]: 'b:1' } };

  async function taken(): Promise<FakeRegistry> {
    const registry = fakeRegistry();
    await importOf(registry, { renamed: { [KEYS.app]: 'b:1', [KEYS.other]: 'a:1' } });
    return registry;
  }

  test('goes before the tag rule, whichever that is', async () => {
    const registry = await taken();
    const result = await importOf(registry, {
      ...names,
      tags: 'overwrite',
      decided: { [KEYS.app]: 'overwrite', [KEYS.other]: 'skip' },
    });
    expect(result.items.map(({ outcome }) => outcome)).toEqual(['carried', 'skipped', 'carried']);
    expect(tagsOf(registry)).toMatchObject({
      'team/a:1': app.root.digest,
      'team/b:1': app.root.digest,
    });
  });

  test('leaves the others to the rule', async () => {
    const result = await importOf(await taken(), { ...names, decided: { [KEYS.app]: 'overwrite' } });
    expect(result.items.map(({ outcome }) => outcome)).toEqual(['carried', 'failed', 'carried']);
  });

  test('is made by what the name stands for, which a dry run tells', async () => {
    const { rows } = await importOf(await taken(), { ...names, dryRun: true });
    expect(rows.map(({ there, thereDigest }) => [there, thereDigest])).toEqual([
      ['other', other.root.digest],
      ['other', app.root.digest],
      ['nothing', undefined],
    ]);
  });
});

test.each([
  { renamed: { 'image x:1': 'x:1' } },
  { left: ['image x:1'] },
  { decided: { 'image x:1': 'skip' as const } },
])('a choice about an item that the bundle does not hold is refused: %j', async (chosen) => {
  await expect(importOf(fakeRegistry(), chosen)).rejects.toMatchObject({
    code: 'USAGE',
    message: 'image x:1 is not in the bundle.',
  });
});
