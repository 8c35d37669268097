import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { ANNOTATION, MEDIA } from '../../../shared/domain/descriptor.ts';
import { Lock } from '../../../shared/format/lock.ts';
import type { LockItem } from '../../../shared/format/lock.ts';
import { canonicalJson } from '../../../electron/engine/oci/canonical-json.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import { lockId } from '../../../electron/engine/content/lock-file.ts';
import { lockList } from '../../../electron/engine/content/lock-list.ts';
import type { LockContext, ResolveEntry } from '../../../electron/engine/content/lock-list.ts';
import { resolveImage } from '../../../electron/engine/content/images/index.ts';
import type { ListEntry, Resolved, TransferList } from '../../../electron/engine/content/index.ts';
import { makeChart, makeImage, makeIndex, makeLayer, descriptorOf } from '../../support/make-content.ts';
import { chartEntry, fileEntry, imageEntry, resolveContext } from '../../support/make-entries.ts';
import { createMemoryRegistry } from '../../support/memory-registry.ts';
import type { MemoryRegistry } from '../../support/memory-registry.ts';

const HOST = 'registry.example.com';

function listOf(...entries: readonly ListEntry[]): TransferList {
  return {
    path: 'list.yaml',
    metadata: { name: 'plant' },
    entries: entries.map((entry, number) => ({
      ...entry,
      at: { file: 'list.yaml', line: number + 5, column: 5 },
    })),
    digest: digestOf('the list'),
  };
}

function lockContext(registry: MemoryRegistry, overrides: Partial<LockContext> = {}): LockContext {
  return {
    ...resolveContext(registry),
    version: '1.2.3',
    created: '2026-01-31T12:00:00Z',
    ...overrides,
  };
}

/** What a resolver of files or charts would find: a manifest over one layer. */
function found(
  kind: 'file' | 'chart',
  reference: string,
  body: string,
  source: LockItem['source'] = { type: 'path', path: `/home/joe/${reference}` },
): Resolved {
  const layer = Buffer.from(body);
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA.ociManifest,
    config: descriptorOf(MEDIA.ociEmpty, Buffer.from('{}')),
    layers: [descriptorOf(kind === 'chart' ? MEDIA.helmChart : MEDIA.octets, layer)],
    annotations: { [ANNOTATION.title]: reference },
  });
  return {
    item: { kind, reference, source, root: descriptorOf(MEDIA.ociManifest, manifest) },
    manifests: new Map([manifest, Buffer.from('{}')].map((bytes) => [digestOf(bytes), bytes])),
    blobs: [{ digest: digestOf(layer), size: layer.byteLength }],
    absent: [],
    notes: [],
  };
}

/** Answers each entry with what was prepared for its name. */
function prepared(answers: Readonly<Record<string, Resolved | AirlockError>>): ResolveEntry {
  return (entry) => {
    const name = entry.kind === 'file' ? entry.as : 'ref' in entry ? entry.ref : '';
    const answer = answers[name];
    if (answer instanceof AirlockError) return Promise.reject(answer);
    return Promise.resolve(answer === undefined ? [] : [answer]);
  };
}

async function failureOf(promise: Promise<unknown>): Promise<AirlockError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isAirlockError(error)) throw new Error('expected a failure', { cause: error });
  return error;
}

const images: ResolveEntry = (entry, context) =>
  entry.kind === 'image' && entry.from === 'registry' ? resolveImage(entry, context) : Promise.resolve([]);

