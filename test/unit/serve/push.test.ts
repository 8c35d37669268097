// The writing half, behaviour by behaviour, as the distribution-spec has it.
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import { blobPath } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Serving } from '../../../electron/engine/serve/index.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { descriptorOf, makeImage, makeIndex, makeReferrer, seededBytes } from '../../support/make-content.ts';
import type { MadeContent } from '../../support/make-content.ts';
import { ask, json, serve, temporaryFolder } from './ask.ts';
import type { Reply } from './ask.ts';
import { imageItem, memoryBundle } from './memory-bundle.ts';

const data = seededBytes('data', 200_000);
const digest = digestOf(data);

async function registry(folder?: string): Promise<Serving> {
  return serve({ writable: folder ?? (await temporaryFolder()) });
}

/** The same folder, served by the next server. */
async function restarted(serving: Serving, folder: string): Promise<Serving> {
  await serving.close();
  return registry(folder);
}

function location(reply: Reply): string {
  expect(reply.headers.location).toMatch(/^\/v2\//);
  return reply.headers.location ?? '';
}

async function begin(serving: Serving, name = 'app'): Promise<string> {
  return location(await ask(serving, `/v2/${name}/blobs/uploads/`, { method: 'POST' }));
}

async function pushBlob(serving: Serving, bytes: Uint8Array, name = 'app'): Promise<Reply> {
  const at = await begin(serving, name);
  return ask(serving, `${at}?digest=${digestOf(bytes)}`, { method: 'PUT', body: bytes });
}

async function pushManifest(
  serving: Serving,
  bytes: Uint8Array,
  reference: string,
  options: { readonly name?: string; readonly type?: string } = {},
): Promise<Reply> {
  return ask(serving, `/v2/${options.name ?? 'app'}/manifests/${reference}`, {
    method: 'PUT',
    headers: { 'content-type': options.type ?? MEDIA.ociManifest },
    body: bytes,
  });
}

/** Blobs first, then manifests from the leaves up. */
async function pushContent(
  serving: Serving,
  content: MadeContent,
  tag: string,
  name = 'app',
): Promise<Reply> {
  const manifests = [...content.blobs].filter(([, bytes]) => Buffer.from(bytes).includes('"schemaVersion"'));
  for (const [, bytes] of content.blobs) await pushBlob(serving, bytes, name);
  const inner = manifests.filter(([one]) => one !== content.root.digest);
  for (const [one, bytes] of inner) await pushManifest(serving, bytes, one, { name });
  const root = content.blobs.get(content.root.digest) ?? Buffer.alloc(0);
  return pushManifest(serving, root, tag, { name, type: content.root.mediaType });
}

const get = (serving: Serving, one: Digest, name = 'app') => ask(serving, `/v2/${name}/blobs/${one}`);

describe('a blob', () => {
  it('is pushed with POST and PUT', async () => {
    const serving = await registry();
    const reply = await pushBlob(serving, data);
    expect([reply.status, location(reply)]).toEqual([201, `/v2/app/blobs/${digest}`]);
    expect(reply.headers['docker-content-digest']).toBe(digest);
    expect((await get(serving, digest)).body.equals(data)).toBe(true);
  });

  it('is pushed with one POST', async () => {
    const serving = await registry();
    const reply = await ask(serving, `/v2/app/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      body: data,
    });
    expect([reply.status, location(reply)]).toEqual([201, `/v2/app/blobs/${digest}`]);
    expect((await get(serving, digest)).body.equals(data)).toBe(true);
  });

  it('is pushed as one stream without a length, then an empty PUT', async () => {
    const serving = await registry();
    const at = await begin(serving);
    const patch = await ask(serving, at, {
      method: 'PATCH',
      body: data,
      headers: { 'transfer-encoding': 'chunked' },
    });
    expect([patch.status, patch.headers.range]).toEqual([202, `0-${data.byteLength - 1}`]);
    const put = await ask(serving, `${location(patch)}?digest=${digest}`, { method: 'PUT' });
    expect(put.status).toBe(201);
    expect((await get(serving, digest)).body.equals(data)).toBe(true);
  });

  it('is pushed in chunks, the last one with the PUT', async () => {
    const serving = await registry();
    let at = await begin(serving);
    for (const [first, last] of [
      [0, 99_999],
      [100_000, 149_999],
    ] as const) {
      const reply = await ask(serving, at, {
        method: 'PATCH',
        body: data.subarray(first, last + 1),
        headers: { 'content-range': `${first}-${last}` },
      });
      expect([reply.status, reply.headers.range]).toEqual([202, `0-${last}`]);
      at = location(reply);
      const status = await ask(serving, at);
      expect([status.status, status.headers.range, status.headers.location]).toEqual([204, `0-${last}`, at]);
    }
    const put = await ask(serving, `${at}?digest=${digest}`, {
      method: 'PUT',
      body: data.subarray(150_000),
      headers: { 'content-range': `150000-${data.byteLength - 1}` },
    });
    expect(put.status).toBe(201);
    expect((await get(serving, digest)).body.equals(data)).toBe(true);
  });

  it('may be empty', async () => {
    const serving = await registry();
    const empty = Buffer.alloc(0);
    expect((await pushBlob(serving, empty)).status).toBe(201);
    const reply = await get(serving, digestOf(empty));
    expect([reply.status, reply.headers['content-length']]).toEqual([200, '0']);
  });

  it('may be named by sha512, announced or not', async () => {
    const serving = await registry();
    const long = digestOf(data, 'sha512');
    for (const query of ['', '?digest-algorithm=sha512']) {
      const at = location(await ask(serving, `/v2/app/blobs/uploads/${query}`, { method: 'POST' }));
      const reply = await ask(serving, `${at}?digest=${long}`, { method: 'PUT', body: data });
      expect(reply.status).toBe(201);
    }
    expect((await get(serving, long)).headers['docker-content-digest']).toBe(long);
    const refused = await ask(serving, '/v2/app/blobs/uploads/?digest-algorithm=md5', { method: 'POST' });
    expect([refused.status, refused.code]).toEqual([400, 'DIGEST_INVALID']);
  });

  it('with other bytes than its digest is refused and nothing of it kept', async () => {
    const folder = await temporaryFolder();
    const serving = await registry(folder);
    const wrong = digestOf('other');
    const at = await begin(serving);
    const reply = await ask(serving, `${at}?digest=${wrong}`, { method: 'PUT', body: data });
    expect([reply.status, reply.code]).toEqual([400, 'DIGEST_INVALID']);
    expect((await get(serving, wrong)).status).toBe(404);
    expect((await ask(serving, at)).code).toBe('BLOB_UPLOAD_UNKNOWN');
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
    const single = await ask(serving, `/v2/app/blobs/uploads/?digest=${wrong}`, {
      method: 'POST',
      body: data,
    });
    expect(single.code).toBe('DIGEST_INVALID');
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it.each(['', '?digest=', '?digest=sha256:00', '?digest=md5:d41d8cd98f00b204e9800998ecf8427e'])(
    'is not finished by PUT%s',
    async (query) => {
      const serving = await registry();
      const reply = await ask(serving, `${await begin(serving)}${query}`, { method: 'PUT', body: data });
      expect([reply.status, reply.code]).toEqual([400, 'DIGEST_INVALID']);
    },
  );

  it('pushed by many at the same time is there once', async () => {
    const folder = await temporaryFolder();
    const serving = await registry(folder);
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_, at) => pushBlob(serving, data, `app${at % 3}`)),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
    expect(await readdir(join(folder, 'blobs', 'sha256'))).toHaveLength(1);
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it('is there only for repositories it was pushed to', async () => {
    const serving = await registry();
    await pushBlob(serving, data);
    expect((await get(serving, digest, 'other')).code).toBe('NAME_UNKNOWN');
    await pushBlob(serving, Buffer.from('x'), 'other');
    expect((await get(serving, digest, 'other')).code).toBe('BLOB_UNKNOWN');
  });
});

describe('an upload session', () => {
  it('refuses a chunk out of order with 416, and says where to go on', async () => {
    const serving = await registry();
    const at = await begin(serving);
    await ask(serving, at, { method: 'PATCH', body: data.subarray(0, 100) });
    for (const range of ['101-199', '0-98', '99-198', 'bytes 100-199', '100', '5-3'])
      for (const method of ['PATCH', 'PUT']) {
        const reply = await ask(serving, `${at}?digest=${digest}`, {
          method,
          body: data.subarray(100, 199),
          headers: { 'content-range': range },
        });
        expect([range, reply.status, reply.code]).toEqual([range, 416, 'BLOB_UPLOAD_INVALID']);
      }
    const reply = await ask(serving, at, {
      method: 'PATCH',
      body: data.subarray(0, 100),
      headers: { 'content-range': '0-99' },
    });
    expect([reply.headers.range, reply.headers.location]).toEqual(['0-99', at]);
    const rest = await ask(serving, `${at}?digest=${digest}`, {
      method: 'PUT',
      body: data.subarray(100),
      headers: { 'content-range': `100-${data.byteLength - 1}` },
    });
    expect(rest.status).toBe(201);
  });

  it('refuses a chunk whose size is not its range, and keeps none of it', async () => {
    const serving = await registry();
    const at = await begin(serving);
    await ask(serving, at, { method: 'PATCH', body: data.subarray(0, 100) });
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      const reply = await ask(serving, at, {
        method: 'PATCH',
        body: data.subarray(100, 150),
        headers: { ...headers, 'content-range': '100-199' },
      });
      expect([reply.status, reply.code]).toEqual([400, 'SIZE_INVALID']);
      expect((await ask(serving, at)).headers.range).toBe('0-99');
    }
    const reply = await ask(serving, `${at}?digest=${digest}`, { method: 'PUT', body: data.subarray(100) });
    expect(reply.status).toBe(201);
  });

  it('is cancelled with DELETE', async () => {
    const folder = await temporaryFolder();
    const serving = await registry(folder);
    const at = await begin(serving);
    await ask(serving, at, { method: 'PATCH', body: data });
    expect((await ask(serving, at, { method: 'DELETE' })).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'PUT', 'DELETE'])
      expect((await ask(serving, `${at}?digest=${digest}`, { method })).code).toBe('BLOB_UPLOAD_UNKNOWN');
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it('belongs to its repository', async () => {
    const serving = await registry();
    const at = await begin(serving);
    const reply = await ask(serving, at.replace('/v2/app/', '/v2/other/'));
    expect([reply.status, reply.code]).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
  });

  it.each(['nothing', '..%2f..%2foci-layout', `${'0'.repeat(32)}.${'0'.repeat(16)}.sha256`])(
    'by the name %s does not exist',
    async (id) => {
      const reply = await ask(await registry(), `/v2/app/blobs/uploads/${id}`);
      expect(reply.status).toBe(404);
    },
  );

  it('goes on after the server was started again', async () => {
    const folder = await temporaryFolder();
    const first = await registry(folder);
    const at = await begin(first);
    await ask(first, at, { method: 'PATCH', body: data.subarray(0, 150_000) });
    const second = await restarted(first, folder);
    expect((await ask(second, at)).headers.range).toBe('0-149999');
    const reply = await ask(second, `${at}?digest=${digest}`, {
      method: 'PUT',
      body: data.subarray(150_000),
    });
    expect(reply.status).toBe(201);
    expect((await get(second, digest)).body.equals(data)).toBe(true);
  });

  it('keeps what arrived before the client was cut off', async () => {
    const serving = await registry();
    const at = await begin(serving);
    const { port } = new URL(serving.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(`PATCH ${at} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n`);
      socket.write(data.subarray(0, 120_000), () => socket.end());
      socket.on('close', () => resolve());
      socket.resume();
    });
    // The server answers for the session when it is done with what came before.
    const reply = await ask(serving, at, {
      method: 'PATCH',
      body: data.subarray(120_000),
      headers: { 'content-range': '120000-199999' },
    });
    expect(reply.status).toBe(202);
    const put = await ask(serving, `${at}?digest=${digest}`, { method: 'PUT' });
    expect(put.status).toBe(201);
  });

  it('takes two requests at once one after the other', async () => {
    const serving = await registry();
    const at = await begin(serving);
    const chunk = {
      method: 'PATCH',
      body: data.subarray(0, 100_000),
      headers: { 'content-range': '0-99999' },
    };
    const statuses = (await Promise.all([ask(serving, at, chunk), ask(serving, at, chunk)])).map(
      ({ status }) => status,
    );
    expect(statuses.toSorted(ascending)).toEqual([202, 416]);
    const puts = await Promise.all(
      [1, 2].map(() =>
        ask(serving, `${at}?digest=${digest}`, { method: 'PUT', body: data.subarray(100_000) }),
      ),
    );
    expect(puts.map(({ status }) => status).toSorted(ascending)).toEqual([201, 404]);
  });
});

describe('a mount', () => {
  it('makes a blob of one repository one of another', async () => {
    const serving = await registry();
    await pushBlob(serving, data);
    const reply = await ask(serving, `/v2/other/blobs/uploads/?mount=${digest}&from=app`, { method: 'POST' });
    expect([reply.status, location(reply)]).toEqual([201, `/v2/other/blobs/${digest}`]);
    expect((await get(serving, digest, 'other')).status).toBe(200);
  });

  it('finds the blob also where no repository is named', async () => {
    const serving = await registry();
    await pushBlob(serving, data);
    const reply = await ask(serving, `/v2/other/blobs/uploads/?mount=${digest}`, { method: 'POST' });
    expect(reply.status).toBe(201);
  });

  it('of what is not there is the beginning of an upload', async () => {
    const serving = await registry();
    for (const query of [`mount=${digest}&from=app`, `mount=${digest}`]) {
      const reply = await ask(serving, `/v2/other/blobs/uploads/?${query}`, { method: 'POST' });
      expect(reply.status).toBe(202);
      const put = await ask(serving, `${location(reply)}?digest=${digest}`, { method: 'PUT', body: data });
      expect(put.status).toBe(201);
      await ask(serving, `/v2/other/blobs/${digest}`, { method: 'DELETE' });
    }
  });

  it('of what is no digest is refused', async () => {
    const reply = await ask(await registry(), '/v2/other/blobs/uploads/?mount=x&from=app', {
      method: 'POST',
    });
    expect([reply.status, reply.code]).toEqual([400, 'DIGEST_INVALID']);
  });
});

describe('a manifest', () => {
  const image = makeImage({ seed: 'image', layers: 1 });
  const arm = makeImage({ seed: 'arm', layers: 1, platform: { os: 'linux', architecture: 'arm64' } });
  const rootBytes = Buffer.from(image.blobs.get(image.root.digest) ?? '');

  it('is put by tag and got back byte by byte, by tag and by digest', async () => {
    const serving = await registry();
    const reply = await pushContent(serving, image, 'v1');
    expect([reply.status, location(reply)]).toEqual([201, `/v2/app/manifests/${image.root.digest}`]);
    expect(reply.headers['docker-content-digest']).toBe(image.root.digest);
    expect(reply.headers['oci-subject']).toBeUndefined();
    for (const reference of ['v1', image.root.digest]) {
      const back = await ask(serving, `/v2/app/manifests/${reference}`);
      expect(back.body.equals(rootBytes)).toBe(true);
      expect(back.headers['content-type']).toBe(MEDIA.ociManifest);
    }
  });

  it('is put by digest, with tags as parameters', async () => {
    const serving = await registry();
    await pushContent(serving, image, 'first');
    const reply = await pushManifest(serving, rootBytes, `${image.root.digest}?tag=a&tag=b`);
    expect([reply.status, reply.headers['oci-tag']]).toEqual([201, 'a, b']);
    expect(json(await ask(serving, '/v2/app/tags/list'))).toEqual({ name: 'app', tags: ['a', 'b', 'first'] });
  });

  it('put under a digest of other bytes is refused', async () => {
    const serving = await registry();
    await pushContent(serving, image, 'v1');
    const reply = await pushManifest(serving, rootBytes, digestOf('other'));
    expect([reply.status, reply.code]).toEqual([400, 'DIGEST_INVALID']);
    expect((await pushManifest(serving, rootBytes, 'sha256:00')).code).toBe('DIGEST_INVALID');
  });

  it('moves a tag', async () => {
    const serving = await registry();
    await pushContent(serving, image, 'v1');
    await pushContent(serving, arm, 'v1');
    const reply = await ask(serving, '/v2/app/manifests/v1');
    expect(reply.headers['docker-content-digest']).toBe(arm.root.digest);
    expect((await ask(serving, `/v2/app/manifests/${image.root.digest}`)).status).toBe(200);
  });

  it('keeps tags apart that differ by case alone', async () => {
    const folder = await temporaryFolder();
    const serving = await registry(folder);
    await pushContent(serving, image, 'Latest');
    await pushContent(serving, arm, 'latest');
    const reply = await ask(await restarted(serving, folder), '/v2/app/manifests/Latest');
    expect(reply.headers['docker-content-digest']).toBe(image.root.digest);
  });

  it('with a Docker type keeps it', async () => {
    const docker = makeImage({ seed: 'docker', layers: 1, docker: true });
    const serving = await registry();
    expect((await pushContent(serving, docker, 'v1')).status).toBe(201);
    expect((await ask(serving, '/v2/app/manifests/v1')).headers['content-type']).toBe(MEDIA.dockerManifest);
  });

  it('takes its type from its body where Content-Type has parameters or is missing', async () => {
    const serving = await registry();
    await pushContent(serving, image, 'v1');
    for (const headers of [{ 'content-type': `${MEDIA.ociManifest}; charset=utf-8` }, {}]) {
      const reply = await ask(serving, '/v2/app/manifests/v2', { method: 'PUT', headers, body: rootBytes });
      expect(reply.status).toBe(201);
    }
  });

  it('whose blobs are missing is refused with their names', async () => {
    const serving = await registry();
    const reply = await pushManifest(serving, rootBytes, 'v1');
    expect([reply.status, reply.code]).toEqual([404, 'MANIFEST_BLOB_UNKNOWN']);
    const { errors } = json(reply) as { errors: [{ detail: { digest: string }[] }] };
    expect(errors[0].detail.map((one) => one.digest)).toEqual(
      [...image.blobs.keys()].filter((one) => one !== image.root.digest).toSorted(byOrderIn(rootBytes)),
    );
  });

  it('of an index whose children are missing is refused, though their bytes are there as blobs', async () => {
    const index = makeIndex([image, arm]);
    const serving = await registry();
    for (const bytes of index.blobs.values()) await pushBlob(serving, bytes);
    const bytes = index.blobs.get(index.root.digest) ?? Buffer.alloc(0);
    const reply = await pushManifest(serving, bytes, 'v1', { type: MEDIA.ociIndex });
    expect(reply.code).toBe('MANIFEST_BLOB_UNKNOWN');
    expect((await pushContent(serving, index, 'v1')).status).toBe(201);
  });

  it('may point to foreign layers that stay with their maker', async () => {
    const serving = await registry();
    const config = Buffer.from('{}');
    await pushBlob(serving, config);
    const foreign = { ...descriptorOf(MEDIA.ociLayer, data), urls: ['https://maker.example/layer'] };
    const manifest = { schemaVersion: 2, config: descriptorOf(MEDIA.ociEmpty, config), layers: [foreign] };
    const reply = await pushManifest(serving, Buffer.from(JSON.stringify(manifest)), 'v1');
    expect(reply.status).toBe(201);
  });

  it.each([
    ['no JSON', Buffer.from('{'), MEDIA.ociManifest],
    ['no manifest', Buffer.from('{"schemaVersion":2}'), MEDIA.ociManifest],
    ['a twin key', Buffer.from(rootBytes.toString().replace('{', '{"Layers":[],')), MEDIA.ociManifest],
    ['a duplicate key', Buffer.from(rootBytes.toString().replace('{', '{"layers":[],')), MEDIA.ociManifest],
    ['another type than its body says', rootBytes, MEDIA.ociIndex],
    ['a type that is none', rootBytes, 'text/plain'],
    ['schema 1', Buffer.from('{"schemaVersion":1}'), MEDIA.dockerSchema1Signed],
  ])('that is %s is refused', async (_, bytes, type) => {
    const serving = await registry();
    await pushContent(serving, image, 'v1');
    const reply = await pushManifest(serving, bytes, 'bad', { type });
    expect([reply.status, reply.code]).toEqual([400, 'MANIFEST_INVALID']);
    expect((await ask(serving, '/v2/app/manifests/bad')).status).toBe(404);
  });

  it('of 4 MiB is taken, and a larger one refused with 413', async () => {
    const serving = await registry();
    await pushContent(serving, image, 'v1');
    const fixed = Buffer.byteLength(JSON.stringify({ ...parsed(rootBytes), annotations: { a: '' } }));
    const sized = (size: number) =>
      Buffer.from(JSON.stringify({ ...parsed(rootBytes), annotations: { a: 'x'.repeat(size - fixed) } }));
    expect((await pushManifest(serving, sized(4 * 1024 * 1024), 'large')).status).toBe(201);
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      const reply = await ask(serving, '/v2/app/manifests/larger', {
        method: 'PUT',
        headers,
        body: sized(4 * 1024 * 1024 + 1),
      });
      expect([reply.status, reply.code]).toEqual([413, 'MANIFEST_INVALID']);
    }
  });

  it('is refused under a tag that is none', async () => {
    const serving = await registry();
    await pushContent(serving, image, 'v1');
    expect((await pushManifest(serving, rootBytes, '.tag')).code).toBe('TAG_INVALID');
    expect((await pushManifest(serving, rootBytes, `${image.root.digest}?tag=.tag`)).code).toBe(
      'TAG_INVALID',
    );
  });

  it('is refused in a repository whose name no registry takes', async () => {
    expect((await pushManifest(await registry(), rootBytes, 'v1', { name: 'App' })).code).toBe(
      'NAME_INVALID',
    );
  });
});

describe('a manifest with a subject', () => {
  const image = makeImage({ seed: 'subject', layers: 1 });
  const sbom = makeReferrer(image.root, { artifactType: 'application/spdx+json', text: 'sbom' });

  it('is answered with OCI-Subject and listed, also when it comes before its subject', async () => {
    const folder = await temporaryFolder();
    const serving = await registry(folder);
    const reply = await pushContent(serving, sbom, sbom.root.digest);
    expect(reply.headers['oci-subject']).toBe(image.root.digest);
    await pushContent(serving, image, 'v1');
    const expected = [{ ...sbom.root, artifactType: 'application/spdx+json' }];
    const list = await ask(serving, `/v2/app/referrers/${image.root.digest}`);
    expect([list.headers['content-type'], json(list)]).toEqual([
      MEDIA.ociIndex,
      { schemaVersion: 2, mediaType: MEDIA.ociIndex, manifests: expected },
    ]);
    const later = await restarted(serving, folder);
    expect(json(await ask(later, `/v2/app/referrers/${image.root.digest}`))).toEqual(json(list));
    const filtered = await ask(later, `/v2/app/referrers/${image.root.digest}?artifactType=text/none`);
    expect([filtered.headers['oci-filters-applied'], json(filtered)]).toEqual([
      'artifactType',
      { schemaVersion: 2, mediaType: MEDIA.ociIndex, manifests: [] },
    ]);
    await ask(later, `/v2/app/manifests/${sbom.root.digest}`, { method: 'DELETE' });
    expect(json(await ask(later, `/v2/app/referrers/${image.root.digest}`))).toMatchObject({
      manifests: [],
    });
  });
});

describe('deleting', () => {
  const image = makeImage({ seed: 'deleted', layers: 1 });

  it('a tag leaves the manifest', async () => {
    const serving = await registry();
    await pushContent(serving, image, 'v1');
    expect((await ask(serving, '/v2/app/manifests/v1', { method: 'DELETE' })).status).toBe(202);
    expect((await ask(serving, '/v2/app/manifests/v1')).code).toBe('MANIFEST_UNKNOWN');
    expect((await ask(serving, `/v2/app/manifests/${image.root.digest}`)).status).toBe(200);
    expect(json(await ask(serving, '/v2/app/tags/list'))).toEqual({ name: 'app', tags: [] });
  });

  it('a manifest takes its tags along', async () => {
    const folder = await temporaryFolder();
    const serving = await registry(folder);
    await pushContent(serving, image, 'v1');
    const path = `/v2/app/manifests/${image.root.digest}`;
    expect((await ask(serving, path, { method: 'DELETE' })).status).toBe(202);
    for (const reference of ['v1', image.root.digest])
      expect((await ask(serving, `/v2/app/manifests/${reference}`)).status).toBe(404);
    expect((await ask(serving, path, { method: 'DELETE' })).code).toBe('MANIFEST_UNKNOWN');
    expect((await ask(await restarted(serving, folder), '/v2/app/manifests/v1')).status).toBe(404);
  });

  it('a blob takes its bytes away when the last repository lets go', async () => {
    const folder = await temporaryFolder();
    const serving = await registry(folder);
    await pushBlob(serving, data, 'a');
    await pushBlob(serving, data, 'b');
    const stored = () => readdir(join(folder, 'blobs', 'sha256'));
    expect((await ask(serving, `/v2/a/blobs/${digest}`, { method: 'DELETE' })).status).toBe(202);
    expect((await get(serving, digest, 'a')).status).toBe(404);
    expect((await get(serving, digest, 'b')).status).toBe(200);
    expect(await stored()).toHaveLength(1);
    await ask(serving, `/v2/b/blobs/${digest}`, { method: 'DELETE' });
    expect(await stored()).toEqual([]);
    expect((await ask(serving, `/v2/b/blobs/${digest}`, { method: 'DELETE' })).code).toBe('BLOB_UNKNOWN');
  });

  it('what is not there is a 404', async () => {
    const serving = await registry();
    const reply = await ask(serving, '/v2/none/manifests/v1', { method: 'DELETE' });
    expect([reply.status, reply.code]).toEqual([404, 'NAME_UNKNOWN']);
  });
});

describe('the folder', () => {
  const image = makeImage({ seed: 'kept', layers: 1 });

  it('outlives the server: tags, types, blobs and the catalog', async () => {
    const folder = await temporaryFolder();
    const first = await registry(folder);
    await pushContent(first, image, 'v1', 'team/app');
    await pushContent(first, image, 'v2', 'team/app/nested');
    const second = await restarted(first, folder);
    expect(json(await ask(second, '/v2/_catalog'))).toEqual({
      repositories: ['team/app', 'team/app/nested'],
    });
    expect(json(await ask(second, '/v2/team/app/tags/list'))).toEqual({ name: 'team/app', tags: ['v1'] });
    for (const one of image.blobs.keys()) expect((await get(second, one, 'team/app')).status).toBe(200);
  });

  it('is one server’s at a time', async () => {
    const folder = await temporaryFolder();
    const first = await registry(folder);
    await expect(registry(folder)).rejects.toMatchObject({
      code: 'IN_USE',
      message: `Another server writes to ${folder} already.`,
    });
    await restarted(first, folder);
  });

  it('holds every tag when many are pushed at the same time', async () => {
    const folder = await temporaryFolder();
    const serving = await registry(folder);
    await pushContent(serving, image, 'first');
    const bytes = image.blobs.get(image.root.digest) ?? Buffer.alloc(0);
    const tags = Array.from({ length: 40 }, (_, at) => `t${at}`);
    await Promise.all(tags.map((tag) => pushManifest(serving, bytes, tag)));
    const listed = json(await ask(await restarted(serving, folder), '/v2/app/tags/list')) as {
      tags: string[];
    };
    expect(new Set(listed.tags)).toEqual(new Set(['first', ...tags]));
  });

  it('gives damaged blobs to nobody, and takes them anew', async () => {
    const folder = await temporaryFolder();
    const serving = await registry(folder);
    await pushBlob(serving, data);
    const path = join(folder, blobPath(digest));
    const stored = await readFile(path);
    await writeFile(path, stored.fill(0, 100, 200));
    expect((await get(serving, digest)).complete).toBe(false);
    expect((await get(serving, digest)).status).toBe(404);
    expect((await pushBlob(serving, data)).status).toBe(201);
    expect((await get(serving, digest)).body.equals(data)).toBe(true);
  });

  it('is swept of what was cut off while it was made, not of sessions that may go on', async () => {
    const folder = await temporaryFolder();
    const first = await registry(folder);
    const at = await begin(first);
    await ask(first, at, { method: 'PATCH', body: data });
    await writeFile(join(folder, 'uploads', 'file-0123'), 'half');
    await restarted(first, folder);
    expect(await readdir(join(folder, 'uploads'))).toEqual([at.slice(at.lastIndexOf('/') + 1)]);
  });
});

describe('a disk without room', () => {
  // Linux has a file to which nothing can be written; it stands in for the session's own.
  it.runIf(process.platform === 'linux')('is told to the client, and the session lives on', async () => {
    const folder = await temporaryFolder();
    const notices: string[] = [];
    const serving = await serve({ writable: folder, onNotice: (text) => notices.push(text) });
    const at = await begin(serving);
    const path = join(folder, 'uploads', at.slice(at.lastIndexOf('/') + 1));
    await symlink('/dev/full', path);
    const reply = await ask(serving, at, { method: 'PATCH', body: data });
    expect([reply.status, reply.code]).toEqual([507, 'UNKNOWN']);
    expect(reply.body.toString()).toContain('no room left');
    expect(notices.join()).toContain('ENOSPC');
    await rm(path);
    const again = await ask(serving, `${at}?digest=${digest}`, { method: 'PUT', body: data });
    expect(again.status).toBe(201);
  });
});

describe('bundles beside a writable folder', () => {
  const image = makeImage({ seed: 'sealed', layers: 1 });
  const bundles = () => [memoryBundle('sealed', [imageItem('docker.io/library/app:1.0', image)])];

  it('are read under their full names, and take no push', async () => {
    const serving = await serve({ bundles: bundles(), writable: await temporaryFolder() });
    expect((await ask(serving, '/v2/docker.io/library/app/manifests/1.0')).status).toBe(200);
    for (const [method, path] of [
      ['POST', 'blobs/uploads/'],
      ['PUT', 'manifests/2.0'],
      ['DELETE', 'manifests/1.0'],
    ] as const) {
      const reply = await ask(serving, `/v2/docker.io/library/app/${path}`, { method });
      expect([reply.status, reply.code]).toEqual([403, 'DENIED']);
    }
  });

  it('leave their short names to whoever pushes', async () => {
    const serving = await serve({ bundles: bundles(), writable: await temporaryFolder() });
    const reply = await ask(serving, '/v2/library/app/manifests/1.0');
    expect([reply.status, reply.code]).toEqual([404, 'NAME_UNKNOWN']);
    expect(reply.body.toString()).toContain('docker.io/library/app');
    await pushContent(serving, image, '2.0', 'library/app');
    expect((await ask(serving, '/v2/library/app/manifests/2.0')).status).toBe(200);
    expect(json(await ask(serving, '/v2/_catalog'))).toEqual({
      repositories: ['docker.io/library/app', 'library/app'],
    });
  });
});

describe('a page in a browser', () => {
  it('may not push', async () => {
    const reply = await ask(await registry(), '/v2/app/blobs/uploads/', {
      method: 'POST',
      headers: { origin: 'http://evil.example' },
    });
    expect([reply.status, reply.code]).toEqual([403, 'DENIED']);
  });
});

describe('methods that a path does not have', () => {
  it.each([
    ['PUT', '/v2/app/blobs/uploads/', 'POST'],
    ['POST', '/v2/app/manifests/v1', 'GET, HEAD, PUT, DELETE'],
    ['PUT', `/v2/app/blobs/${digest}`, 'GET, HEAD, DELETE'],
    ['DELETE', '/v2/_catalog', 'GET, HEAD'],
  ])('%s %s', async (method, path, allow) => {
    const reply = await ask(await registry(), path, { method });
    expect([reply.status, reply.code, reply.headers.allow]).toEqual([405, 'UNSUPPORTED', allow]);
  });
});

function parsed(bytes: Buffer): object {
  return JSON.parse(bytes.toString()) as object;
}

function byOrderIn(bytes: Buffer): (a: string, b: string) => number {
  return (a, b) => bytes.indexOf(a) - bytes.indexOf(b);
}

function ascending(a: number, b: number): number {
  return a - b;
}
