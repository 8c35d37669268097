// The import desk over a bundle and a registry in memory: order, reuse, conflicts, damage.
import { describe, expect, test } from 'vitest';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { runImport } from '../../../electron/engine/import/index.ts';
import type { ImportRequest, ImportResult } from '../../../electron/engine/import/index.ts';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import type { JobContext } from '../../../electron/engine/jobs/job-context.ts';
import { parseTarget } from '../../../electron/engine/relocate/index.ts';
import { makeImage, makeIndex, makeLayer, makeReferrer } from '../../support/make-content.ts';
import type { MadeContent } from '../../support/make-content.ts';
import { fakeBundle, fakeRegistry, tagsOf } from './fakes.ts';
import type { FakeBundle, FakeItem, FakeRegistry } from './fakes.ts';

const app = makeImage({ seed: 'app' });
const other = makeImage({ seed: 'other' });
const APP = 'docker.io/library/app:1.0';

function importOf(
  bundle: FakeBundle,
  registry: FakeRegistry,
  request: Partial<ImportRequest> = {},
  context: Partial<JobContext> = {},
): Promise<ImportResult> {
  return runImport(
    {
      bundle,
      target: parseTarget('registry.example/team'),
      tags: 'fail',
      verifyFirst: false,
      dryRun: false,
      map: 'default',
      noTag: false,
      ...request,
    },
    registry,
    quietContext({ clock: { now: () => 0, sleep: () => Promise.resolve() }, ...context }),
  );
}

function withReferrer(item: FakeItem): { readonly item: FakeItem; readonly referrer: MadeContent } {
  const referrer = makeReferrer(item.content.root, { artifactType: 'application/spdx+json', text: 'sbom' });
  return {
    referrer,
    item: {
      ...item,
      attached: [
        {
          entry: { kind: 'referrer', subject: item.content.root.digest, root: referrer.root },
          content: referrer,
        },
      ],
    },
  };
}

function withSignature(
  item: FakeItem,
  text = 'signature',
): { readonly item: FakeItem; readonly tag: string } {
  const { digest } = item.content.root;
  const tag = `${digest.replace(':', '-')}.sig`;
  const content = makeImage({ seed: text, layers: 1, layerSize: 10 });
  return {
    tag,
    item: {
      ...item,
      attached: [{ entry: { kind: 'tag', subject: digest, tag, root: content.root }, content }],
    },
  };
}

function outcomes(result: ImportResult): string[] {
  return result.items.map((item) => `${item.outcome} ${item.target ?? ''}`);
}