describe('locking a list', () => {
  const base = [makeLayer({ seed: 'base', size: 20_000 })];
  const app = makeIndex(
    [
      makeImage({ seed: 'app', base }),
      makeImage({ seed: 'app', base, platform: { os: 'linux', architecture: 'arm64' } }),
    ],
    { attestations: true },
  );
  const tool = makeImage({ seed: 'tool', base });

  function registry(delay?: () => Promise<void>): MemoryRegistry {
    const made = createMemoryRegistry(delay === undefined ? {} : { delay });
    made.repository(HOST, 'app').push(app, '1');
    made.repository(HOST, 'tool').push(tool, '1');
    made.repository('docker.io', 'library/tool').push(tool, '1');
    return made;
  }

  const list = listOf(
    imageEntry({ ref: `${HOST}/tool:1`, platforms: ['linux/amd64'] }),
    imageEntry({ ref: `${HOST}/app:1` }),
    imageEntry({ ref: 'docker.io/library/tool:1' }),
  );

  it('gives a lock that its own schema takes, blobs once and by digest, items in the list’s order', async () => {
    const { lock } = await lockList(list, lockContext(registry()), images);
    expect(Lock.parse(JSON.parse(JSON.stringify(lock)))).toEqual(lock);
    expect(lock.items.map(({ reference }) => reference)).toEqual([
      `${HOST}/tool:1`,
      `${HOST}/app:1`,
      'docker.io/library/tool:1',
    ]);
    const digests = lock.blobs.map(({ digest }) => digest);
    expect(digests).toEqual([...new Set(digests)].toSorted());
    expect(Object.keys(lock.manifests)).toEqual(Object.keys(lock.manifests).toSorted());
    expect(new Set([...digests, ...Object.keys(lock.manifests)])).toEqual(
      new Set([...app.blobs.keys(), ...tool.blobs.keys()]),
    );
    expect(digests.filter((digest) => digest in lock.manifests)).toEqual([]);
  });

  it('gives the same lock whatever the order of the answers', async () => {
    const { lock } = await lockList(list, lockContext(registry()), images);
    let turn = 0;
    const shuffled = registry(() => wait((turn = (turn * 7 + 3) % 5)));
    const again = await lockList(list, lockContext(shuffled), images);
    expect(JSON.stringify(again.lock)).toBe(JSON.stringify(lock));
  });

  it('says what sharing saves, what a whole index costs and what a registry will count', async () => {
    const made = registry();
    made.rateLimits.set('docker.io', { limit: 100, remaining: 20, windowSeconds: 21_600 });
    const pinned = imageEntry({ ref: `${HOST}/app@${app.root.digest}`, platforms: ['linux/amd64'] });
    const { lock, summary } = await lockList(listOf(...list.entries, pinned), lockContext(made), images);
    const held = new Map([...app.blobs, ...tool.blobs]);
    const size = (blobs: ReadonlyMap<unknown, Uint8Array>) =>
      [...blobs.values()].reduce((sum, bytes) => sum + bytes.byteLength, 0);
    expect(summary).toMatchObject({
      images: 4,
      charts: 0,
      files: 0,
      blobs: held.size,
      bytes: size(held),
      unsharedBytes: 2 * size(app.blobs) + 2 * size(tool.blobs),
      rateLimits: { 'docker.io': { limit: 100, remaining: 20 } },
    });
    expect(summary.sharedBytes).toBe(summary.unsharedBytes - summary.bytes);
    // Two images and their two attestations in each index, one image alone.
    expect(summary.pulls).toEqual({ [HOST]: 9, 'docker.io': 1 });
    const [whole, alsoWhole] = summary.wholeIndexes;
    expect(whole).toMatchObject({ item: `${HOST}/app:1`, platforms: 2, wantedBytes: undefined });
    expect(alsoWhole?.bytes).toBe(size(app.blobs));
    expect(alsoWhole?.wantedBytes).toBe(size(makeImage({ seed: 'app', base }).blobs));
    expect(lock.items).toHaveLength(4);
  });

  it('does not call absent what another item carries', async () => {
    const arm = makeImage({ seed: 'app', base, platform: { os: 'linux', architecture: 'arm64' } });
    const child = imageEntry({ ref: `${HOST}/app:1`, platforms: ['linux/amd64'] });
    const alone = await lockList(listOf(child), lockContext(registry()), images);
    expect(alone.lock.absent.map(({ digest }) => digest)).toContain(arm.root.digest);
    const other = imageEntry({ ref: `${HOST}/app@${arm.root.digest}` });
    const both = await lockList(listOf(child, other), lockContext(registry()), images);
    expect(both.lock.absent.map(({ digest }) => digest)).not.toContain(arm.root.digest);
  });

  it('takes equal reference and digest for one item', async () => {
    const twice = listOf(imageEntry({ ref: `${HOST}/tool:1` }), imageEntry({ ref: `${HOST}/tool:1` }));
    expect((await lockList(twice, lockContext(registry()), images)).lock.items).toHaveLength(1);
  });

  it('makes an id that no folder, date or blob list changes', async () => {
    const { lock } = await lockList(
      listOf(fileEntry({ as: 'a.bin' })),
      lockContext(registry()),
      prepared({ 'a.bin': found('file', 'a.bin', 'A') }),
    );
    const [item] = lock.items;
    if (item === undefined) throw new Error('expected an item');
    const moved = {
      ...lock,
      created: '2027-01-31T12:00:00Z',
      items: [{ ...item, source: { type: 'path' as const, path: 'C:\\Users\\joe\\a.bin' } }],
    };
    expect(lockId(moved)).toBe(lockId(lock));
    expect(lockId({ ...lock, metadata: { name: 'other' } })).not.toBe(lockId(lock));
  });

  it('stops with the reason of the signal when it is cancelled', async () => {
    const cancel = new AbortController();
    const reason = new AirlockError('CANCELLED', 'Cancelled.');
    const context = lockContext(registry(), { job: quietContext({ signal: cancel.signal }) });
    const resolve: ResolveEntry = async () => {
      cancel.abort(reason);
      await wait(0);
      throw new AirlockError('CONNECTION_LOST', 'The connection broke.');
    };
    await expect(lockList(list, context, resolve)).rejects.toBe(reason);
  });
});

