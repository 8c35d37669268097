// An image out of a real Podman, as far as a target: its service runs without containers, on a socket and a storage of its own.
import { spawn } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { resolveDaemonImage } from '../../electron/engine/content/archives/index.ts';
import { createFetchStore } from '../../electron/engine/content/fetch-store.ts';
import { quietContext } from '../../electron/engine/jobs/job-context.ts';
import { digestOf } from '../../electron/engine/oci/digester.ts';
import { describeWith } from '../support/describe-with.ts';
import { makeDockerSave, makeImage } from '../support/make-content.ts';
import type { MadeImage } from '../support/make-content.ts';
import { imageEntry } from '../support/make-entries.ts';
import { createMemoryWeb } from '../support/memory-web.ts';
import { pullContent } from '../support/plain-client.ts';
import { requireProgram, run, startDockerRegistry } from '../support/programs.ts';
import { runAirlock } from '../support/run-airlock.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Resolves when somebody accepts on the socket. */
async function listening(socket: string, ended: () => boolean): Promise<void> {
  for (;;) {
    const accepted = await new Promise<boolean>((resolve) => {
      const probe = connect(socket, () => {
        probe.end();
        resolve(true);
      });
      probe.on('error', () => resolve(false));
    });
    if (accepted) return;
    if (ended()) throw new Error('podman ended before it listened');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Podman with an image in a storage of its own, and its socket. */
async function startPodman(folder: string, image: MadeImage): Promise<string> {
  const podman = requireProgram('podman').path;
  await mkdir(join(folder, 'runtime'));
  const own = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  const addEnv = { XDG_RUNTIME_DIR: join(folder, 'runtime'), HOME: folder };
  const archive = join(folder, 'image.tar');
  await writeFile(archive, makeDockerSave([{ image, tags: ['localhost/plant/app:dev'] }]));
  expect(await run(podman, [...own, 'load', '-i', archive], { addEnv })).toMatchObject({ code: 0 });
  const socket = join(folder, 'podman.sock');
  const service = spawn(podman, [...own, 'system', 'service', '--time=0', `unix://${socket}`], {
    env: { ...process.env, ...addEnv },
    stdio: 'ignore',
  });
  onTestFinished(async () => {
    const closed = new Promise((resolve) => service.once('close', resolve));
    if (service.exitCode === null && service.kill('SIGKILL')) await closed;
  });
  await listening(socket, () => service.exitCode !== null);
  return socket;
}

describeWith('podman')('the service of podman', () => {
  it('gives an image whose layers lie in the store under the digests that its config names', async () => {
    const folder = await tempFolder();
    const image = makeImage({ seed: 'podman', compression: 'none', layerSize: 100_000 });
    const socket = await startPodman(folder, image);
    const store = createFetchStore(join(folder, 'store'));
    const context = {
      job: quietContext(),
      client: createMemoryWeb().client,
      store,
      lockBase: folder,
      noFetch: false,
      environment: { DOCKER_HOST: `unix://${socket}` },
    };
    const entry = { ...imageEntry(), from: 'daemon' as const };
    const [resolved] = await resolveDaemonImage({ ...entry, name: 'plant/app:dev' }, context);
    expect(resolved?.item).toMatchObject({ reference: 'docker.io/plant/app:dev', madeByAirlock: true });
    expect(resolved?.blobs).toEqual(
      image.layers.map(({ descriptor: { digest, size } }) => ({ digest, size })),
    );
    expect(resolved?.manifests.has(digestOf(image.config))).toBe(true);
    for (const { digest, size } of resolved?.blobs ?? []) expect(await store.has(digest)).toBe(size);
    expect(await readdir(store.folder)).toEqual(['blobs']);
    await expect(resolveDaemonImage({ ...entry, name: 'plant/none:1' }, context)).rejects.toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
    });
  });
});

describeWith('podman', 'docker-registry')('an image out of podman', () => {
  it('arrives at a target with the layers that its config names', async () => {
    const folder = await tempFolder();
    const image = makeImage({ seed: 'podman', compression: 'none', layerSize: 100_000 });
    const socket = await startPodman(folder, image);
    const target = await startDockerRegistry();
    onTestFinished(() => target.close());
    const environment = {
      AIRLOCK_HOME: join(folder, 'state'),
      HOME: folder,
      DOCKER_HOST: `unix://${socket}`,
    };
    const airlock = (...args: readonly string[]) => runAirlock(args, { environment });
    await writeFile(
      join(folder, 'list.yaml'),
      'apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: dev }\nimages:\n  - { daemon: plant/app:dev }\n',
    );
    await mkdir(join(folder, 'medium'));
    const packed = await airlock('pack', join(folder, 'list.yaml'), '-o', join(folder, 'medium'));
    expect(packed).toMatchObject({ code: 0 });
    const bundle = join(folder, 'medium', 'dev.airlock');
    expect(await airlock('verify', bundle, '--deep')).toMatchObject({ code: 0 });
    expect(await airlock('import', bundle, '--to', `${target.host}/team`)).toMatchObject({ code: 0 });
    const { blobs } = await pullContent(target.url, 'team/plant/app', 'dev');
    for (const { diffId } of image.layers) expect([...blobs.keys()]).toContain(diffId);
    expect([...blobs.keys()]).toContain(digestOf(image.config));
    expect(await readdir(join(folder, 'medium'))).toEqual(['dev.airlock']);
  });
});
