// Airlock's client against registries of other makers: what it writes, they and it read back.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createRegistryClient } from '../../../electron/engine/registry/index.ts';
import type {
  RegistryClient,
  RegistryClientOptions,
  Repository,
} from '../../../electron/engine/registry/index.ts';
import { DEFAULT_LIMITS, systemClock } from '../../../electron/engine/jobs/job-context.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { describeWith } from '../../support/describe-with.ts';
import { seededBytes } from '../../support/make-content.ts';
import {
  requireProgram,
  run,
  startCraneRegistry,
  startDistribution,
  startDockerRegistry,
} from '../../support/programs.ts';
import type { RunningRegistry } from '../../support/programs.ts';

const MiB = 1024 * 1024;

function clientOf(options: Partial<RegistryClientOptions> = {}): RegistryClient {
  const client = createRegistryClient({
    limits: DEFAULT_LIMITS,
    clock: systemClock,
    environment: {},
    authFile: '/nonexistent/auth.json',
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

interface Content {
  readonly bytes: Buffer;
  readonly descriptor: Descriptor;
}

function blob(seed: string, size: number, mediaType: string = MEDIA.ociLayerGzip): Content {
  const bytes = seededBytes(seed, size);
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size } };
}

function json(mediaType: string, value: object): Content {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...value }));
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.byteLength } };
}

async function bring(repository: Repository, { bytes, descriptor }: Content): Promise<boolean> {
  for (let attempt = 0; ; attempt += 1) {
    const writer = await repository.ingest(descriptor);
    if (writer === null) return false;
    try {
      for (let at = 0; at < bytes.byteLength; at += MiB) await writer.write(bytes.subarray(at, at + MiB));
      await writer.commit();
      return true;
    } catch (error) {
      await writer.abort();
      if (attempt === 4 || !(error instanceof AirlockError) || error.code !== 'UPLOAD_LOST') throw error;
    }
  }
}

async function read(repository: Repository, descriptor: Descriptor): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of repository.open(descriptor)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

/** An image, and an index over it with the media types of one maker. */
function makeImage(docker: boolean) {
  const config = blob('config', 700, docker ? MEDIA.dockerConfig : MEDIA.ociConfig);
  const layers = [blob('shared', 70_000), blob('big', 9 * MiB + 13), blob('tiny', 1)].map((layer) => ({
    ...layer,
    descriptor: { ...layer.descriptor, mediaType: docker ? MEDIA.dockerLayerGzip : MEDIA.ociLayerGzip },
  }));
  const manifest = json(docker ? MEDIA.dockerManifest : MEDIA.ociManifest, {
    config: config.descriptor,
    // The same layer may stand twice in one image.
    layers: [...layers, ...layers.slice(0, 1)].map((layer) => layer.descriptor),
  });
  const index = json(docker ? MEDIA.dockerList : MEDIA.ociIndex, {
    manifests: [{ ...manifest.descriptor, platform: { architecture: 'amd64', os: 'linux' } }],
  });
  return { config, layers, manifest, index };
}

const REGISTRIES = [
  { maker: 'docker-registry 2.8', program: 'docker-registry', start: () => startDockerRegistry() },
  {
    maker: 'docker-registry 2.8 with TLS',
    program: 'docker-registry',
    start: () => startDockerRegistry({ tls: true }),
  },
  { maker: 'distribution 3', program: 'registry', start: () => startDistribution() },
  { maker: 'crane registry', program: 'crane', start: () => startCraneRegistry() },
] as const;

