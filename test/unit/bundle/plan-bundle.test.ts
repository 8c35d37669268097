// The plan of a bundle: what follows from a lock alone (FORMAT §4).
import { describe, expect, it } from 'vitest';
import { ANNOTATION, IndexSchema, MEDIA } from '../../../shared/domain/descriptor.ts';
import { hexOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { BundlePlan } from '../../../electron/engine/bundle/index.ts';
import { planBundle } from '../../../electron/engine/bundle/index.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { makeImage, makeIndex, makeLayer, makeReferrer } from '../../support/make-content.ts';
import { makeFile, makeLock, planOf, VERSION } from './locks.ts';

const namesOf = (plan: BundlePlan) =>
  plan.index.manifests.map((entry) => entry.annotations?.[ANNOTATION.refName]);
const digestsOf = (plan: BundlePlan) => plan.blobs.map(({ digest }) => digest);
const textOf = (plan: BundlePlan, path: string) => Buffer.from(plan.front.get(path) ?? '').toString();

describe('a bundle plan', () => {
  it('holds everything reachable from the items, each blob once, bytewise by path', () => {
    const base = [makeLayer({ seed: 'base' })];
    const one = makeImage({ seed: 'one', base });
    const other = makeImage({ seed: 'other', base });
    const made = makeLock('shared', [
      { reference: 'registry.example/one:1', content: one },
      { reference: 'registry.example/other:1', content: other },
    ]);
    const plan = planOf(made);
    const expected = new Set([...one.blobs.keys(), ...other.blobs.keys()]);
    expect(digestsOf(plan)).toEqual([...expected].sort());
    expect(plan.totalBytes).toBe(plan.blobs.reduce((sum, { size }) => sum + size, 0));
    expect([...plan.made.keys()].sort()).toEqual([one.root.digest, other.root.digest].sort());
  });

  it('orders index.json: items as listed, signature tags, referrers by digest, derived indexes', () => {
    const image = makeImage({ seed: 'image' });
    const referrers = ['b', 'a', 'c'].map((text) =>
      makeReferrer(image.root, { artifactType: 'application/x.sbom', text }),
    );
    const signature = makeImage({ seed: 'signature' });
    const tag = `sha256-${hexOf(image.root.digest)}.sig`;
    const made = makeLock('order', [
      makeFile('z.bin', Buffer.from('z')),
      {
        reference: 'registry.example/app:1',
        content: image,
        attached: [
          ...referrers.map((content) => ({
            kind: 'referrer' as const,
            subject: image.root.digest,
            content,
          })),
          { kind: 'tag', subject: image.root.digest, tag, content: signature },
        ],
      },
      makeFile('a.bin', Buffer.from('a')),
    ]);
    const plan = planOf(made);
    expect(namesOf(plan)).toEqual([
      'z.bin',
      'registry.example_app_1',
      'a.bin',
      `registry.example_app_${tag}`,
      undefined,
      undefined,
      undefined,
      `sha256-${hexOf(image.root.digest)}`,
    ]);
    expect(plan.index.manifests.slice(4, 7).map(({ digest }) => digest)).toEqual(
      referrers.map(({ root }) => root.digest).sort(),
    );
    const derived = plan.index.manifests.at(-1);
    const body: unknown = JSON.parse(
      Buffer.from(plan.made.get(derived?.digest ?? ('' as Digest)) ?? '').toString(),
    );
    expect(IndexSchema.parse(body).manifests).toEqual(
      referrers
        .map(({ root }) => ({ ...root, artifactType: 'application/x.sbom' }))
        .sort((one, two) => (one.digest < two.digest ? -1 : 1)),
    );
  });

  it('gives names that a tag may have, and tells apart what would share one or was cut', () => {
    const long = `registry.example/${'a'.repeat(120)}:1`;
    const references = ['registry.example/a_b:1', 'registry.example/a/b:1', long, 'registry.example/c:1'];
    const plan = planOf(
      makeLock(
        'names',
        references.map((reference, number) => ({ reference, content: makeImage({ seed: `${number}` }) })),
      ),
    );
    const suffix = (reference: string) => hexOf(digestOf(reference)).slice(0, 8);
    expect(namesOf(plan)).toEqual([
      `registry.example_a_b_1-${suffix('registry.example/a_b:1')}`,
      `registry.example_a_b_1-${suffix('registry.example/a/b:1')}`,
      `registry.example_${'a'.repeat(93)}-${suffix(long)}`,
      'registry.example_c_1',
    ]);
    for (const name of namesOf(plan)) expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/);
  });

  it('names every character outside of the grammar by one underscore, and leads with none of . and -', () => {
    const plan = planOf(makeLock('unicode', [makeFile('.häuser/😀 x', Buffer.from('x'))]));
    expect(namesOf(plan)).toEqual(['_.h_user___x']);
  });

  it('carries the full reference as containerd’s name on images only', () => {
    const made = makeLock('kinds', [
      { reference: 'registry.example/app:1', content: makeImage({ seed: 'app' }) },
      { kind: 'chart', reference: 'registry.example/chart:1', content: makeImage({ seed: 'chart' }) },
      makeFile('tool.bin', Buffer.from('tool')),
    ]);
    expect(planOf(made).index.manifests.map(({ annotations }) => annotations)).toEqual([
      {
        [ANNOTATION.imageName]: 'registry.example/app:1',
        [ANNOTATION.item]: 'registry.example/app:1',
        [ANNOTATION.kind]: 'image',
        [ANNOTATION.refName]: 'registry.example_app_1',
      },
      {
        [ANNOTATION.item]: 'registry.example/chart:1',
        [ANNOTATION.kind]: 'chart',
        [ANNOTATION.refName]: 'registry.example_chart_1',
      },
      {
        [ANNOTATION.item]: 'tool.bin',
        [ANNOTATION.kind]: 'file',
        [ANNOTATION.refName]: 'tool.bin',
      },
    ]);
  });

  it('leaves the index that was rewritten in the lock, and names what it dropped as absent', () => {
    const amd = makeImage({ seed: 'app' });
    const arm = makeImage({ seed: 'app', platform: { os: 'linux', architecture: 'arm64' } });
    const original = makeIndex([amd, arm]);
    const rewritten = makeIndex([amd]);
    const made = makeLock(
      'rewrite',
      [
        {
          reference: 'registry.example/app:1',
          content: rewritten,
          extra: {
            mode: 'rewrite',
            original: original.root,
            dropped: [{ digest: arm.root.digest, platform: 'linux/arm64', reason: 'platform' }],
          },
        },
      ],
      { absent: [{ digest: arm.root.digest, reason: 'platform', item: 'registry.example/app:1' }] },
    );
    const bytes = original.blobs.get(original.root.digest);
    made.lock.manifests[original.root.digest] = Buffer.from(bytes ?? '').toString('base64');
    const plan = planOf(made);
    expect(digestsOf(plan)).not.toContain(original.root.digest);
    expect(digestsOf(plan)).not.toContain(arm.root.digest);
    expect(plan.manifest.absent).toEqual(made.lock.absent);
  });

  it('does not call absent what another item carries', () => {
    const amd = makeImage({ seed: 'app' });
    const arm = makeImage({ seed: 'app', platform: { os: 'linux', architecture: 'arm64' } });
    const made = makeLock(
      'both',
      [
        { reference: 'registry.example/app:slim', content: amd },
        { reference: 'registry.example/app:1', content: makeIndex([amd, arm]) },
      ],
      { absent: [{ digest: arm.root.digest, reason: 'platform', item: 'registry.example/app:slim' }] },
    );
    expect(planOf(made).manifest.absent).toEqual([]);
  });

  it('keeps out what is absent, and refuses a lock that neither carries nor names a blob', () => {
    const image = makeImage({ seed: 'foreign' });
    const layer = image.layers[0]?.descriptor.digest ?? image.root.digest;
    const items = [{ reference: 'registry.example/windows:1', content: image }];
    const absent = [{ digest: layer, reason: 'foreign' as const, item: 'registry.example/windows:1' }];
    const plan = planOf(makeLock('foreign', items, { absent, leaveOut: [layer] }));
    expect(digestsOf(plan)).not.toContain(layer);
    expect(plan.manifest.absent).toEqual(absent);
    expect(() => planOf(makeLock('foreign', items, { leaveOut: [layer] }))).toThrow(
      expect.objectContaining({ code: 'LOCK_INVALID', message: expect.stringContaining(layer) as string }),
    );
  });

  it('refuses one reference twice, an unpinned item, a size that contradicts, and nesting beyond eight', () => {
    const image = makeImage({ seed: 'app' });
    const item = { reference: 'registry.example/app:1', content: image };
    const codeOf = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return (error as { code?: string }).code;
      }
      return 'nothing was refused';
    };
    expect(codeOf(() => planOf(makeLock('twice', [item, item])))).toBe('REFERENCE_CONFLICT');
    const unpinned = makeLock('unpinned', [item]);
    delete unpinned.lock.items[0]?.root;
    expect(codeOf(() => planOf(unpinned))).toBe('LOCK_UNPINNED');
    const resized = makeLock('resized', [item]);
    const [first] = resized.lock.blobs;
    if (first !== undefined) first.size += 1;
    expect(codeOf(() => planOf(resized))).toBe('LOCK_INVALID');
    let nested = makeIndex([image]);
    for (let depth = 0; depth < 9; depth += 1) {
      const bytes = Buffer.from(
        JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.ociIndex, manifests: [nested.root] }),
      );
      const root = { mediaType: MEDIA.ociIndex, digest: digestOf(bytes), size: bytes.byteLength };
      nested = { root, blobs: new Map([...nested.blobs, [root.digest, bytes]]) };
    }
    expect(codeOf(() => planOf(makeLock('deep', [{ ...item, content: nested }])))).toBe('LIMIT_EXCEEDED');
  });

  it('writes canonical JSON in which no path, user or machine stands', () => {
    const plan = planOf(makeLock('paths', [makeFile('tool.bin', Buffer.from('tool'))]));
    const text = textOf(plan, 'airlock.json');
    expect(text).not.toContain('/home/somebody');
    expect(text).toContain('"path":"tool.bin"');
    expect(text).toBe(JSON.stringify(JSON.parse(text)));
    expect(text.startsWith('{"absent":[],"blobs":[{"digest":"sha256:')).toBe(true);
    expect(textOf(plan, 'oci-layout')).toBe('{"imageLayoutVersion":"1.0.0"}');
  });

  it('makes README.txt from airlock.json alone, with what reads each item', () => {
    const made = makeLock('readme', [
      { reference: 'registry.example/oci:1', content: makeImage({ seed: 'oci' }) },
      { reference: 'registry.example/docker:1', content: makeImage({ seed: 'docker', docker: true }) },
    ]);
    const readme = textOf(planOf(made), 'README.txt');
    expect(readme).toBe(textOf(planBundle(structuredClone(made.lock), VERSION), 'README.txt'));
    expect(readme).toContain('sha256sum --check --strict --quiet SHA256SUMS');
    expect(readme).toContain('readme.airlock.tar');
    expect(readme).toMatch(/registry\.example\/oci:1\n.*\n.*\n\s+read by skopeo/);
    expect(readme).toMatch(/registry\.example\/docker:1\n.*\n.*\n\s+read by oras, regctl/);
  });

  it('has the same id whatever the time of locking, and another for other content', () => {
    const made = makeLock('id', [makeFile('a', Buffer.from('a'))]);
    const later = { ...made.lock, created: '2027-01-01T00:00:00Z' };
    const other = makeLock('id', [makeFile('a', Buffer.from('b'))]);
    expect(planBundle(later, VERSION).manifest.id).toBe(planOf(made).manifest.id);
    expect(planOf(other).manifest.id).not.toBe(planOf(made).manifest.id);
  });
});
