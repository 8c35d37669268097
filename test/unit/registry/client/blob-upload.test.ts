import { describe, expect, it } from 'vitest';
import { errorBody } from '../../../support/fault-registry.ts';
import type { FaultRegistry } from '../../../support/fault-registry.ts';
import { blobOf, errorOf, faultRegistry, manifestOf, testClient, writeAll } from './harness.ts';
import type { Blob } from './harness.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

function stored(registry: FaultRegistry, repository: string, { descriptor, bytes }: Blob): boolean {
  return registry.blobs.get(`${repository}@${descriptor.digest}`)?.equals(bytes) === true;
}

const sent = (registry: FaultRegistry, method: string) =>
  registry.requests.filter((request) => request.method === method);

describe('writing a blob', () => {
  it('takes HEAD, POST and one PUT with its length, whatever its size', async () => {
    for (const size of [0, 1, 64 * KiB, 64 * KiB + 1, 3 * MiB]) {
      const registry = await faultRegistry();
      const blob = blobOf('a', size);
      const repository = testClient().repository(registry.host, 'team/app');
      await writeAll(await repository.ingest(blob.descriptor), blob.bytes);
      expect(stored(registry, 'team/app', blob)).toBe(true);
      expect(registry.requests.map((request) => request.method)).toEqual(['HEAD', 'POST', 'PUT']);
      expect(registry.requests[1]?.headers['content-length']).toBe('0');
      expect(registry.requests[2]?.headers['content-length']).toBe(String(size));
      expect(registry.requests[2]?.headers['content-type']).toBe('application/octet-stream');
      expect(registry.requests[2]?.headers.expect).toBeUndefined();
    }
  });

  it('sends nothing where the registry has the blob', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 1000);
    registry.putBlob('team/app', bytes);
    expect(await testClient().repository(registry.host, 'team/app').ingest(descriptor)).toBeNull();
    expect(registry.requests.map((request) => request.method)).toEqual(['HEAD']);
  });

  it('does not ask again for a blob whose absence the caller has just found out', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 1000);
    const repository = testClient().repository(registry.host, 'team/app');
    expect(await repository.stat(descriptor)).toMatchObject({ state: 'absent' });
    await writeAll(await repository.ingest(descriptor), bytes);
    expect(await repository.stat(descriptor)).toMatchObject({ state: 'held' });
    expect(registry.requests.map((request) => request.method)).toEqual(['HEAD', 'POST', 'PUT']);
  });

  it('keeps what is in one repository apart from another (hauler: "exists", but not in this repository)', async () => {
    const registry = await faultRegistry();
    const blob = blobOf('a', 1000);
    const client = testClient();
    await writeAll(await client.repository(registry.host, 'one').ingest(blob.descriptor), blob.bytes);
    await writeAll(await client.repository(registry.host, 'two').ingest(blob.descriptor), blob.bytes);
    expect(stored(registry, 'two', blob)).toBe(true);
  });

  it('gives back what the registry put into an absolute Location unchanged, and appends the digest', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 1000);
    const state = '_state=a%2Fb%2Bc%3D%3D&x=+y==';
    registry.order({
      method: 'POST',
      path: /uploads/,
      respond: ({ answer }) => answer(202, { location: `${registry.url}/up/load?${state}` }),
    });
    registry.order({ method: 'PUT', path: /up\/load/, respond: ({ answer }) => answer(204) });
    await writeAll(await testClient().repository(registry.host, 'team/app').ingest(descriptor), bytes);
    expect(registry.requests.at(-1)?.path).toBe(
      `/up/load?${state}&digest=${encodeURIComponent(descriptor.digest)}`,
    );
  });

  it('leaves the login out where Location is at another host', async () => {
    const registry = await faultRegistry();
    const storage = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', MiB);
    registry.order({
      path: /./,
      respond: ({ request, answer }) => {
        if (request.headers.authorization === undefined)
          return answer(401, { 'www-authenticate': 'Basic realm="r"' });
        if (request.method === 'HEAD') return answer(404);
        return answer(202, { location: `${storage.url}/bucket?signature=s` });
      },
    });
    storage.order({
      path: /bucket/,
      respond: async ({ body, answer }) => answer((await body()).equals(bytes) ? 201 : 400),
    });
    const client = testClient({ logins: { [registry.host]: { username: 'u', password: 'p' } } });
    await writeAll(await client.repository(registry.host, 'team/app').ingest(descriptor), bytes);
    expect(storage.requests).toHaveLength(1);
    expect(storage.requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each([200, 201, 202, 204])('takes %i as the end of an upload', async (status) => {
    const registry = await faultRegistry();
    registry.order({
      method: 'PUT',
      path: /uploads/,
      respond: async ({ body, answer }) => {
        await body();
        answer(status);
      },
    });
    const repository = testClient().repository(registry.host, 'team/app');
    for (const blob of [blobOf('a', 10), blobOf('b', 100_000)])
      await writeAll(await repository.ingest(blob.descriptor), blob.bytes);
    expect(sent(registry, 'PUT')).toHaveLength(2);
  });

  it('holds the last 64 KiB back and breaks off where the hash does not agree', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', MiB);
    let received = 0;
    const brokenOff = Promise.withResolvers<undefined>();
    registry.order({
      method: 'PUT',
      path: /uploads/,
      respond: ({ request }) => {
        request.on('data', (chunk: Buffer) => (received += chunk.byteLength));
        request.on('error', () => brokenOff.resolve(undefined));
      },
    });
    const damaged = Buffer.from(bytes);
    damaged[5] = (damaged[5] ?? 0) ^ 1;
    const writer = await testClient().repository(registry.host, 'team/app').ingest(descriptor);
    expect((await errorOf(writeAll(writer, damaged))).code).toBe('DIGEST_MISMATCH');
    await brokenOff.promise;
    expect(received).toBeLessThanOrEqual(MiB - 64 * KiB);
  });

  it('sends a damaged small blob not at all', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 1000);
    const writer = await testClient().repository(registry.host, 'team/app').ingest(descriptor);
    expect((await errorOf(writeAll(writer, Buffer.alloc(bytes.byteLength)))).code).toBe('DIGEST_MISMATCH');
    expect(sent(registry, 'POST')).toHaveLength(0);
  });

  it('refuses a byte too many', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', MiB);
    const writer = await testClient().repository(registry.host, 'team/app').ingest(descriptor);
    const error = await errorOf(writeAll(writer, Buffer.concat([bytes, Buffer.of(0)])));
    expect(error.code).toBe('SIZE_MISMATCH');
    await writer?.abort();
  });

  it.each([10_000, 200_000])('needs a chunk of %i bytes no longer than it takes it', async (piece) => {
    const registry = await faultRegistry();
    const blob = blobOf('a', 12 * MiB);
    registry.order({
      method: 'PUT',
      path: /uploads/,
      respond: async ({ pass }) => {
        // Long enough for what the network holds to fill up and the rest to wait in this process.
        await new Promise((resolve) => void setTimeout(resolve, 100));
        await pass();
      },
    });
    const writer = await testClient().repository(registry.host, 'team/app').ingest(blob.descriptor);
    await writeAll(writer, blob.bytes, piece);
    expect(stored(registry, 'team/app', blob)).toBe(true);
  });

  it('uploads once what two workers bring at the same time', async () => {
    const registry = await faultRegistry();
    const blob = blobOf('a', MiB);
    const repository = testClient().repository(registry.host, 'team/app');
    const first = await repository.ingest(blob.descriptor);
    const second = repository.ingest(blob.descriptor);
    await writeAll(first, blob.bytes);
    expect(await second).toBeNull();
    expect(sent(registry, 'PUT')).toHaveLength(1);
  });

  it('lets the second worker go on where the first one gave up', async () => {
    const registry = await faultRegistry();
    const blob = blobOf('a', MiB);
    const repository = testClient().repository(registry.host, 'team/app');
    const first = await repository.ingest(blob.descriptor);
    const second = repository.ingest(blob.descriptor);
    await first?.abort();
    await writeAll(await second, blob.bytes);
    expect(stored(registry, 'team/app', blob)).toBe(true);
  });

  it('finds out by HEAD that a blob arrived whose answer was lost', async () => {
    const registry = await faultRegistry();
    const blob = blobOf('a', MiB);
    registry.order({
      method: 'PUT',
      path: /uploads/,
      respond: async ({ body, request }) => {
        registry.putBlob('team/app', await body());
        request.socket.destroy();
      },
    });
    const repository = testClient().repository(registry.host, 'team/app');
    await writeAll(await repository.ingest(blob.descriptor), blob.bytes);
    expect(sent(registry, 'PUT')).toHaveLength(1);
  });

  it('repeats a small upload after a 503 and counts the bytes that went out twice', async () => {
    const registry = await faultRegistry();
    const blob = blobOf('a', 1000);
    registry.order({ method: 'PUT', path: /uploads/, times: 2, respond: ({ answer }) => answer(503) });
    const client = testClient();
    await writeAll(await client.repository(registry.host, 'team/app').ingest(blob.descriptor), blob.bytes);
    expect(stored(registry, 'team/app', blob)).toBe(true);
    expect(client.bytesResent).toBe(2000);
  });

  it('asks for a large blob again where its upload broke, and counts what goes out twice', async () => {
    const registry = await faultRegistry();
    const blob = blobOf('a', MiB);
    registry.order({ method: 'PUT', path: /uploads/, times: 1, respond: ({ answer }) => answer(500) });
    const client = testClient();
    const repository = client.repository(registry.host, 'team/app');
    const error = await errorOf(
      (async () => writeAll(await repository.ingest(blob.descriptor), blob.bytes))(),
    );
    expect(error.code).toBe('SERVER_FAULT');
    await writeAll(await repository.ingest(blob.descriptor), blob.bytes);
    expect(stored(registry, 'team/app', blob)).toBe(true);
    expect(client.bytesResent).toBeGreaterThan(0);
    expect(client.bytesResent).toBeLessThanOrEqual(MiB);
  });

  describe('whose login runs out during the upload', () => {
    async function registryWithTokens() {
      const registry = await faultRegistry();
      let tokens = 0;
      registry.order({
        path: /^\/token/,
        times: 1,
        respond: ({ answer }) => answer(200, {}, JSON.stringify({ token: 'first' })),
      });
      const challenge = (more = '') => ({
        'www-authenticate': `Bearer realm="${registry.url}/token",service="s"${more}`,
      });
      registry.order({
        method: 'PUT',
        path: /uploads/,
        times: 1,
        respond: ({ answer }) => answer(401, challenge(',error="invalid_token"')),
      });
      registry.order({
        path: /^\/v2\//,
        respond: async ({ request, pass, answer }) =>
          request.headers.authorization === undefined ? answer(401, challenge()) : pass(),
      });
      registry.order({
        path: /^\/token/,
        respond: ({ answer }) => answer(200, {}, JSON.stringify({ token: `again-${(tokens += 1)}` })),
      });
      return registry;
    }

    it('is asked for again with a new login', async () => {
      const registry = await registryWithTokens();
      const blob = blobOf('a', MiB);
      const client = testClient();
      const repository = client.repository(registry.host, 'team/app');
      const writer = await repository.ingest(blob.descriptor);
      await writer?.write(blob.bytes.subarray(0, 1000));
      client.passTime(30);
      const rest = (async () => {
        await writer?.write(blob.bytes.subarray(1000));
        await writer?.commit();
      })();
      expect((await errorOf(rest)).code).toBe('UPLOAD_LOST');
      await writeAll(await repository.ingest(blob.descriptor), blob.bytes);
      expect(stored(registry, 'team/app', blob)).toBe(true);
    });

    it('stops at once where no new login is given', async () => {
      const registry = await registryWithTokens();
      const blob = blobOf('a', 1000);
      const client = testClient();
      const repository = client.repository(registry.host, 'team/app');
      const writer = await repository.ingest(blob.descriptor);
      await writer?.write(blob.bytes);
      client.passTime(30);
      registry.forget(/^\/token/);
      registry.order({ path: /^\/token/, respond: ({ answer }) => answer(401) });
      const error = await errorOf(Promise.resolve(writer?.commit()));
      expect(error.code).toBe('UNAUTHORIZED');
      expect(error.remedy).toContain(`airlock login ${registry.host}`);
      expect(client.waits.seconds).toEqual([]);
    });
  });

  it('asks a registry only once that has no room, and says so', async () => {
    const registry = await faultRegistry();
    const words = 'adding 5 MiB of storage resource, which will exceed the configured upper limit of 1 MiB';
    registry.order({
      method: 'PUT',
      path: /uploads/,
      respond: async ({ body, answer }) => {
        await body();
        answer(403, {}, errorBody('DENIED', words));
      },
    });
    const client = testClient();
    for (const blob of [blobOf('a', 1000), blobOf('b', MiB)]) {
      const writer = await client.repository(registry.host, 'team/app').ingest(blob.descriptor);
      const error = await errorOf(writeAll(writer, blob.bytes));
      expect(error.code).toBe('QUOTA_EXCEEDED');
      expect(error.message).toContain('configured upper limit');
    }
    expect(sent(registry, 'PUT')).toHaveLength(2);
    expect(client.waits.seconds).toEqual([]);
  });

  it('says that a repository has to be made first where the registry makes none on push', async () => {
    const registry = await faultRegistry();
    registry.order({
      method: 'POST',
      path: /uploads/,
      respond: ({ answer }) => answer(404, {}, errorBody('NAME_UNKNOWN', 'repository not found')),
    });
    const blob = blobOf('a', 10);
    const writer = await testClient().repository(registry.host, 'team/app').ingest(blob.descriptor);
    const error = await errorOf(writeAll(writer, blob.bytes));
    expect(error.code).toBe('DENIED');
    expect(error.remedy).toContain('create this repository');
  });

  it('stores nothing under another digest than ours', async () => {
    const registry = await faultRegistry();
    const blob = blobOf('a', 10);
    const other = blobOf('b', 10).descriptor.digest;
    registry.order({
      method: 'PUT',
      path: /uploads/,
      respond: ({ answer }) => answer(201, { 'docker-content-digest': other }),
    });
    const writer = await testClient().repository(registry.host, 'team/app').ingest(blob.descriptor);
    expect((await errorOf(writeAll(writer, blob.bytes))).code).toBe('TARGET_DIGEST');
  });
});

