// The pack desk against registries that fail: what is kept, what is tried again, what is never sealed.
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, quietContext } from '../../electron/engine/index.ts';
import type { JobContext, PackOutcome, PackRequest } from '../../electron/engine/index.ts';
import { DEFAULT_LIMITS, systemClock } from '../../electron/engine/index.ts';
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import { MEDIA } from '../../shared/domain/descriptor.ts';
import { hexOf } from '../../shared/domain/digest.ts';
import { digestOf } from '../../electron/engine/oci/digester.ts';
import { startRegistry } from '../support/built-in-registry.ts';
import type { BuiltInRegistry, Fault, SeenRequest } from '../support/built-in-registry.ts';
import {
  descriptorOf,
  makeChart,
  makeImage,
  makeIndex,
  makeLayer,
  makeReferrer,
  seededBytes,
} from '../support/make-content.ts';
import type { MadeImage, MadeLayer } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';

let folder: string;
let registry: BuiltInRegistry;
let faults: (request: SeenRequest) => Fault | undefined;
const at = (...parts: readonly string[]) => join(folder, ...parts);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-pack-'));
  faults = () => undefined;
  registry = await startRegistry({ faults: (request) => faults(request) });
  await mkdir(at('medium'));
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

/** Waits are told and not waited for. */
const hasty = { ...systemClock, sleep: () => Promise.resolve() };

function pack(request: Partial<PackRequest>, context: Partial<JobContext> = {}): Promise<PackOutcome> {
  const engine = createEngine({
    environment: { HOME: folder },
    stateFolder: at('state'),
    version: '0.1.0',
    hosts: {},
  });
  return engine.pack(
    {
      source: at('list.yaml'),
      output: at('medium'),
      pin: false,
      releaseStore: false,
      sealIncomplete: false,
      ...request,
    },
    quietContext({ clock: hasty, ...context }),
  );
}

async function lock(request: { readonly noFetch?: boolean } = {}): Promise<string> {
  const engine = createEngine({
    environment: { HOME: folder },
    stateFolder: at('state'),
    version: '0.1.0',
    hosts: {},
  });
  const outcome = await engine.lock(
    { list: at('list.yaml'), out: undefined, noFetch: request.noFetch === true },
    quietContext({ clock: hasty }),
  );
  return outcome.path;
}

async function writeList(body: string, name = 'test'): Promise<void> {
  await writeFile(
    at('list.yaml'),
    `apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: ${name} }\n${body}`,
  );
}

/** Two images on a base, one of them an index with a referrer, as a list. */
async function pushTwo(): Promise<{ readonly base: MadeImage; readonly one: MadeImage }> {
  const layers = [makeLayer({ seed: 'base', size: 200_000 })];
  const one = makeImage({ seed: 'one', base: layers, layerSize: 50_000 });
  const base = makeImage({ seed: 'two', base: layers });
  const index = makeIndex([
    base,
    makeImage({ seed: 'two', platform: { os: 'linux', architecture: 'arm64' } }),
  ]);
  const sbom = makeReferrer(index.root, { artifactType: 'application/spdx+json', text: '{}' });
  await pushContent(registry.url, 'app/one', one, '1');
  await pushContent(registry.url, 'app/two', index, '2');
  await pushContent(registry.url, 'app/two', sbom, undefined);
  await writeList(`images:\n  - ${registry.host}/app/one:1\n  - ${registry.host}/app/two:2\n`);
  return { base, one };
}

const blobGets = () =>
  registry.requests
    .filter(({ method, url }) => method === 'GET' && url.includes('/blobs/'))
    .map(({ url }) => url);
const outcomes = ({ receipt }: PackOutcome) =>
  Object.fromEntries(
    receipt.items.map(({ item, outcome }) => [item.slice(item.lastIndexOf('/') + 1), outcome]),
  );
const isBlobOf = (url: string, digest: string) => url.endsWith(`/blobs/${digest}`);

