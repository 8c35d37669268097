import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MEDIA } from '../../../../shared/domain/descriptor.ts';
import { digestOf } from '../../../../electron/engine/oci/digester.ts';
import { errorBody } from '../../../support/fault-registry.ts';
import { blobOf, errorOf, faultRegistry, manifestOf, readAll, testClient, writeAll } from './harness.ts';

describe('reading a manifest', () => {
  it('is done by HEAD where type, length and digest are wanted', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    registry.putManifest('team/app', MEDIA.ociManifest, bytes, '1.0');
    const repository = testClient().repository(registry.host, 'team/app');
    expect(await repository.resolve('1.0')).toEqual(descriptor);
    expect(await repository.resolve(descriptor.digest)).toEqual(descriptor);
    expect(await repository.resolve('2.0')).toBeUndefined();
    expect(registry.requests.map((request) => request.method)).toEqual(['HEAD', 'HEAD', 'HEAD']);
    const accept = registry.requests[0]?.headers.accept ?? '';
    for (const type of [MEDIA.ociIndex, MEDIA.ociManifest, MEDIA.dockerList, MEDIA.dockerManifest])
      expect(accept).toContain(type);
  });

  it.each([
    ['answers 405', 405, {}],
    ['says no digest', 200, { 'content-type': MEDIA.ociManifest, 'content-length': '400' }],
    ['says no length', 200, { 'content-type': MEDIA.ociManifest, 'transfer-encoding': 'chunked' }],
    ['says another type', 200, { 'content-type': 'text/html', 'content-length': '400' }],
    ['is forbidden', 403, {}],
  ])('falls back to GET where HEAD %s', async (_, status, headers) => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    registry.putManifest('team/app', MEDIA.ociManifest, bytes, '1.0');
    registry.order({
      method: 'HEAD',
      path: /manifests/,
      respond: ({ response }) => {
        response.writeHead(status, headers).end();
      },
    });
    const repository = testClient().repository(registry.host, 'team/app');
    expect(await repository.resolve('1.0')).toEqual(descriptor);
  });

  it('gives the bytes as sent, named by their own digest', async () => {
    const registry = await faultRegistry();
    const bytes = Buffer.from(`${manifestOf().bytes.toString()}\n \n`);
    registry.putManifest('team/app', MEDIA.ociManifest, bytes, '1.0');
    const fetched = await testClient().repository(registry.host, 'team/app').fetchManifest('1.0');
    expect(Buffer.from(fetched?.bytes ?? []).equals(bytes)).toBe(true);
    expect(fetched?.descriptor.digest).toBe(digestOf(bytes));
  });

  it('refuses bytes that are not those of the digest asked for', async () => {
    const registry = await faultRegistry();
    const { descriptor } = manifestOf();
    const other = manifestOf([blobOf('x', 5).descriptor]);
    registry.order({
      path: /manifests/,
      respond: ({ answer }) => answer(200, { 'content-type': MEDIA.ociManifest }, other.bytes),
    });
    const repository = testClient().repository(registry.host, 'team/app');
    expect((await errorOf(repository.fetchManifest(descriptor.digest))).code).toBe('DIGEST_MISMATCH');
    expect((await errorOf(readAll(repository.open(descriptor)))).code).toBe('DIGEST_MISMATCH');
  });

  it('refuses bytes by tag that are not those of the digest the registry names', async () => {
    const registry = await faultRegistry();
    const { bytes } = manifestOf();
    const named = blobOf('other', 5).descriptor.digest;
    registry.order({
      path: /manifests/,
      respond: ({ answer }) =>
        answer(200, { 'content-type': MEDIA.ociManifest, 'docker-content-digest': named }, bytes),
    });
    const repository = testClient().repository(registry.host, 'team/app');
    expect((await errorOf(repository.fetchManifest('1.0'))).code).toBe('DIGEST_MISMATCH');
  });

  it('unpacks a manifest that a server compressed although asked not to', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    registry.order({
      path: /manifests/,
      respond: ({ answer }) =>
        answer(200, { 'content-type': MEDIA.ociManifest, 'content-encoding': 'gzip' }, gzipSync(bytes)),
    });
    const repository = testClient().repository(registry.host, 'team/app');
    for (const name of ['1.0', descriptor.digest]) {
      const fetched = await repository.fetchManifest(name);
      expect(fetched?.descriptor).toEqual(descriptor);
      expect(Buffer.from(fetched?.bytes ?? []).equals(bytes)).toBe(true);
    }
    expect(await repository.resolve('1.0')).toEqual(descriptor);
  });

  it('takes the manifest’s own word for its type, and says where the header has another', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    registry.putManifest('plain/app', 'text/plain; charset=utf-8', bytes, '1.0');
    registry.putManifest('wrong/app', MEDIA.dockerManifest, bytes, '1.0');
    const client = testClient();
    expect((await client.repository(registry.host, 'plain/app').fetchManifest('1.0'))?.descriptor).toEqual(
      descriptor,
    );
    expect(client.notices).toEqual([]);
    expect((await client.repository(registry.host, 'wrong/app').fetchManifest('1.0'))?.descriptor).toEqual(
      descriptor,
    );
    expect(client.notices).toHaveLength(1);
  });

  it('takes the header’s word, without its parameters, where the manifest names no type', async () => {
    const registry = await faultRegistry();
    const bytes = Buffer.from('{"schemaVersion":2,"manifests":[]}');
    registry.putManifest('team/app', `${MEDIA.ociIndex}; charset=utf-8`, bytes, '1.0');
    const fetched = await testClient().repository(registry.host, 'team/app').fetchManifest('1.0');
    expect(fetched?.descriptor.mediaType).toBe(MEDIA.ociIndex);
  });

  it('refuses a Docker schema 1 manifest by name', async () => {
    const registry = await faultRegistry();
    registry.putManifest('team/app', MEDIA.dockerSchema1Signed, Buffer.from('{"schemaVersion":1}'), '1.0');
    const repository = testClient().repository(registry.host, 'team/app');
    const error = await errorOf(repository.fetchManifest('1.0'));
    expect(error.code).toBe('SOURCE_UNSUPPORTED');
    expect(error.message).toContain('schema 1');
  });

  it.each(['announced', 'unannounced'])('reads at most 4 MiB of one, %s', async (kind) => {
    const registry = await faultRegistry();
    const large = Buffer.alloc(4 * 1024 * 1024 + 1, ' ');
    registry.order({
      path: /manifests/,
      respond: ({ response }) => {
        response.writeHead(200, kind === 'announced' ? { 'content-length': String(large.byteLength) } : {});
        response.end(large);
      },
    });
    const repository = testClient().repository(registry.host, 'team/app');
    expect((await errorOf(repository.fetchManifest('1.0'))).code).toBe('LIMIT_EXCEEDED');
  });

  it('says that a page of a proxy is no manifest', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /manifests/,
      respond: ({ answer }) =>
        answer(200, { 'content-type': 'text/html' }, '<html>Log in to the Wi-Fi</html>'),
    });
    const error = await errorOf(testClient().repository(registry.host, 'team/app').fetchManifest('1.0'));
    expect(error.code).toBe('PROTOCOL');
  });

  it('counts as content of the store like a blob', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    const repository = testClient().repository(registry.host, 'team/app');
    expect(await repository.stat(descriptor)).toEqual({ state: 'absent', reason: 'unknown' });
    await writeAll(await repository.ingest(descriptor), bytes);
    expect(await repository.stat(descriptor)).toEqual({ state: 'held', size: bytes.byteLength });
    expect((await readAll(repository.open(descriptor))).equals(bytes)).toBe(true);
    expect(registry.manifests.get(`team/app@${descriptor.digest}`)?.mediaType).toBe(MEDIA.ociManifest);
    registry.putManifest('team/app', MEDIA.ociManifest, bytes, '1.0');
    expect(await repository.roots()).toEqual([{ name: '1.0', descriptor }]);
  });
});