describe('what arrives', () => {
  test('an image arrives whole under its repository path without the host', async () => {
    const registry = fakeRegistry();
    const result = await importOf(fakeBundle([{ reference: APP, content: app }]), registry);
    expect(outcomes(result)).toEqual(['carried registry.example/team/library/app:1.0']);
    expect(tagsOf(registry)).toEqual({ 'team/library/app:1.0': app.root.digest });
    expect(registry.state.get('team/library/app')?.blobs.size).toBe(3);
    expect(result).toMatchObject({ outcome: 'done', exit: 0 });
    expect(result.bytesSent).toBe([...app.blobs.values()].reduce((sum, bytes) => sum + bytes.byteLength, 0));
  });

  test('children go before their index, and the tag goes last (I19)', async () => {
    const arm = makeImage({ seed: 'app', platform: { os: 'linux', architecture: 'arm64' } });
    const index = makeIndex([app, arm]);
    const registry = fakeRegistry();
    await importOf(fakeBundle([{ reference: APP, content: index }]), registry);
    const puts = registry.requests.filter((line) => line.startsWith('PUT'));
    expect(new Set(puts.slice(0, 2))).toEqual(
      new Set([app, arm].map((image) => `PUT team/library/app ${image.root.digest}`)),
    );
    expect(puts.slice(2)).toEqual(['PUT team/library/app 1.0']);
  });

  test('root by digest, then referrers, then signature tags, then the own tag', async () => {
    const referred = withReferrer({ reference: APP, content: app });
    const signed = withSignature({ reference: APP, content: app });
    const item = {
      ...referred.item,
      attached: [...(signed.item.attached ?? []), ...(referred.item.attached ?? [])],
    };
    const registry = fakeRegistry();
    const result = await importOf(fakeBundle([item]), registry);
    expect(registry.requests.filter((line) => line.startsWith('PUT'))).toEqual([
      `PUT team/library/app ${app.root.digest}`,
      `PUT team/library/app ${referred.referrer.root.digest}`,
      `PUT team/library/app ${signed.tag}`,
      'PUT team/library/app 1.0',
    ]);
    expect(result.items.map((row) => row.attachedTo)).toEqual([undefined, app.root.digest, app.root.digest]);
  });

  test('a reference by digest alone gets a tag of its digest, and none with --no-tag (I27)', async () => {
    const item = { reference: `quay.io/org/app@${app.root.digest}`, content: app };
    const tagged = fakeRegistry();
    await importOf(fakeBundle([item]), tagged);
    expect(Object.keys(tagsOf(tagged))).toEqual([`team/org/app:airlock-${app.root.digest.slice(7, 19)}`]);
    const untagged = fakeRegistry();
    const result = await importOf(fakeBundle([item]), untagged, { noTag: true });
    expect(tagsOf(untagged)).toEqual({});
    expect(untagged.state.get('team/org/app')?.manifests.has(app.root.digest)).toBe(true);
    expect(outcomes(result)).toEqual([`carried registry.example/team/org/app@${app.root.digest}`]);
  });

  test('a registry without referrers gets them merged into its fallback index', async () => {
    const registry = fakeRegistry();
    registry.behaviour.referrersApi = false;
    const theirs = makeReferrer(app.root, { artifactType: 'text/plain', text: 'made on this side' });
    await registry.repository('', 'team/library/app').addToReferrersTag(app.root.digest, [theirs.root]);
    const { item, referrer } = withReferrer({ reference: APP, content: app });
    await importOf(fakeBundle([item]), registry);
    const listed = await registry.repository('', 'team/library/app').referrers(app.root.digest);
    expect(listed.map((each) => each.digest)).toEqual([theirs.root.digest, referrer.root.digest]);
  });

  test('a referrer goes into every repository that holds its subject', async () => {
    const { item, referrer } = withReferrer({ reference: APP, content: app });
    const twin = { reference: 'quay.io/mirror/app:1.0', content: app };
    const registry = fakeRegistry();
    const result = await importOf(fakeBundle([item, twin]), registry);
    for (const name of ['team/library/app', 'team/mirror/app'])
      expect(registry.state.get(name)?.manifests.has(referrer.root.digest)).toBe(true);
    expect(result.items).toHaveLength(4);
  });

  test('a foreign layer that no registry had is left out, and that is said', async () => {
    const layer = makeLayer({ seed: 'windows' });
    const foreign = { ...layer, descriptor: { ...layer.descriptor, urls: ['https://example.com/layer'] } };
    const image = makeImage({ seed: 'windows', layers: [foreign] });
    const { digest } = layer.descriptor;
    const registry = fakeRegistry();
    const bundle = fakeBundle(
      [{ reference: APP, content: image }],
      [{ digest, reason: 'foreign', item: APP }],
    );
    const result = await importOf(bundle, registry);
    expect(result.exit).toBe(0);
    expect(result.notes).toEqual([`foreign layer ${digest} is not in the bundle: left out`]);
  });
});

