// Names at the target (FORMAT §5): by table, and by property: every plan is injective or names its conflict.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { LockItem } from '../../../shared/format/lock.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { isRepositoryName, isTag } from '../../../electron/engine/oci/reference.ts';
import {
  parseTarget,
  planImport,
  refuseConflicts,
  targetName,
} from '../../../electron/engine/relocate/index.ts';
import type { NamingOptions, ResolvedItem } from '../../../electron/engine/relocate/index.ts';

const TARGET = parseTarget('registry.example/team');
const DEFAULT: NamingOptions = { map: 'default', noTag: false };
const DIGEST = digestOf('content');
const HEX12 = DIGEST.slice(7, 19);

function image(reference: string, content = 'content'): ResolvedItem {
  return {
    kind: 'image',
    reference,
    source: { type: 'registry', host: 'source.example', repository: 'x' },
    root: { mediaType: MEDIA.ociManifest, digest: digestOf(content), size: 7 },
  };
}

function classic(reference: string, content = 'content'): ResolvedItem {
  return {
    ...image(reference, content),
    kind: 'chart',
    source: { type: 'chartRepository', repo: 'https://x', url: 'https://x/a.tgz', provenance: null },
  };
}

function file(reference: string, content = 'content'): ResolvedItem {
  return { ...image(reference, content), kind: 'file', source: { type: 'path', path: reference } };
}

function nameOf(item: LockItem, options: Partial<NamingOptions> = {}, target = TARGET): string {
  const { repository, tag } = targetName(item, DIGEST, target, { ...DEFAULT, ...options });
  return tag === undefined ? `${repository}@` : `${repository}:${tag}`;
}

describe('names by default', () => {
  test.each([
    ['docker.io/library/nginx:1.27', 'team/library/nginx:1.27'],
    ['docker.io/coderenvs/coder-service:1.44.0', 'team/coderenvs/coder-service:1.44.0'],
    ['localhost:5000/a/b:x', 'team/a/b:x'],
    [`quay.io/org/app:2@${DIGEST}`, 'team/org/app:2'],
    [`quay.io/org/app@${DIGEST}`, `team/org/app:airlock-${HEX12}`],
  ])('the image %s goes to %s', (reference, expected) => {
    expect(nameOf(image(reference))).toBe(expected);
  });

  test('an OCI chart goes where an image would', () => {
    expect(nameOf({ ...image('ghcr.io/org/charts/app:1.2.3_build'), kind: 'chart' })).toBe(
      'team/org/charts/app:1.2.3_build',
    );
  });

  test('an OCI chart that was found by its version keeps the + in its name, and has _ in its tag', () => {
    expect(nameOf({ ...image('ghcr.io/org/charts/app:1.2.3+build'), kind: 'chart' })).toBe(
      'team/org/charts/app:1.2.3_build',
    );
  });

  test('a classic chart goes under charts/, its + turned to _ as Helm has it (D8)', () => {
    expect(nameOf(classic('helm.coder.com/coder:1.2.3+build.7'))).toBe('team/charts/coder:1.2.3_build.7');
    expect(nameOf(classic('host:8443/path/to/app:1.0.0'))).toBe('team/charts/app:1.0.0');
    expect(nameOf(classic('charts/astronomer:0.34.1'))).toBe('team/charts/astronomer:0.34.1');
  });

  test('a file gets a readable repository that the hash of its path tells apart', () => {
    expect(nameOf(file('updates/astronomer-runtime.json'))).toMatch(
      new RegExp(`^team/files/updates-astronomer-runtime-json-[0-9a-f]{8}:${HEX12}$`),
    );
    expect(nameOf(file('A.bin'))).not.toBe(nameOf(file('a.bin')));
    expect(nameOf(file('日本'))).toMatch(/^team\/files\/[0-9a-f]{8}:/);
    expect(nameOf(file('x'.repeat(150)))).toMatch(/^team\/files\/x{100}-[0-9a-f]{8}:/);
  });

  test('without a prefix the name stands alone', () => {
    expect(nameOf(image('quay.io/org/app:1'), {}, parseTarget('registry.example'))).toBe('org/app:1');
  });

  test('--no-tag leaves what is known by digest alone without a tag, and nothing else', () => {
    expect(nameOf(image(`quay.io/org/app@${DIGEST}`), { noTag: true })).toBe('team/org/app@');
    expect(nameOf(image('quay.io/org/app:1'), { noTag: true })).toBe('team/org/app:1');
  });

  test('a name that no registry would take is refused before anything starts', () => {
    const long = `quay.io/${'a'.repeat(200)}:1`;
    expect(() => nameOf(image(long), {}, parseTarget(`registry.example/${'b'.repeat(60)}`))).toThrow(
      /over 255 characters/,
    );
  });
});