describe('writing a manifest', () => {
  it('sends its very bytes under its own type', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf([], MEDIA.dockerManifest);
    const outcome = await testClient()
      .repository(registry.host, 'team/app')
      .pushManifest('1.0', { descriptor, bytes });
    expect(outcome).toEqual({ subjectAccepted: false });
    expect(registry.manifests.get('team/app:1.0')?.bytes.equals(bytes)).toBe(true);
    expect(registry.requests.map((request) => request.method)).toEqual(['PUT']);
    expect(registry.requests[0]?.headers['content-type']).toBe(MEDIA.dockerManifest);
    expect(registry.requests[0]?.headers['content-length']).toBe(String(bytes.byteLength));
  });

  it.each([200, 202])('takes %i, and looks where no digest is said', async (status) => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    registry.order({
      method: 'PUT',
      path: /manifests/,
      respond: async ({ body, answer }) => {
        registry.putManifest('team/app', MEDIA.ociManifest, await body(), '1.0');
        answer(status, { 'oci-subject': descriptor.digest });
      },
    });
    const repository = testClient().repository(registry.host, 'team/app');
    expect(await repository.pushManifest('1.0', { descriptor, bytes })).toEqual({ subjectAccepted: true });
    expect(registry.requests.map((request) => request.method)).toEqual(['PUT', 'HEAD']);
  });

  it('notices a host that says yes to everything and keeps nothing', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    registry.order({ method: 'PUT', path: /manifests/, respond: ({ answer }) => answer(200) });
    const repository = testClient().repository(registry.host, 'team/app');
    expect((await errorOf(repository.pushManifest('1.0', { descriptor, bytes }))).code).toBe('TARGET_DIGEST');
  });

  it('notices that the registry stored something else', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    const other = blobOf('x', 3).descriptor.digest;
    registry.order({
      method: 'PUT',
      path: /manifests/,
      respond: ({ answer }) => answer(201, { 'docker-content-digest': other }),
    });
    const repository = testClient().repository(registry.host, 'team/app');
    const error = await errorOf(repository.pushManifest('1.0', { descriptor, bytes }));
    expect(error.code).toBe('TARGET_DIGEST');
    expect(error.details).toMatchObject({ expected: descriptor.digest, found: other });
  });

  it('waits for replicas that do not see its blobs yet', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    registry.order({
      method: 'PUT',
      path: /manifests/,
      times: 2,
      respond: ({ answer }) => answer(404, {}, errorBody('MANIFEST_BLOB_UNKNOWN', 'blob unknown')),
    });
    const client = testClient();
    await client.repository(registry.host, 'team/app').pushManifest('1.0', { descriptor, bytes });
    expect(client.waits.seconds).toHaveLength(2);
  });

  it('is done where a tag that may not be moved is there already with the same digest', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    const other = manifestOf([blobOf('x', 1).descriptor]);
    registry.putManifest('team/app', MEDIA.ociManifest, bytes, 'same');
    registry.putManifest('team/app', MEDIA.ociManifest, other.bytes, 'other');
    registry.order({
      method: 'PUT',
      path: /manifests/,
      respond: ({ answer }) => answer(412, {}, errorBody('PRECONDITION', 'matched tag is immutable')),
    });
    const repository = testClient().repository(registry.host, 'team/app');
    await repository.pushManifest('same', { descriptor, bytes });
    const error = await errorOf(repository.pushManifest('other', { descriptor, bytes }));
    expect(error.code).toBe('TAG_IMMUTABLE');
  });

  it.each([
    [MEDIA.dockerManifest, 400, 'MANIFEST_INVALID', 'refuses Docker manifests'],
    [MEDIA.dockerList, 415, 'MANIFEST_INVALID', 'refuses Docker manifests'],
    ['application/vnd.oci.image.manifest.v1+json', 415, 'UNSUPPORTED', 'of type application/vnd.oci'],
  ])('names a target that refuses %s (%i)', async (mediaType, status, code, words) => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf([], mediaType);
    registry.order({
      method: 'PUT',
      path: /manifests/,
      respond: ({ answer }) => answer(status, {}, errorBody(code, 'manifest invalid')),
    });
    const client = testClient();
    const error = await errorOf(
      client.repository(registry.host, 'team/app').pushManifest('1.0', { descriptor, bytes }),
    );
    expect(error.code).toBe('CONTENT_REFUSED');
    expect(error.message).toContain(words);
    if (mediaType.includes('docker')) expect(error.remedy).toContain('change its digest');
    expect(client.waits.seconds).toEqual([]);
  });
});