describe('what is not sent', () => {
  test('a blob that another repository of the target has is mounted, not sent again', async () => {
    const base = [makeLayer({ seed: 'base', size: 5000 })];
    const items = ['a', 'b', 'c'].map((name) => ({
      reference: `quay.io/org/${name}:1`,
      content: makeImage({ seed: name, base, layers: 1 }),
    }));
    const registry = fakeRegistry();
    const bundle = fakeBundle(items);
    await importOf(bundle, registry);
    const digest = base[0]?.descriptor.digest as Digest;
    expect(bundle.opened.filter((opened) => opened === digest)).toHaveLength(1);
    expect(registry.requests.filter((line) => line.startsWith('MOUNT'))).toHaveLength(2);
  });

  test('a registry that mounts nothing gets the blob in each repository that needs it (I9)', async () => {
    const base = [makeLayer({ seed: 'base' })];
    const items = ['a', 'b'].map((name) => ({
      reference: `quay.io/org/${name}:1`,
      content: makeImage({ seed: name, base, layers: 0 }),
    }));
    const registry = fakeRegistry();
    registry.behaviour.mounts = false;
    const result = await importOf(fakeBundle(items), registry);
    expect(result.exit).toBe(0);
    for (const name of ['team/org/a', 'team/org/b'])
      expect(registry.state.get(name)?.blobs.has(base[0]?.descriptor.digest as Digest)).toBe(true);
  });

  test('a layer that is twice in one manifest is sent once', async () => {
    const layer = makeLayer({ seed: 'twice' });
    const image = makeImage({ seed: 'twice', layers: [layer, layer] });
    const registry = fakeRegistry();
    const result = await importOf(fakeBundle([{ reference: APP, content: image }]), registry);
    expect(registry.requests.filter((line) => line.startsWith('UPLOAD'))).toHaveLength(2);
    expect(result.exit).toBe(0);
  });

  test('a second import asks once for each tag and sends nothing', async () => {
    const items = ['a', 'b', 'c'].map((name) => ({
      reference: `quay.io/org/${name}:1`,
      content: makeImage({ seed: name }),
    }));
    const registry = fakeRegistry();
    await importOf(fakeBundle(items), registry);
    registry.requests.length = 0;
    const result = await importOf(fakeBundle(items), registry);
    expect(registry.requests.toSorted()).toEqual([
      'GET /v2/',
      'HEAD team/org/a 1',
      'HEAD team/org/b 1',
      'HEAD team/org/c 1',
    ]);
    expect(result.bytesSent).toBe(0);
    expect(result.items.map((item) => item.outcome)).toEqual(['present', 'present', 'present']);
  });

  test('a second import finds referrers by one request a subject and mends what is missing', async () => {
    const { item, referrer } = withReferrer({ reference: APP, content: app });
    const registry = fakeRegistry();
    await importOf(fakeBundle([{ reference: APP, content: app }]), registry);
    const mended = await importOf(fakeBundle([item]), registry);
    expect(outcomes(mended)).toEqual([
      'present registry.example/team/library/app:1.0',
      `carried registry.example/team/library/app@${referrer.root.digest}`,
    ]);
    registry.requests.length = 0;
    const again = await importOf(fakeBundle([item]), registry);
    expect(again.bytesSent).toBe(0);
    expect(registry.requests).toHaveLength(3);
  });

  test('after an interrupted import only the rest is sent', async () => {
    const registry = fakeRegistry();
    const bundle = fakeBundle([{ reference: APP, content: app }]);
    const [layer] = app.layers;
    registry.behaviour.fail = (line) => {
      if (line.startsWith('PUT')) throw new AirlockError('DENIED', 'not now');
    };
    expect((await importOf(bundle, registry)).exit).toBe(3);
    registry.behaviour.fail = () => undefined;
    bundle.opened.length = 0;
    const result = await importOf(bundle, registry);
    expect(bundle.opened).toEqual([]);
    expect(result.bytesSent).toBe(app.root.size);
    expect(registry.state.get('team/library/app')?.blobs.has(layer?.descriptor.digest as Digest)).toBe(true);
  });
});