describe('failures of a list', () => {
  const failing = (...codes: readonly ErrorCode[]) => ({
    list: listOf(...codes.map((_, number) => fileEntry({ as: `f${number}` })), fileEntry({ as: 'good' })),
    resolve: prepared({
      ...Object.fromEntries(
        codes.map((code, number) => [`f${number}`, new AirlockError(code, `It was ${code}.`)]),
      ),
      good: found('file', 'good', 'good'),
    }),
  });

  it('are all tried and all named, each with its place and reference', async () => {
    const { list, resolve } = failing('REFERENCE_NOT_FOUND', 'HOST_UNKNOWN');
    const error = await failureOf(lockList(list, lockContext(createMemoryRegistry()), resolve));
    expect(error.details['failures']).toEqual([
      'list.yaml:5:5 f0: It was REFERENCE_NOT_FOUND.',
      'list.yaml:6:5 f1: It was HOST_UNKNOWN.',
    ]);
    expect(error.message).toContain('2 of 3 entries of list.yaml');
  });

  it.each<[ErrorCode, readonly ErrorCode[]]>([
    ['HOST_UNKNOWN', ['HOST_UNKNOWN']],
    ['REFERENCE_NOT_FOUND', ['REFERENCE_NOT_FOUND', 'REFERENCE_NOT_FOUND']],
    ['REFERENCE_NOT_FOUND', ['REFERENCE_NOT_FOUND', 'PLATFORM_NOT_FOUND']],
    ['SOME_ITEMS_FAILED', ['REFERENCE_NOT_FOUND', 'HOST_UNKNOWN']],
    ['DIGEST_MISMATCH', ['REFERENCE_NOT_FOUND', 'DIGEST_MISMATCH']],
  ])('have the code %s where they were %j', async (code, codes) => {
    const { list, resolve } = failing(...codes);
    const error = await failureOf(lockList(list, lockContext(createMemoryRegistry()), resolve));
    expect(error.code).toBe(code);
  });

  it('leave a fault of Airlock’s own what it is', async () => {
    const fault = new TypeError('a fault');
    await expect(
      lockList(listOf(fileEntry()), lockContext(createMemoryRegistry()), () => Promise.reject(fault)),
    ).rejects.toBe(fault);
  });

  it('are told to whoever watches, item by item', async () => {
    const { list, resolve } = failing('HOST_UNKNOWN');
    const events: unknown[] = [];
    const job = quietContext({ report: (event) => void events.push(event) });
    await failureOf(lockList(list, lockContext(createMemoryRegistry(), { job }), resolve));
    expect(events).toContainEqual({ kind: 'stage', stage: 'resolve', totalItems: 2 });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'item', item: 'f0', state: 'failed' }));
    expect(events).toContainEqual({ kind: 'item', item: 'good', state: 'done' });
  });
});

describe('items that contradict each other', () => {
  const conflictOf = async (entries: readonly ListEntry[], answers: Parameters<typeof prepared>[0]) =>
    failureOf(lockList(listOf(...entries), lockContext(createMemoryRegistry()), prepared(answers)));

  it('are one reference with two digests', async () => {
    const made = createMemoryRegistry();
    const index = makeIndex([
      makeImage({ seed: 'app' }),
      makeImage({ seed: 'app', platform: { os: 'linux', architecture: 'arm64' } }),
    ]);
    made.repository(HOST, 'app').push(index, '1');
    const error = await failureOf(
      lockList(
        listOf(
          imageEntry({ ref: `${HOST}/app:1` }),
          imageEntry({ ref: `${HOST}/app:1`, platforms: ['linux/arm64'] }),
        ),
        lockContext(made),
        images,
      ),
    );
    expect(error.code).toBe('REFERENCE_CONFLICT');
    expect(error.message).toContain(`${HOST}/app:1 stands for two contents`);
    expect(error.message).toContain('in list.yaml:5:5');
    expect(error.message).toContain(index.root.digest);
  });

  it('are one path for two files', async () => {
    const error = await conflictOf([fileEntry({ as: 'a', path: 'one' }), fileEntry({ as: 'b' })], {
      a: found('file', 'tools/a', 'one'),
      b: found('file', 'tools/a', 'two'),
    });
    expect(error).toMatchObject({ code: 'REFERENCE_CONFLICT' });
    expect(error.message).toContain('The path tools/a stands for two contents');
  });

  it('are one chart name and version with other bytes, whether its version is spelled with + or _', async () => {
    const one = makeChart({ name: 'app', version: '1.2.3+b' });
    const classic = found('chart', 'helm.example.com/app:1.2.3+b', Buffer.from(one.bytes).toString('hex'));
    const other = found('chart', 'ghcr.io/org/app:1.2.3_b', 'other bytes');
    const entries = [chartEntry({ ref: 'one' }), chartEntry({ ref: 'other' })];
    const error = await conflictOf(entries, { one: classic, other });
    expect(error).toMatchObject({ code: 'REFERENCE_CONFLICT' });
    expect(error.message).toContain('The chart app 1.2.3_b stands for two contents');

    const same = found('chart', 'ghcr.io/org/app:1.2.3_b', Buffer.from(one.bytes).toString('hex'));
    const { lock } = await lockList(
      listOf(...entries),
      lockContext(createMemoryRegistry()),
      prepared({ one: classic, other: same }),
    );
    expect(lock.items).toHaveLength(2);
  });
});