describe('a registry that refuses one PUT', () => {
  /** As a caller does that obeys the error table. */
  async function bring(client: ReturnType<typeof testClient>, host: string, blob: Blob): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const writer = await client.repository(host, 'team/app').ingest(blob.descriptor);
      try {
        await writeAll(writer, blob.bytes);
        return;
      } catch (error) {
        await writer?.abort();
        if (attempt === 4 || !(error instanceof Error && 'code' in error)) throw error;
        if (!['UPLOAD_LOST', 'CONNECTION_LOST', 'SERVER_FAULT'].includes(String(error.code))) throw error;
      }
    }
  }

  it.each([404, 405, 411, 501])(
    'with %i gets a PATCH with the whole body, and is remembered',
    async (status) => {
      const registry = await faultRegistry();
      registry.order({
        method: 'PUT',
        path: /uploads/,
        respond: async ({ request, answer, pass }) =>
          Number(request.headers['content-length']) > 0 ? answer(status) : pass(),
      });
      const client = testClient();
      const blobs = [blobOf('a', MiB), blobOf('b', 2 * MiB), blobOf('c', 100)];
      for (const blob of blobs) {
        await bring(client, registry.host, blob);
        expect(stored(registry, 'team/app', blob)).toBe(true);
      }
      const patches = sent(registry, 'PATCH');
      expect(patches).toHaveLength(3);
      expect(patches.every((request) => request.headers['content-range'] === undefined)).toBe(true);
      expect(sent(registry, 'PUT')).toHaveLength(4);
    },
  );

  it('by resetting it twice gets a PATCH', async () => {
    const registry = await faultRegistry();
    registry.order({
      method: 'PUT',
      path: /uploads/,
      respond: async ({ request, pass }) => {
        if (Number(request.headers['content-length']) === 0) return pass();
        request.socket.destroy();
        return undefined;
      },
    });
    const blob = blobOf('a', MiB);
    await bring(testClient(), registry.host, blob);
    expect(stored(registry, 'team/app', blob)).toBe(true);
  });

  it('with 413 in HTML gets chunks, smaller and smaller until they pass', async () => {
    const registry = await faultRegistry();
    const limit = MiB;
    registry.order({
      path: /uploads/,
      respond: async ({ request, answer, pass }) =>
        Number(request.headers['content-length']) > limit
          ? answer(413, {}, '<html><head><title>413 Request Entity Too Large</title></head></html>')
          : pass(),
    });
    const client = testClient();
    const blobs = [blobOf('a', 6 * MiB), blobOf('b', 3 * MiB + 17)];
    for (const blob of blobs) {
      await bring(client, registry.host, blob);
      expect(stored(registry, 'team/app', blob)).toBe(true);
    }
    const ranges = sent(registry, 'PATCH').map((request) => request.headers['content-range']);
    expect(ranges).toContain(`0-${limit - 1}`);
    expect(ranges).toContain(`${limit}-${2 * limit - 1}`);
  });

  it('with 413 for any chunk is named with the remedy', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /uploads/,
      respond: async ({ request, answer, pass }) =>
        Number(request.headers['content-length']) > 1000 ? answer(413) : pass(),
    });
    const error = await errorOf(bring(testClient(), registry.host, blobOf('a', 2 * MiB)));
    expect(error.code).toBe('TOO_LARGE');
  });

  it('and answers 201 to a PATCH is understood (ECR)', async () => {
    const registry = await faultRegistry();
    registry.order({
      method: 'PUT',
      path: /uploads/,
      respond: async ({ request, answer, pass }) =>
        Number(request.headers['content-length']) > 0 ? answer(405) : pass(),
    });
    registry.order({
      method: 'PATCH',
      path: /uploads/,
      respond: async ({ request, body, answer }) => {
        const id = (request.url ?? '').split('/').at(-1) ?? '';
        registry.uploads.set(id, await body());
        answer(201, { location: request.url ?? '' });
      },
    });
    const blob = blobOf('a', MiB);
    await bring(testClient(), registry.host, blob);
    expect(stored(registry, 'team/app', blob)).toBe(true);
  });

  it('and asks for a least chunk size gets chunks of at least that', async () => {
    const registry = await faultRegistry();
    registry.order({
      method: 'PUT',
      path: /uploads/,
      respond: async ({ request, answer, pass }) =>
        Number(request.headers['content-length']) > 0 ? answer(413) : pass(),
    });
    registry.order({
      method: 'POST',
      path: /uploads/,
      respond: ({ answer }) => {
        registry.uploads.set('session', Buffer.alloc(0));
        answer(202, {
          location: '/v2/team/app/blobs/uploads/session',
          'oci-chunk-min-length': String(5 * MiB),
        });
      },
    });
    const blob = blobOf('a', 11 * MiB);
    await bring(testClient(), registry.host, blob);
    expect(stored(registry, 'team/app', blob)).toBe(true);
    const lengths = sent(registry, 'PATCH').map((request) => Number(request.headers['content-length']));
    expect(lengths.slice(0, -1).every((length) => length >= 5 * MiB)).toBe(true);
  });

  it('and stores less of a chunk than it was sent gets the rest again', async () => {
    const registry = await faultRegistry();
    registry.order({
      method: 'PUT',
      path: /uploads/,
      respond: async ({ request, answer, pass }) =>
        Number(request.headers['content-length']) > 0 ? answer(413) : pass(),
    });
    registry.order({
      method: 'PATCH',
      path: /uploads/,
      times: 1,
      respond: async ({ request, body, answer }) => {
        const id = (request.url ?? '').split('/').at(-1) ?? '';
        registry.uploads.set(id, (await body()).subarray(0, MiB));
        answer(202, { location: request.url ?? '', range: `0-${MiB - 1}` });
      },
    });
    const blob = blobOf('a', 6 * MiB);
    await bring(testClient(), registry.host, blob);
    expect(stored(registry, 'team/app', blob)).toBe(true);
  });

  it('and loses count is asked how much it has', async () => {
    const registry = await faultRegistry();
    registry.order({
      method: 'PUT',
      path: /uploads/,
      respond: async ({ request, answer, pass }) =>
        Number(request.headers['content-length']) > 0 ? answer(413) : pass(),
    });
    registry.order({
      method: 'PATCH',
      path: /uploads/,
      times: 1,
      respond: async ({ request, body }) => {
        const id = (request.url ?? '').split('/').at(-1) ?? '';
        registry.uploads.set(id, (await body()).subarray(0, 1000));
        request.socket.destroy();
      },
    });
    const blob = blobOf('a', 6 * MiB);
    await bring(testClient(), registry.host, blob);
    expect(stored(registry, 'team/app', blob)).toBe(true);
    expect(sent(registry, 'GET')).toHaveLength(1);
  });
});

