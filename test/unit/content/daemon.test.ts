import { mkdir, readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolveDaemonImage } from '../../../electron/engine/content/archives/index.ts';
import { createFetchStore } from '../../../electron/engine/content/fetch-store.ts';
import type { ResolveContext } from '../../../electron/engine/content/index.ts';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { hexOf } from '../../../shared/domain/digest.ts';
import { LockItem } from '../../../shared/format/lock.ts';
import { makeDockerSave, makeImage, makeIndex, makeOciArchive } from '../../support/make-content.ts';
import { imageEntry } from '../../support/make-entries.ts';
import { createMemoryWeb } from '../../support/memory-web.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const image = makeImage({ seed: 'daemon', compression: 'none', layerSize: 200_000 });

interface Answer {
  readonly status: number;
  readonly body: Uint8Array | string;
}

async function setUp() {
  const folder = await tempFolder();
  /** A daemon with these images, on a socket or a port of its own. */
  const listen = async (answers: Readonly<Record<string, Answer>>, socket?: string) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const { status, body } = answers[request.url ?? ''] ?? {
        status: 404,
        body: '{"message":"No such image"}',
      };
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) =>
      socket === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(socket, resolve),
    );
    onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
    return { asked, port: (server.address() as AddressInfo).port };
  };
  const store = createFetchStore(join(folder, 'store'));
  const resolve = async (
    name: string,
    environment: ResolveContext['environment'],
    platforms?: readonly string[],
  ) => {
    const { client } = createMemoryWeb();
    const context = { job: quietContext(), client, store, lockBase: folder, noFetch: false, environment };
    const entry = { ...imageEntry(), from: 'daemon' as const, name, platforms };
    const [resolved] = await resolveDaemonImage(entry, context);
    if (resolved === undefined) throw new Error('nothing was resolved');
    expect(LockItem.parse(resolved.item)).toEqual(resolved.item);
    return resolved;
  };
  return { folder, listen, store, resolve };
}

const saved = (tag: string): Answer => ({ status: 200, body: makeDockerSave([{ image, tags: [tag] }]) });

describe('an image out of a daemon', () => {
  it('leaves its layers in the store as they pass, and nothing else', async () => {
    const { folder, listen, store, resolve } = await setUp();
    const socket = join(folder, 'd.sock');
    const { asked } = await listen({ '/images/plant/app%3Adev/get': saved('plant/app:dev') }, socket);
    const { item, blobs, manifests } = await resolve('plant/app:dev', { DOCKER_HOST: `unix://${socket}` });
    expect(asked).toHaveLength(1);
    expect(item).toMatchObject({
      reference: 'docker.io/plant/app:dev',
      source: { type: 'daemon', name: 'plant/app:dev' },
      madeByAirlock: true,
    });
    expect(blobs).toEqual(image.layers.map(({ descriptor: { digest, size } }) => ({ digest, size })));
    expect(manifests.has(digestOf(image.config))).toBe(true);
    expect((await readdir(join(store.folder, 'blobs', 'sha256'))).toSorted()).toEqual(
      image.layers.map(({ descriptor }) => hexOf(descriptor.digest)).toSorted(),
    );
    expect(await readdir(store.folder)).toEqual(['blobs']);
  });

  it('is asked for over tcp too, with the tag latest where the list names none', async () => {
    const { listen, resolve } = await setUp();
    const { port } = await listen({ '/images/plant/app%3Alatest/get': saved('plant/app:latest') });
    const { item } = await resolve('plant/app', { DOCKER_HOST: `tcp://127.0.0.1:${port}` });
    expect(item.reference).toBe('docker.io/plant/app:latest');
  });

  it('is found at podman’s socket of the user, and named as the list names it', async () => {
    const { folder, listen, resolve } = await setUp();
    await mkdir(join(folder, 'podman'));
    await listen(
      { '/images/app%3Adev/get': saved('localhost/app:dev') },
      join(folder, 'podman', 'podman.sock'),
    );
    const { item } = await resolve('app:dev', { XDG_RUNTIME_DIR: folder });
    expect(item.reference).toBe('docker.io/library/app:dev');
  });

  it('by its id is named as its daemon names it', async () => {
    const { folder, listen, resolve } = await setUp();
    const socket = join(folder, 'd.sock');
    const nameless = { status: 200, body: makeDockerSave([{ image, tags: [] }]) };
    await listen(
      { '/images/0123456789ab/get': saved('plant/app:dev'), '/images/ba9876543210/get': nameless },
      socket,
    );
    const environment = { DOCKER_HOST: `unix://${socket}` };
    expect((await resolve('0123456789ab', environment)).item.reference).toBe('docker.io/plant/app:dev');
    await expect(resolve('ba9876543210', environment)).rejects.toMatchObject({ code: 'LIST_INVALID' });
  });

  it('keeps its digests where the daemon sends an OCI layout, as docker with containerd does', async () => {
    const { folder, listen, store, resolve } = await setUp();
    const socket = join(folder, 'd.sock');
    const arm = makeImage({
      seed: 'multi',
      platform: { os: 'linux', architecture: 'arm64' },
      layerSize: 100,
    });
    const index = makeIndex([makeImage({ seed: 'multi', layerSize: 100 }), arm]);
    const body = makeOciArchive([{ content: index, refName: '1', imageName: 'docker.io/library/multi:1' }]);
    await listen({ '/images/multi%3A1/get': { status: 200, body } }, socket);
    const environment = { DOCKER_HOST: `unix://${socket}` };
    const whole = await resolve('multi:1', environment);
    expect(whole.item).toMatchObject({ root: index.root });
    expect(whole.item.madeByAirlock).toBeUndefined();
    const one = await resolve('multi:1', environment, ['linux/arm64']);
    expect(one.item.root).toEqual(arm.root);
    // Small layers are held back in memory; they are stored because the image needs them.
    for (const { digest, size } of one.blobs) expect(await store.has(digest)).toBe(size);
  });

  it('that the daemon does not have is told so, whatever status it answers with', async () => {
    const { folder, listen, resolve } = await setUp();
    const socket = join(folder, 'd.sock');
    await listen(
      {
        '/images/old%3A1/get': { status: 500, body: '{"message":"reference does not exist"}' },
        '/images/broken%3A1/get': { status: 500, body: 'disk on fire' },
        '/images/cut%3A1/get': {
          status: 200,
          body: makeDockerSave([{ image, tags: ['cut:1'] }]).subarray(0, 5000),
        },
      },
      socket,
    );
    const environment = { DOCKER_HOST: `unix://${socket}` };
    for (const name of ['none:1', 'old:1'])
      await expect(resolve(name, environment)).rejects.toMatchObject({
        code: 'REFERENCE_NOT_FOUND',
        message: expect.stringMatching(/^list\.yaml:7:5: /) as string,
      });
    await expect(resolve('broken:1', environment)).rejects.toMatchObject({
      code: 'SERVER_FAULT',
      side: 'source',
    });
    await expect(resolve('cut:1', environment)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });
});

it('names the daemon that does not answer, and the way to one', async () => {
  const { folder, resolve } = await setUp();
  await expect(
    resolve('app:1', { DOCKER_HOST: `unix://${join(folder, 'none.sock')}` }),
  ).rejects.toMatchObject({
    code: 'DAEMON_UNREACHABLE',
    message: expect.stringContaining('none.sock (ENOENT)') as string,
  });
  await expect(resolve('app:1', { DOCKER_HOST: 'ssh://user@host' })).rejects.toMatchObject({
    code: 'DAEMON_UNREACHABLE',
    remedy: expect.stringContaining('docker save') as string,
  });
});