describe('an item that fails', () => {
  it('stops no other, is named with its side, and nothing is sealed', async () => {
    const { one } = await pushTwo();
    const path = await lock();
    const [, , own] = one.layers;
    faults = ({ url }) =>
      isBlobOf(url, own?.descriptor.digest ?? '') ? { kind: 'answer', status: 403, body: '{}' } : undefined;
    const outcome = await pack({ source: path });
    expect(outcomes(outcome)).toEqual({ 'one:1': 'failed', 'two:2': 'carried' });
    expect(outcome).toMatchObject({
      sealed: 'no',
      bundle: undefined,
      receipt: { outcome: 'partial', exit: 1 },
    });
    expect(outcome.receipt.items[0]?.error).toMatchObject({ side: 'source' });
    expect(await readdir(at('medium'))).toEqual(['test.airlock.work']);
  });

  it('is fetched by the next run, and of the rest nothing again: nested indexes and referrers too', async () => {
    const { one } = await pushTwo();
    const path = await lock();
    const [, , own] = one.layers;
    const digest = own?.descriptor.digest ?? '';
    faults = ({ url }) => (isBlobOf(url, digest) ? { kind: 'answer', status: 404 } : undefined);
    await pack({ source: path });
    faults = () => undefined;
    const before = blobGets().length;
    const again = await pack({ source: path });
    expect(again).toMatchObject({ sealed: 'now', receipt: { exit: 0 } });
    expect(blobGets().slice(before)).toEqual([`/v2/app/one/blobs/${digest}`]);
    expect(outcomes(again)).toEqual({ 'one:1': 'carried', 'two:2': 'present' });
    expect(await readdir(at('medium'))).toEqual(['test.airlock']);
  });

  it('leaves indexes in indexes, their referrers and empty layers to go on with (P6)', async () => {
    const nothing = Buffer.alloc(0);
    const empty: MadeLayer = {
      bytes: nothing,
      descriptor: descriptorOf(MEDIA.ociLayer, nothing),
      diffId: digestOf(nothing),
    };
    const deep = makeImage({ seed: 'deep', layers: [empty, makeLayer({ seed: 'deep' })] });
    const inner = makeIndex([deep]);
    const outer = makeIndex([{ ...deep, ...inner }, makeImage({ seed: 'beside' })]);
    const sbom = makeReferrer(deep.root, { artifactType: 'application/spdx+json', text: 'of a grandchild' });
    await pushContent(registry.url, 'app/deep', outer, '1');
    await pushContent(registry.url, 'app/deep', sbom, undefined);
    await writeList(`images:\n  - ${registry.host}/app/deep:1\n`);
    const path = await lock();
    const missing = [digestOf(nothing), digestOf('of a grandchild')];
    faults = ({ method, url }) =>
      method === 'GET' && missing.some((digest) => isBlobOf(url, digest))
        ? { kind: 'answer', status: 404 }
        : undefined;
    expect(await pack({ source: path })).toMatchObject({ sealed: 'no', receipt: { exit: 2 } });
    faults = () => undefined;
    const before = blobGets().length;
    expect(await pack({ source: path })).toMatchObject({ sealed: 'now', receipt: { exit: 0 } });
    expect(
      blobGets()
        .slice(before)
        .every((url) => missing.some((digest) => isBlobOf(url, digest))),
    ).toBe(true);
    const held = await readdir(at('medium', 'test.airlock', 'blobs', 'sha256'));
    for (const digest of [...outer.blobs.keys(), ...sbom.blobs.keys()]) expect(held).toContain(hexOf(digest));
  });

  it('is the same for files and charts as for images', async () => {
    const chart = makeChart({ name: 'app', version: '1.0.0' });
    await writeFile(at(chart.fileName), chart.bytes);
    await writeFile(at('a.bin'), 'a');
    await writeFile(at('b.bin'), 'b');
    await writeList(`charts:\n  - path: ./${chart.fileName}\nfiles:\n  - path: ./a.bin\n  - path: ./b.bin\n`);
    const path = await lock();
    await rm(at('a.bin'));
    await rm(at(chart.fileName));
    const outcome = await pack({ source: path });
    expect(outcomes(outcome)).toEqual({ 'app:1.0.0': 'failed', 'a.bin': 'failed', 'b.bin': 'carried' });
    expect(outcome.receipt.items.map(({ error }) => error?.code)).toEqual([
      'FILE_NOT_FOUND',
      'FILE_NOT_FOUND',
      undefined,
    ]);
  });

  it('where all fail alike, the exit code is theirs', async () => {
    await pushTwo();
    const path = await lock();
    faults = () => ({ kind: 'answer', status: 403, body: '{"errors":[{"code":"DENIED"}]}' });
    expect((await pack({ source: path })).receipt).toMatchObject({ outcome: 'failed', exit: 3 });
  });

  it('seals what there is where that was asked for, says so, and ends with 1', async () => {
    const { one } = await pushTwo();
    const path = await lock();
    const digest = one.layers[2]?.descriptor.digest ?? '';
    faults = ({ url }) => (isBlobOf(url, digest) ? { kind: 'answer', status: 404 } : undefined);
    const outcome = await pack({ source: path, sealIncomplete: true });
    expect(outcome).toMatchObject({ sealed: 'now', receipt: { exit: 1 } });
    expect(outcome.bundle?.warnings.join()).toContain('incomplete');
    const again = await pack({ source: path });
    expect(again).toMatchObject({ sealed: 'already', receipt: { exit: 1, outcome: 'partial' } });
    await expect(
      pack({ source: path, output: at('medium', 'x.airlock.tar'), sealIncomplete: true }),
    ).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('bytes that are not what was locked', () => {
  it('are fetched again, and never kept', async () => {
    const { one } = await pushTwo();
    const digest = one.layers[0]?.descriptor.digest ?? '';
    faults = ({ method, url, before }) =>
      method === 'GET' && isBlobOf(url, digest) && before === 0 ? { kind: 'flip', atByte: 1000 } : undefined;
    const outcome = await pack({});
    expect(outcome).toMatchObject({ sealed: 'now', receipt: { exit: 0 } });
    expect(blobGets().filter((url) => isBlobOf(url, digest))).toHaveLength(2);
  });

  it('from a source that sends them each time: exit 5, nothing sealed', async () => {
    const { one } = await pushTwo();
    const digest = one.layers[2]?.descriptor.digest ?? '';
    faults = ({ url }) => (isBlobOf(url, digest) ? { kind: 'flip', atByte: 100 } : undefined);
    const outcome = await pack({});
    expect(outcome).toMatchObject({ sealed: 'no', receipt: { exit: 5 } });
    expect(outcome.receipt.items[0]?.error?.code).toBe('DIGEST_MISMATCH');
  });

  it('in a local file that changed since: both digests are shown', async () => {
    await writeFile(at('a.bin'), 'as it was locked');
    await writeList('files:\n  - path: ./a.bin\n');
    const path = await lock();
    await writeFile(at('a.bin'), 'as it is today!!');
    const { receipt } = await pack({ source: path });
    expect(receipt.exit).toBe(5);
    const message = receipt.items[0]?.error?.message ?? '';
    expect(message).toContain(digestOf('as it was locked'));
    expect(message).toContain(digestOf('as it is today!!'));
  });

  it('in a local file that grew since: it is named, and not read on', async () => {
    await writeFile(at('a.log'), 'short');
    await writeList('files:\n  - path: ./a.log\n');
    const path = await lock();
    await writeFile(at('a.log'), 'short and then some');
    const { receipt } = await pack({ source: path });
    expect(receipt.items[0]?.error).toMatchObject({ code: 'SOURCE_CHANGED' });
  });
});

describe('a list that is packed at once', () => {
  it('goes on with what it stood for, though its tag has moved since', async () => {
    const { one } = await pushTwo();
    const digest = one.layers[2]?.descriptor.digest ?? '';
    faults = ({ url }) => (isBlobOf(url, digest) ? { kind: 'answer', status: 404 } : undefined);
    await pack({});
    faults = () => undefined;
    await pushContent(registry.url, 'app/two', makeImage({ seed: 'moved' }), '2');
    const manifestsBefore = registry.requests.filter(({ url }) => url.includes('/manifests/')).length;
    const outcome = await pack({});
    expect(outcome).toMatchObject({ sealed: 'now', receipt: { exit: 0 } });
    expect(outcome.receipt.notes.join()).toContain('went on with');
    expect(registry.requests.filter(({ url }) => url.includes('/manifests/'))).toHaveLength(manifestsBefore);
    expect(await readdir(at('medium'))).toEqual(['test.airlock']);
  });

  it('refuses to go on with the work of another list', async () => {
    const { one } = await pushTwo();
    const digest = one.layers[2]?.descriptor.digest ?? '';
    faults = ({ url }) => (isBlobOf(url, digest) ? { kind: 'answer', status: 404 } : undefined);
    await pack({});
    await writeList(`images:\n  - ${registry.host}/app/two:2\n`);
    await expect(pack({})).rejects.toMatchObject({ code: 'PLACE_TAKEN' });
  });

  it('refuses a sealed bundle of another lock, and leaves it as it is', async () => {
    await pushTwo();
    await pack({});
    const sums = await readFile(at('medium', 'test.airlock', 'SHA256SUMS'), 'utf8');
    await writeList(`images:\n  - ${registry.host}/app/two:2\n`);
    await expect(pack({})).rejects.toMatchObject({ code: 'PLACE_TAKEN' });
    expect(await readFile(at('medium', 'test.airlock', 'SHA256SUMS'), 'utf8')).toBe(sums);
    expect(await readdir(at('medium'))).toEqual(['test.airlock']);
  });

  it('moves what it downloaded to learn its digest into the bundle, and keeps no copy', async () => {
    const bytes = seededBytes('download', 300_000);
    const server = createServer((_request, response) => response.end(bytes));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tool.bin`;
    try {
      let requests = 0;
      server.on('request', () => (requests += 1));
      await writeList(`files:\n  - url: ${url}\n`);
      for (const place of ['a.airlock', 'b.airlock.tar']) {
        requests = 0;
        expect(await pack({ output: at('medium', place) })).toMatchObject({ sealed: 'now' });
        expect(requests).toBe(1);
      }
      expect(await readdir(at('medium'))).toEqual(['a.airlock', 'b.airlock.tar', 'b.airlock.tar.sha256']);
      const blob = at('medium', 'a.airlock', 'blobs', 'sha256', hexOf(digestOf(bytes)));
      expect((await readFile(blob)).equals(bytes)).toBe(true);
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });

  it('refuses to seal beside what it stood for before, when its tag has moved since', async () => {
    await pushTwo();
    await pack({});
    await pushContent(registry.url, 'app/two', makeImage({ seed: 'moved' }), '2');
    await expect(pack({})).rejects.toMatchObject({ code: 'PLACE_TAKEN' });
    expect(await readdir(at('medium'))).toEqual(['test.airlock']);
  });

  it('that names nothing is refused, and leaves nothing', async () => {
    await writeList('images: []\n');
    await expect(pack({})).rejects.toMatchObject({ code: 'NOTHING_SELECTED' });
    expect(await readdir(at('medium'))).toEqual([]);
  });
});

describe('a lock', () => {
  it('keeps its store until it is told to let go', async () => {
    const server = createServer((_request, response) => response.end('once'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tool.bin`;
    await writeList(`files:\n  - url: ${url}\n`);
    const path = await lock();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    // The web server is gone; the store has what it sent.
    expect(await pack({ source: path })).toMatchObject({ sealed: 'now' });
    expect(await readdir(`${path}.store`)).toContain('blobs');
    expect(
      await pack({ source: path, output: at('medium', 'again.airlock'), releaseStore: true }),
    ).toMatchObject({
      sealed: 'now',
    });
    await expect(stat(`${path}.store`)).rejects.toThrow('ENOENT');
  });

  it('with files that have no digest is packed with --pin alone, which makes a new lock', async () => {
    let body = 'first';
    let downloads = 0;
    const server = createServer((request, response) => {
      if (request.method === 'GET') downloads += 1;
      response.setHeader('etag', `"${body}"`).setHeader('content-length', body.length);
      response.end(request.method === 'HEAD' ? undefined : body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tool.bin`;
    try {
      await writeList(`files:\n  - url: ${url}\n`);
      const path = await lock({ noFetch: true });
      expect(downloads).toBe(0);
      await expect(pack({ source: path })).rejects.toMatchObject({ code: 'LOCK_UNPINNED' });
      expect(await readdir(at('medium'))).toEqual([]);
      expect(await pack({ source: path, pin: true })).toMatchObject({ sealed: 'now', receipt: { exit: 0 } });
      expect(downloads).toBe(1);
      expect(await pack({ source: path, pin: true })).toMatchObject({ sealed: 'already' });
      expect(downloads).toBe(1);
      expect(await pack({ source: at('test.pinned.lock.json') })).toMatchObject({ sealed: 'already' });

      body = 'other';
      await rm(at('test.pinned.lock.json'));
      await expect(pack({ source: path, pin: true })).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });

  it('stores a blob once, whatever items have it: layers of images and a file of the same bytes', async () => {
    const { one } = await pushTwo();
    const layer = one.layers[0];
    await writeFile(at('layer.bin'), layer?.bytes ?? '');
    const list = await readFile(at('list.yaml'), 'utf8');
    await writeFile(at('list.yaml'), `${list}files:\n  - path: ./layer.bin\n`);
    const outcome = await pack({});
    const fetched = blobGets();
    expect(new Set(fetched).size).toBe(fetched.length);
    expect(fetched.filter((url) => isBlobOf(url, layer?.descriptor.digest ?? '')).length).toBeLessThanOrEqual(
      1,
    );
    const blobs = await readdir(at('medium', 'test.airlock', 'blobs', 'sha256'));
    const sums = await readFile(at('medium', 'test.airlock', 'SHA256SUMS'), 'utf8');
    expect(sums.split('\n').filter((line) => line.includes('blobs/'))).toHaveLength(blobs.length);
    expect(outcome.receipt.items.map(({ outcome: each }) => each)).toEqual(['carried', 'carried', 'carried']);
  });

  it('gives the same bytes whatever the concurrency', async () => {
    await pushTwo();
    const path = await lock();
    const prints = new Set<string>();
    for (const blobs of [1, 2, 16]) {
      const place = at('medium', `${blobs}.airlock`);
      await pack({ source: path, output: place }, { limits: { ...DEFAULT_LIMITS, blobs } });
      prints.add(await readFile(join(place, 'SHA256SUMS'), 'utf8'));
    }
    expect(prints.size).toBe(1);
  });
});

describe('cancelled', () => {
  it('says which items were not come to, and the next run goes on', async () => {
    await pushTwo();
    const path = await lock();
    const cancel = new AbortController();
    const outcome = await pack(
      { source: path },
      {
        signal: cancel.signal,
        limits: { ...DEFAULT_LIMITS, blobs: 1 },
        report: (event) => {
          if (event.kind === 'bytes' && event.bytes > 10_000)
            cancel.abort(new AirlockError('CANCELLED', 'Enough.'));
        },
      },
    );
    expect(outcome).toMatchObject({ sealed: 'no', receipt: { outcome: 'cancelled', exit: 130 } });
    expect(Object.values(outcomes(outcome))).toContain('cancelled');
    expect(await pack({ source: path })).toMatchObject({ sealed: 'now', receipt: { exit: 0 } });
  });

  it('a copy of the work folder of a killed run goes on too: nothing depends on the process', async () => {
    const { one } = await pushTwo();
    const path = await lock();
    const digest = one.layers[2]?.descriptor.digest ?? '';
    faults = ({ url }) => (isBlobOf(url, digest) ? { kind: 'answer', status: 404 } : undefined);
    await pack({ source: path });
    const work = at('medium', 'test.airlock.work');
    await mkdir(at('other', 'test.airlock.work'), { recursive: true });
    for (const name of await readdir(work, { recursive: true, withFileTypes: true })) {
      const from = join(name.parentPath, name.name);
      const to = from.replace(work, at('other', 'test.airlock.work'));
      if (name.isDirectory()) await mkdir(to, { recursive: true });
      else await copyFile(from, to);
    }
    faults = () => undefined;
    const before = blobGets().length;
    expect(await pack({ source: path, output: at('other') })).toMatchObject({ sealed: 'now' });
    expect(blobGets().length - before).toBe(1);
  });
});