describe('tags that name something else', () => {
  const conflicting = async (): Promise<FakeRegistry> => {
    const registry = fakeRegistry();
    await importOf(fakeBundle([{ reference: APP, content: other }]), registry);
    registry.requests.length = 0;
    return registry;
  };
  const bundle = () =>
    fakeBundle([
      { reference: APP, content: app },
      { reference: 'quay.io/org/b:1', content: makeImage({ seed: 'b' }) },
    ]);

  test('fail: a conflict of that item alone, found before anything of it is sent', async () => {
    const registry = await conflicting();
    const result = await importOf(bundle(), registry, { tags: 'fail' });
    expect(result.items.map((item) => item.error?.code)).toEqual(['TAG_CONFLICT', undefined]);
    expect(result).toMatchObject({ outcome: 'partial', exit: 1 });
    expect(registry.requests.some((line) => /^(UPLOAD|PUT) team\/library\/app /.test(line))).toBe(false);
  });

  test('skip: what was skipped counts as done', async () => {
    const registry = await conflicting();
    const result = await importOf(bundle(), registry, { tags: 'skip' });
    expect(result.items.map((item) => item.outcome)).toEqual(['skipped', 'carried']);
    expect(result.exit).toBe(0);
    expect(tagsOf(registry)['team/library/app:1.0']).toBe(other.root.digest);
  });

  test('overwrite moves the tag', async () => {
    const registry = await conflicting();
    const result = await importOf(bundle(), registry, { tags: 'overwrite' });
    expect(result.exit).toBe(0);
    expect(tagsOf(registry)['team/library/app:1.0']).toBe(app.root.digest);
  });

  test('ask asks with both digests, and fails where nobody answers', async () => {
    const registry = await conflicting();
    const asked: unknown[] = [];
    await importOf(
      bundle(),
      registry,
      { tags: 'ask' },
      {
        ask: (question) => {
          asked.push(question);
          return Promise.resolve({ kind: 'tagConflict', choice: 'overwrite' });
        },
      },
    );
    expect(asked).toEqual([
      {
        kind: 'tagConflict',
        target: 'registry.example/team/library/app:1.0',
        there: other.root.digest,
        ours: app.root.digest,
      },
    ]);
    const unattended = await importOf(bundle(), await conflicting(), { tags: 'ask' });
    expect(unattended.items[0]?.error?.code).toBe('TAG_CONFLICT');
  });

  test('an immutable tag is named as such', async () => {
    const registry = fakeRegistry();
    registry.behaviour.fail = (line) => {
      if (line === 'PUT team/library/app 1.0') throw new AirlockError('TAG_IMMUTABLE', 'immutable');
    };
    const result = await importOf(fakeBundle([{ reference: APP, content: app }]), registry);
    expect(result.items[0]?.error).toMatchObject({ code: 'TAG_IMMUTABLE', side: 'target' });
    expect(result.exit).toBe(3);
  });

  test('a different signature tag is a conflict of that signature alone', async () => {
    const registry = fakeRegistry();
    await importOf(fakeBundle([withSignature({ reference: APP, content: app }, 'theirs').item]), registry);
    const { item, tag } = withSignature({ reference: APP, content: app }, 'ours');
    const result = await importOf(fakeBundle([item]), registry);
    expect(outcomes(result)).toEqual([
      'present registry.example/team/library/app:1.0',
      `failed registry.example/team/library/app:${tag}`,
    ]);
    expect(result.items[1]?.error?.code).toBe('TAG_CONFLICT');
    expect(result.exit).toBe(1);
  });
});