describe('names by choice', () => {
  test.each([
    ['localhost:5000/a/b:x', 'team/localhost_5000/a/b:x'],
    ['docker.io/library/nginx:1', 'team/docker.io/library/nginx:1'],
  ])('keep-host: %s goes to %s', (reference, expected) => {
    expect(nameOf(image(reference), { map: 'keep-host' })).toBe(expected);
  });

  test('keep-host tells two chart repositories apart, whatever characters their paths have', () => {
    expect(nameOf(classic('helm.coder.com/coder:1.0.0'), { map: 'keep-host' })).toBe(
      'team/helm.coder.com/coder:1.0.0',
    );
    expect(nameOf(classic('host:8443/~me/Charts/app:1.0.0'), { map: 'keep-host' })).toBe(
      'team/host_8443/me/charts/app:1.0.0',
    );
  });

  test('rules decide where one fits, else the default; files keep their own rule', () => {
    const map = [{ from: 'docker.io/library/', to: 'base/' }];
    expect(nameOf(image('docker.io/library/nginx:1'), { map })).toBe('team/base/nginx:1');
    expect(nameOf(image('quay.io/org/app:1'), { map })).toBe('team/org/app:1');
    expect(nameOf(file('a.bin'), { map })).toBe(nameOf(file('a.bin')));
  });
});