describe('listing tags', () => {
  it('follows the pages and takes a repository without any, or that is not there', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /^\/v2\/paged\/tags\/list\?n=1000$/,
      respond: ({ answer }) =>
        answer(
          200,
          { link: '</v2/paged/tags/list?last=b&n=2>; rel="next"' },
          JSON.stringify({ tags: ['a', 'b'] }),
        ),
    });
    registry.order({
      path: /last=b/,
      respond: ({ answer }) => answer(200, {}, JSON.stringify({ tags: ['c'] })),
    });
    registry.order({ path: /^\/v2\/empty\//, respond: ({ answer }) => answer(200, {}, '{"tags":null}') });
    registry.order({
      path: /^\/v2\/gone\//,
      respond: ({ answer }) => answer(404, {}, errorBody('NAME_UNKNOWN', 'no')),
    });
    const client = testClient();
    expect(await client.repository(registry.host, 'paged').tags()).toEqual(['a', 'b', 'c']);
    expect(await client.repository(registry.host, 'empty').tags()).toEqual([]);
    expect(await client.repository(registry.host, 'gone').tags()).toEqual([]);
  });

  it('does not follow a listing in circles or to another host', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /^\/v2\/circle\//,
      respond: ({ answer }) =>
        answer(200, { link: '</v2/circle/tags/list?n=1>; rel="next"' }, JSON.stringify({ tags: ['a'] })),
    });
    registry.order({
      path: /^\/v2\/away\//,
      respond: ({ answer }) =>
        answer(200, { link: '<http://elsewhere.example/x>; rel="next"' }, JSON.stringify({ tags: [] })),
    });
    const client = testClient();
    expect((await errorOf(client.repository(registry.host, 'circle').tags())).code).toBe('PROTOCOL');
    expect((await errorOf(client.repository(registry.host, 'away').tags())).code).toBe('PROTOCOL');
  });
});