describe('damage and failure', () => {
  const damage = (bundle: FakeBundle, digest: Digest): void => {
    const bytes = Buffer.from(bundle.blobs.get(digest) ?? '');
    bytes[bytes.byteLength - 1] = (bytes.at(-1) ?? 0) ^ 1;
    bundle.blobs.set(digest, bytes);
  };

  test('a damaged blob fails the items that need it; the others go on; no manifest of it appears', async () => {
    const base = [makeLayer({ seed: 'base' })];
    const items = ['a', 'b'].map((name) => ({
      reference: `quay.io/org/${name}:1`,
      content: makeImage({ seed: name, base, layers: 1 }),
    }));
    const bundle = fakeBundle([...items, { reference: APP, content: app }]);
    const digest = base[0]?.descriptor.digest as Digest;
    damage(bundle, digest);
    const registry = fakeRegistry();
    const result = await importOf(bundle, registry);
    expect(result.items.map((item) => item.error?.code)).toEqual([
      'BUNDLE_DAMAGED',
      'BUNDLE_DAMAGED',
      undefined,
    ]);
    expect(result).toMatchObject({ outcome: 'partial', exit: 5 });
    expect(result.items[0]?.error).toMatchObject({ side: 'bundle', details: { digest } });
    expect(registry.requests.some((line) => line.startsWith('PUT team/org'))).toBe(false);
    expect(bundle.opened.filter((opened) => opened === digest)).toHaveLength(1);
  });

  test('--verify-first reads everything, and damage stops it before the first byte', async () => {
    const bundle = fakeBundle([{ reference: APP, content: app }]);
    const digest = app.layers[0]?.descriptor.digest as Digest;
    damage(bundle, digest);
    const registry = fakeRegistry();
    await expect(importOf(bundle, registry, { verifyFirst: true })).rejects.toMatchObject({
      code: 'BUNDLE_DAMAGED',
      details: { files: [`blobs/sha256/${digest.slice(7)}`] },
    });
    expect(registry.requests).toEqual([]);
  });

  test('what the checks find refuses the whole bundle before the first request', async () => {
    const registry = fakeRegistry();
    const bundle = {
      ...fakeBundle([{ reference: APP, content: app }]),
      checkBeforeFirstByte: () => Promise.reject(new AirlockError('BUNDLE_DAMAGED', 'an extra file')),
    };
    await expect(importOf(bundle, registry)).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' });
    expect(registry.requests).toEqual([]);
  });

  test('a registry that said "there" and then denies it gets the blob again, once (P24)', async () => {
    const registry = fakeRegistry();
    const digest = app.layers[0]?.descriptor.digest as Digest;
    registry.behaviour.stale.add(digest);
    const result = await importOf(fakeBundle([{ reference: APP, content: app }]), registry);
    expect(result.exit).toBe(0);
    expect(registry.requests.filter((line) => line.startsWith('UPLOAD')).at(-1)).toBe(
      `UPLOAD team/library/app ${digest}`,
    );
    expect(registry.requests.filter((line) => line === 'PUT team/library/app 1.0')).toHaveLength(2);
  });

  test('a lost upload is sent again from its start, and the bytes count as resent', async () => {
    const registry = fakeRegistry();
    const big = makeImage({ seed: 'big', layers: 1, layerSize: 200_000 });
    const bytes = big.layers[0]?.bytes.byteLength ?? 0;
    let lost = 0;
    registry.behaviour.fail = (line) => {
      if (!line.endsWith(big.layers[0]?.descriptor.digest ?? '') || !line.startsWith('COMMIT') || lost === 2)
        return;
      lost += 1;
      throw new AirlockError('UPLOAD_LOST', 'lost');
    };
    let done = 0;
    let resent = 0;
    const result = await importOf(
      fakeBundle([{ reference: APP, content: big }]),
      registry,
      {},
      {
        report: (event) => {
          if (event.kind !== 'bytes') return;
          if (event.resent === true) resent += event.bytes;
          else done += event.bytes;
        },
      },
    );
    expect(result.exit).toBe(0);
    expect(done).toBe([...big.blobs.values()].reduce((sum, blob) => sum + blob.byteLength, 0));
    expect(resent).toBe(2 * bytes);
  });

  test('an upload that is refused for good is not repeated', async () => {
    const registry = fakeRegistry();
    registry.behaviour.fail = (line) => {
      if (line.startsWith('COMMIT')) throw new AirlockError('QUOTA_EXCEEDED', 'full');
    };
    const result = await importOf(fakeBundle([{ reference: APP, content: app }]), registry);
    expect(result).toMatchObject({ outcome: 'failed', exit: 3 });
    expect(registry.requests.filter((line) => line.startsWith('COMMIT'))).toHaveLength(1);
  });

  test('a manifest that the target refuses fails its item alone', async () => {
    const docker = makeImage({ seed: 'docker', docker: true });
    const registry = fakeRegistry();
    registry.behaviour.fail = (line) => {
      if (line === 'PUT team/org/docker 1') throw new AirlockError('CONTENT_REFUSED', 'no Docker manifests');
    };
    const bundle = fakeBundle([
      { reference: 'quay.io/org/docker:1', content: docker },
      { reference: APP, content: app },
    ]);
    const result = await importOf(bundle, registry);
    expect(result.items.map((item) => item.error?.code)).toEqual(['CONTENT_REFUSED', undefined]);
    expect(result).toMatchObject({ outcome: 'partial', exit: 1 });
    expect(Object.keys(tagsOf(registry))).toEqual(['team/library/app:1.0']);
  });

  test('no registry but the target is ever asked (I35)', async () => {
    const registry = fakeRegistry();
    const hosts = new Set<string>();
    const watched = {
      ...registry,
      repository: (host: string, name: string) => {
        hosts.add(host);
        return registry.repository(host, name);
      },
    };
    await importOf(fakeBundle([withReferrer({ reference: APP, content: app }).item]), watched);
    expect([...hosts]).toEqual(['registry.example']);
  });

  test('no item is a failure, not a success (I30)', async () => {
    const registry = fakeRegistry();
    await expect(importOf(fakeBundle([]), registry)).rejects.toMatchObject({ code: 'NOTHING_SELECTED' });
    expect(registry.requests).toEqual([]);
  });

  test('an item that was not whole at sealing fails alone, with exit 1', async () => {
    const missing = makeImage({ seed: 'missing' });
    const bundle = fakeBundle(
      [
        { reference: APP, content: app },
        { reference: 'quay.io/org/b:1', content: missing },
      ],
      [
        {
          digest: missing.layers[0]?.descriptor.digest as Digest,
          reason: 'failed',
          item: 'quay.io/org/b:1',
        },
      ],
    );
    const result = await importOf(bundle, fakeRegistry());
    expect(result.items.map((item) => item.outcome)).toEqual(['carried', 'failed']);
    expect(result.exit).toBe(1);
  });

  test('an unreachable target is one failure of the whole, named as the target’s', async () => {
    const registry = fakeRegistry();
    registry.behaviour.fail = () => {
      throw new AirlockError('HOST_UNREACHABLE', 'nobody there');
    };
    await expect(importOf(fakeBundle([{ reference: APP, content: app }]), registry)).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      side: 'target',
    });
  });

  test('cancelled is an outcome: what is done stays done', async () => {
    const controller = new AbortController();
    const registry = fakeRegistry();
    registry.behaviour.fail = (line) => {
      if (line.startsWith('PUT')) controller.abort();
      controller.signal.throwIfAborted();
    };
    const result = await importOf(
      fakeBundle([{ reference: APP, content: app }]),
      registry,
      {},
      {
        signal: controller.signal,
      },
    );
    expect(result).toMatchObject({ outcome: 'cancelled', exit: 130 });
    expect(result.items[0]?.outcome).toBe('cancelled');
  });
});