describe('the plan', () => {
  const none = (): readonly Digest[] => [];

  test('one reference twice with one digest is no conflict', () => {
    const plan = planImport(
      [image('docker.io/org/app:1'), image('quay.io/org/app:1')],
      none,
      TARGET,
      DEFAULT,
    );
    expect(plan.conflicts).toEqual([]);
  });

  test('a chart and an image on one name are a conflict as well', () => {
    const plan = planImport(
      [image('quay.io/charts/app:1.0.0', 'a'), classic('helm.example/app:1.0.0', 'b')],
      none,
      TARGET,
      DEFAULT,
    );
    expect(() => refuseConflicts(plan)).toThrow(
      /quay\.io\/charts\/app:1\.0\.0 and helm\.example\/app:1\.0\.0/,
    );
  });

  test('a signature of one platform follows into each repository that holds this platform', () => {
    const child = digestOf('child');
    const signature = { mediaType: MEDIA.ociManifest, digest: digestOf('signature'), size: 9 };
    const signed: ResolvedItem = {
      ...image('quay.io/org/index:1', 'index'),
      attached: [{ kind: 'tag', subject: child, tag: `sha256-${child.slice(7)}.sig`, root: signature }],
    };
    const alone = image('ghcr.io/me/child:1', 'child');
    const unrelated = image('ghcr.io/me/unrelated:1', 'unrelated');
    const children = (digest: Digest): readonly Digest[] => (digest === digestOf('index') ? [child] : []);
    const plan = planImport([signed, alone, unrelated], children, TARGET, DEFAULT);
    expect(plan.items.map((planned) => planned.attached.length)).toEqual([1, 1, 0]);
    expect(plan.groups.map((group) => group.repository)).toEqual(['team/org/index', 'team/me/child']);
  });

  test('a referrer of a referrer comes after it, and a cycle ends', () => {
    const descriptor = (text: string) => ({ mediaType: MEDIA.ociManifest, digest: digestOf(text), size: 9 });
    const item: ResolvedItem = {
      ...image('quay.io/org/app:1', 'app'),
      attached: [
        { kind: 'referrer', subject: digestOf('sbom'), root: descriptor('signature of sbom') },
        { kind: 'referrer', subject: digestOf('app'), root: descriptor('sbom') },
        { kind: 'referrer', subject: digestOf('signature of sbom'), root: descriptor('app') },
      ],
    };
    const [planned] = planImport([item], none, TARGET, DEFAULT).items;
    expect(planned?.attached.map((group) => group.subject)).toEqual([
      digestOf('app'),
      digestOf('sbom'),
      digestOf('signature of sbom'),
    ]);
  });

  test('what signs an index that stayed behind goes with the item', () => {
    const item: ResolvedItem = {
      ...image('quay.io/org/app:1', 'child'),
      attached: [
        {
          kind: 'tag',
          subject: digestOf('dropped index'),
          tag: 'sha256-x.sig',
          root: image('x', 'signature').root,
          subjectDropped: true,
        },
      ],
    };
    const plan = planImport([item], none, TARGET, DEFAULT);
    expect(plan.groups[0]?.attachments[0]).toMatchObject({ subjectDropped: true, conflict: undefined });
  });

  test('two different signatures on one tag of one repository concern the second alone', () => {
    const subject = digestOf('app');
    const withSignature = (reference: string, text: string): ResolvedItem => ({
      ...image(reference, 'app'),
      attached: [{ kind: 'tag', subject, tag: 'sha256-x.sig', root: image('x', text).root }],
    });
    const plan = planImport(
      [withSignature('docker.io/org/app:1', 'one'), withSignature('quay.io/org/app:1', 'two')],
      none,
      TARGET,
      DEFAULT,
    );
    expect(plan.conflicts).toEqual([]);
    expect(plan.groups.flatMap((group) => group.attachments).map((each) => each.conflict)).toEqual([
      undefined,
      digestOf('one'),
    ]);
  });
});

describe('every plan is injective or names its conflict', () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,3}(?:[._-][a-z0-9]{1,2})?$/);
  const host = fc.constantFrom('docker.io', 'quay.io', 'localhost:5000', 'a.x', '[::1]:5000');
  const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const content = fc.constantFrom('one', 'two', 'three');
  const tag = fc.stringMatching(/^[a-z0-9_]{1,2}$/);
  const anyItem = fc.oneof(
    fc.tuple(host, path, tag, content).map(([h, p, t, c]) => image(`${h}/${p}:${t}`, c)),
    fc.tuple(host, path, content).map(([h, p, c]) => image(`${h}/${p}@${digestOf(c)}`, c)),
    fc
      .tuple(fc.constantFrom('helm.example', 'charts', 'localhost:5000'), path, content)
      .map(([h, p, c]) => classic(`${h}/${p}:1.0.0+${c}`, c)),
    fc.tuple(fc.string({ minLength: 1, maxLength: 12 }), content).map(([as, c]) => file(as, c)),
  );

  test.each(['default', 'keep-host'] as const)('with --map %s', (map) => {
    fc.assert(
      fc.property(fc.array(anyItem, { maxLength: 12 }), fc.boolean(), (items, noTag) => {
        const plan = planImport(items, () => [], TARGET, { map, noTag });
        const named = new Map(plan.conflicts.map((conflict) => [conflict.name, conflict.references]));
        const digests = new Map<string, Digest>();
        for (const { item, name, repository, tag: planned } of plan.items) {
          expect(isRepositoryName(repository)).toBe(true);
          expect(planned === undefined || isTag(planned)).toBe(true);
          const before = digests.get(name);
          if (before !== undefined && before !== item.root.digest)
            expect(named.get(name)).toContain(item.reference);
          digests.set(name, item.root.digest);
        }
      }),
    );
  });
});