for (const { maker, program, start } of REGISTRIES) {
  describeWith(program, 'crane')(maker, () => {
    let registry: RunningRegistry;
    beforeAll(async () => {
      registry = await start();
    });
    afterAll(() => registry.close());
    const connect = () =>
      clientOf(registry.ca === undefined ? {} : { hosts: { [registry.host]: { ca: registry.ca } } });

    it.each(['OCI', 'Docker'])('takes an image with %s types and gives every byte back', async (types) => {
      const { config, layers, manifest, index } = makeImage(types === 'Docker');
      const name = `round/${types.toLowerCase()}`;
      const source = connect().repository(registry.host, name);
      await Promise.all([config, ...layers].map((content) => bring(source, content)));
      await source.pushManifest(manifest.descriptor.digest, manifest);
      await source.pushManifest('1.0', index);

      const fresh = connect().repository(registry.host, name);
      expect(await fresh.tags()).toEqual(['1.0']);
      expect(await fresh.resolve('1.0')).toEqual(index.descriptor);
      expect((await fresh.fetchManifest('1.0'))?.bytes).toEqual(index.bytes);
      for (const content of [config, ...layers, manifest, index]) {
        expect(await fresh.stat(content.descriptor)).toEqual({
          state: 'held',
          size: content.descriptor.size,
        });
        expect((await read(fresh, content.descriptor)).equals(content.bytes)).toBe(true);
      }
      expect(await bring(fresh, layers[1] ?? config)).toBe(false);

      const crane = requireProgram('crane').path;
      const seen = await run(crane, ['digest', `${registry.host}/${name}:1.0`], {
        addEnv: registry.caFile === undefined ? {} : { SSL_CERT_FILE: registry.caFile },
      });
      expect(seen.stdout.trim()).toBe(index.descriptor.digest);
    });

    it('mounts what another of its repositories has', async () => {
      const client = connect();
      const layer = blob('mounted', 3 * MiB);
      await bring(client.repository(registry.host, 'mount/from'), layer);
      const target = client.repository(registry.host, 'mount/to');
      target.offerMount(layer.descriptor.digest, 'mount/from');
      await bring(target, layer);
      expect((await read(target, layer.descriptor)).equals(layer.bytes)).toBe(true);
    });

    it('lists referrers, by its API or by the fallback tag that is kept for it', async () => {
      const repository = connect().repository(registry.host, 'with/referrers');
      const { config, layers, manifest } = makeImage(false);
      await Promise.all([config, ...layers].map((content) => bring(repository, content)));
      await repository.pushManifest('1.0', manifest);
      expect(await repository.referrers(manifest.descriptor.digest)).toEqual([]);
      const sboms = ['a', 'b'].map((seed) =>
        json(MEDIA.ociManifest, {
          artifactType: 'application/vnd.example.sbom',
          config: config.descriptor,
          layers: [],
          subject: manifest.descriptor,
          annotations: { seed },
        }),
      );
      for (const sbom of sboms) {
        const { subjectAccepted } = await repository.pushManifest(sbom.descriptor.digest, sbom);
        const entry = { ...sbom.descriptor, artifactType: 'application/vnd.example.sbom' };
        if (!subjectAccepted) await repository.addToReferrersTag(manifest.descriptor.digest, [entry]);
      }
      const listed = await connect()
        .repository(registry.host, 'with/referrers')
        .referrers(manifest.descriptor.digest);
      expect(listed.map((entry) => entry.digest).toSorted()).toEqual(
        sboms.map((sbom) => sbom.descriptor.digest).toSorted(),
      );
      expect(listed.every((entry) => entry.artifactType === 'application/vnd.example.sbom')).toBe(true);
    });

    it('says that a repository, tag or blob is not there', async () => {
      const repository = connect().repository(registry.host, 'not/there');
      expect(await repository.resolve('1.0')).toBeUndefined();
      expect(await repository.fetchManifest('1.0')).toBeUndefined();
      expect(await repository.tags()).toEqual([]);
      const { descriptor } = blob('missing', 100);
      expect(await repository.stat(descriptor)).toMatchObject({ state: 'absent' });
      await expect(read(repository, descriptor)).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
    });
  });
}

describeWith('docker-registry')('a proxy with a small body limit before docker-registry', () => {
  it('is passed in chunks, and every byte arrives', async () => {
    const registry = await startDockerRegistry();
    onTestFinished(() => registry.close());
    // nginx as it is installed: client_max_body_size 1m, an HTML page, and no word about the limit.
    const proxy = http.createServer((request, response) => {
      if (Number(request.headers['content-length'] ?? 0) > MiB) {
        response.writeHead(413, { 'content-type': 'text/html', connection: 'close' });
        response.end('<html><head><title>413 Request Entity Too Large</title></head></html>');
        return;
      }
      const onward = http.request(
        `${registry.url}${request.url}`,
        { method: request.method ?? 'GET', headers: request.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      request.pipe(onward);
    });
    await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    const host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const repository = clientOf().repository(host, 'team/app');
    for (const content of [blob('a', 5 * MiB + 1), blob('b', 20 * MiB), blob('c', 1000)]) {
      await bring(repository, content);
      expect((await read(repository, content.descriptor)).equals(content.bytes)).toBe(true);
    }
  });
});

describeWith('docker-registry')('docker-registry with accounts', () => {
  let registry: RunningRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry({ htpasswd: { alice: 'correct horse' } });
  });
  afterAll(() => registry.close());

  const login = (password: string): Partial<RegistryClientOptions> => ({
    credentials: {
      forRegistry: () => Promise.resolve({ username: 'alice', password, origin: 'test' }),
      webCredentials: () => Promise.resolve(undefined),
    },
  });

  it('takes the right password and names the wrong one', async () => {
    const client = clientOf(login('correct horse'));
    await client.ping(registry.host);
    const content = blob('a', 2 * MiB);
    await bring(client.repository(registry.host, 'team/app'), content);
    expect(
      (await read(client.repository(registry.host, 'team/app'), content.descriptor)).equals(content.bytes),
    ).toBe(true);
    await expect(clientOf(login('wrong')).ping(registry.host)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    await expect(clientOf().ping(registry.host)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      remedy: expect.stringContaining(`airlock login ${registry.host}`) as string,
    });
  });
});

describeWith('docker-registry')('docker-registry under maintenance', () => {
  it('refuses writes once, with a word on what to do', async () => {
    const registry = await startDockerRegistry({ readonly: true });
    onTestFinished(() => registry.close());
    const bringing = bring(clientOf().repository(registry.host, 'team/app'), blob('a', MiB));
    await expect(bringing).rejects.toMatchObject({ code: 'DENIED' });
  });
});

describeWith('docker-registry')('a download of 512 MiB', () => {
  it('holds the same few buffers from the first byte to the last', async () => {
    const registry = await startDockerRegistry();
    onTestFinished(() => registry.close());
    const repository = clientOf().repository(registry.host, 'team/app');
    const content = blob('a', 64 * MiB);
    await bring(repository, content);
    const buffers = new Set<ArrayBufferLike>();
    for (let round = 0; round < 8; round += 1)
      for await (const chunk of repository.open(content.descriptor)) buffers.add(chunk.buffer);
    expect(buffers.size).toBeLessThan(10);
  });
});