describe('names', () => {
  const items = [
    { reference: 'docker.io/org/app:1', content: app },
    { reference: 'quay.io/org/app:1', content: other },
  ];

  test('two references on one name with different digests are refused before a byte moves', async () => {
    const registry = fakeRegistry();
    await expect(importOf(fakeBundle(items), registry)).rejects.toMatchObject({
      code: 'TARGET_CONFLICT',
      message: 'docker.io/org/app:1 and quay.io/org/app:1 would both become registry.example/team/org/app:1.',
    });
    expect(registry.requests).toEqual([]);
  });

  test('--map keep-host resolves it', async () => {
    const registry = fakeRegistry();
    await importOf(fakeBundle(items), registry, { map: 'keep-host' });
    expect(Object.keys(tagsOf(registry)).toSorted()).toEqual([
      'team/docker.io/org/app:1',
      'team/quay.io/org/app:1',
    ]);
  });

  test('a dry run shows the rows, the conflicts and what is there, and sends nothing', async () => {
    const registry = fakeRegistry();
    await importOf(fakeBundle([{ reference: APP, content: app }]), registry);
    registry.requests.length = 0;
    const result = await importOf(fakeBundle([{ reference: APP, content: app }, ...items]), registry, {
      dryRun: true,
    });
    expect(result.rows.map(({ target, there, conflict }) => ({ target, there, conflict }))).toEqual([
      { target: 'registry.example/team/library/app:1.0', there: 'same', conflict: undefined },
      { target: 'registry.example/team/org/app:1', there: 'nothing', conflict: ['quay.io/org/app:1'] },
      { target: 'registry.example/team/org/app:1', there: 'nothing', conflict: ['docker.io/org/app:1'] },
    ]);
    expect(result.exit).toBe(2);
    expect(registry.requests.every((line) => /^(GET|HEAD) /.test(line))).toBe(true);
  });
});