describe('mounting a blob', () => {
  it('moves no byte where the registry has it in the repository offered', async () => {
    const registry = await faultRegistry();
    const blob = blobOf('a', MiB);
    registry.putBlob('base/app', blob.bytes);
    const repository = testClient().repository(registry.host, 'team/app');
    repository.offerMount(blob.descriptor.digest, 'base/app');
    expect(await repository.ingest(blob.descriptor)).toBeNull();
    const post = sent(registry, 'POST').at(0);
    expect(post?.path).toContain(`from=${encodeURIComponent('base/app')}`);
    expect(sent(registry, 'PUT')).toHaveLength(0);
  });

  it('uses the session that a 202 offers instead', async () => {
    const registry = await faultRegistry();
    const blob = blobOf('a', MiB);
    const repository = testClient().repository(registry.host, 'team/app');
    repository.offerMount(blob.descriptor.digest, 'base/app');
    await writeAll(await repository.ingest(blob.descriptor), blob.bytes);
    expect(stored(registry, 'team/app', blob)).toBe(true);
    expect(sent(registry, 'POST')).toHaveLength(1);
  });

  it('is given up for a host that refuses it, and the blob is sent', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /mount=/,
      respond: ({ answer }) => answer(400, {}, errorBody('INVALID_REQUEST', 'no')),
    });
    const repository = testClient().repository(registry.host, 'team/app');
    for (const blob of [blobOf('a', MiB), blobOf('b', 10)]) {
      repository.offerMount(blob.descriptor.digest, 'base/app');
      await writeAll(await repository.ingest(blob.descriptor), blob.bytes);
      expect(stored(registry, 'team/app', blob)).toBe(true);
    }
    expect(registry.lines.filter((line) => line.includes('mount='))).toHaveLength(1);
  });

  it('is never asked for without the repository it comes from', async () => {
    const registry = await faultRegistry();
    const blob = blobOf('a', 10);
    const repository = testClient().repository(registry.host, 'team/app');
    await writeAll(await repository.ingest(blob.descriptor), blob.bytes);
    expect(registry.lines.some((line) => line.includes('mount='))).toBe(false);
  });
});

describe('a blob that the registry said it has and then misses', () => {
  it('is sent again when asked for, without a question', async () => {
    const registry = await faultRegistry();
    const blob = blobOf('a', 1000);
    registry.putBlob('team/app', blob.bytes);
    registry.order({
      method: 'PUT',
      path: /manifests/,
      times: 4,
      respond: ({ answer }) =>
        answer(
          400,
          {},
          errorBody('MANIFEST_BLOB_UNKNOWN', 'blob unknown', { digest: blob.descriptor.digest }),
        ),
    });
    const repository = testClient().repository(registry.host, 'team/app');
    const manifest = manifestOf([blob.descriptor]);
    expect(await repository.ingest(blob.descriptor)).toBeNull();
    const error = await errorOf(repository.pushManifest('1', manifest));
    expect(error.code).toBe('BLOB_UNKNOWN');
    expect(error.details['digests']).toEqual([blob.descriptor.digest]);
    await writeAll(await repository.ingest(blob.descriptor), blob.bytes);
    await repository.pushManifest('1', manifest);
    expect(sent(registry, 'HEAD')).toHaveLength(1);
    expect(registry.manifests.has('team/app:1')).toBe(true);
  });
});
