import { describe, expect, it } from 'vitest';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { descriptorOf, makeImage, makeIndex, makeReferrer } from '../../support/make-content.ts';
import { ask, json, serve } from './ask.ts';
import { imageItem, memoryBundle } from './memory-bundle.ts';

const app = makeImage({ seed: 'app', layers: 1 });
const arm = makeImage({ seed: 'app', layers: 1, platform: { os: 'linux', architecture: 'arm64' } });
const both = makeIndex([app, arm]);
const other = makeImage({ seed: 'other', layers: 1 });
const docker = makeImage({ seed: 'docker', layers: 1, docker: true });
const layer = app.layers[0]?.descriptor ?? app.root;
const errorsOf = (reply: Parameters<typeof json>[0]) => json(reply) as { errors: { message: string }[] };

const oneBundle = () =>
  memoryBundle('one', [
    imageItem('docker.io/library/app:1.0', both),
    imageItem('docker.io/library/app:2.0', app),
    imageItem('quay.io/org/other:1.0', other),
    imageItem('registry.example:5000/team/docker:1.0', docker),
  ]);

describe('the names of repositories', () => {
  it('are full source paths, host included', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    expect(json(await ask(serving, '/v2/_catalog'))).toEqual({
      repositories: ['docker.io/library/app', 'quay.io/org/other', 'registry.example_5000/team/docker'],
    });
    expect((await ask(serving, '/v2/docker.io/library/app/manifests/1.0')).status).toBe(200);
  });

  it('spell the colon of a host as an underscore, since a repository name may hold none', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    expect((await ask(serving, '/v2/registry.example_5000/team/docker/manifests/1.0')).status).toBe(200);
    const reply = await ask(serving, '/v2/team/docker/manifests/1.0?ns=registry.example:5000');
    expect(reply.headers['docker-content-digest']).toBe(docker.root.digest);
  });

  it('are short where one repository alone has the short path', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    expect(json(await ask(serving, '/v2/library/app/tags/list'))).toEqual({
      name: 'library/app',
      tags: ['1.0', '2.0'],
    });
  });

  it('are refused where they are ambiguous, and the answer names the candidates', async () => {
    const bundles = [
      memoryBundle('one', [imageItem('docker.io/team/app:1.0', app)]),
      memoryBundle('two', [imageItem('quay.io/team/app:1.0', other)]),
    ];
    const serving = await serve({ bundles });
    for (const path of [
      'manifests/1.0',
      'tags/list',
      `blobs/${layer.digest}`,
      `referrers/${app.root.digest}`,
    ]) {
      const reply = await ask(serving, `/v2/team/app/${path}`);
      expect([reply.status, reply.code]).toEqual([404, 'NAME_UNKNOWN']);
      expect(errorsOf(reply).errors[0]).toMatchObject({
        message: 'team/app may be each of docker.io/team/app, quay.io/team/app; ask for one of them.',
        detail: { candidates: ['docker.io/team/app', 'quay.io/team/app'] },
      });
    }
  });

  it('are told apart by ?ns=, as containerd asks a mirror', async () => {
    const bundles = [
      memoryBundle('one', [imageItem('docker.io/team/app:1.0', app)]),
      memoryBundle('two', [imageItem('quay.io/team/app:1.0', other)]),
    ];
    const serving = await serve({ bundles });
    const digestIn = async (path: string) => (await ask(serving, path)).headers['docker-content-digest'];
    expect(await digestIn('/v2/team/app/manifests/1.0?ns=docker.io')).toBe(app.root.digest);
    expect(await digestIn('/v2/team/app/manifests/1.0?ns=registry-1.docker.io')).toBe(app.root.digest);
    expect(await digestIn('/v2/team/app/manifests/1.0?ns=quay.io')).toBe(other.root.digest);
    // A mirror that has the host in its path, too.
    expect(await digestIn('/v2/quay.io/team/app/manifests/1.0?ns=quay.io')).toBe(other.root.digest);
    expect((await ask(serving, '/v2/team/app/manifests/1.0?ns=ghcr.io')).code).toBe('NAME_UNKNOWN');
    expect((await ask(serving, '/v2/quay.io/team/app/manifests/1.0?ns=docker.io')).code).toBe('NAME_UNKNOWN');
  });

  it('that nobody knows are answered with NAME_UNKNOWN', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    for (const path of ['manifests/1.0', 'tags/list', `blobs/${layer.digest}`]) {
      const reply = await ask(serving, `/v2/no/such/${path}`);
      expect([reply.status, reply.code]).toEqual([404, 'NAME_UNKNOWN']);
    }
  });
});

describe('a manifest', () => {
  it('comes with digest, length, its own type and an entity tag, whatever Accept says', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    const reply = await ask(serving, '/v2/docker.io/library/app/manifests/1.0', {
      headers: { accept: MEDIA.dockerManifest },
    });
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({
      'docker-content-digest': both.root.digest,
      'content-length': String(both.root.size),
      'content-type': MEDIA.ociIndex,
      etag: `"${both.root.digest}"`,
    });
    expect(digestOf(reply.body)).toBe(both.root.digest);
  });

  it('keeps a Docker type', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    const reply = await ask(serving, '/v2/team/docker/manifests/1.0');
    expect(reply.headers['content-type']).toBe(MEDIA.dockerManifest);
  });

  it('has the same headers for HEAD as for GET, and no body', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    const path = `/v2/library/app/manifests/${arm.root.digest}`;
    const [get, head] = [await ask(serving, path), await ask(serving, path, { method: 'HEAD' })];
    const { date: _, ...headers } = get.headers;
    expect(head.headers).toMatchObject(headers);
    expect([head.status, head.body.byteLength]).toEqual([200, 0]);
  });

  it('that the client has already is not sent again', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    const reply = await ask(serving, '/v2/library/app/manifests/1.0', {
      headers: { 'if-none-match': `"${both.root.digest}"` },
    });
    expect([reply.status, reply.body.byteLength]).toEqual([304, 0]);
    expect(reply.headers.etag).toBe(`"${both.root.digest}"`);
  });

  it('is there by digest also below an index', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    const reply = await ask(serving, `/v2/library/app/manifests/${arm.root.digest}`);
    expect(digestOf(reply.body)).toBe(arm.root.digest);
  });

  it.each(['3.0', digestOf('nothing'), '.no-tag', 'sha256:00'])(
    '%s that is not there is unknown',
    async (reference) => {
      const serving = await serve({ bundles: [oneBundle()] });
      const reply = await ask(serving, `/v2/library/app/manifests/${reference}`);
      expect([reply.status, reply.code]).toEqual([404, 'MANIFEST_UNKNOWN']);
    },
  );

  it('that was left out when packing says so', async () => {
    const items = [imageItem('docker.io/library/app:1.0', both)];
    const absent = [...arm.blobs.keys()]
      .filter((digest) => !app.blobs.has(digest))
      .map((digest) => ({ digest, reason: 'platform', item: 'docker.io/library/app:1.0' }) as const);
    const serving = await serve({ bundles: [memoryBundle('sparse', items, { absent })] });
    expect((await ask(serving, '/v2/library/app/manifests/1.0')).status).toBe(200);
    const reply = await ask(serving, `/v2/library/app/manifests/${arm.root.digest}`);
    expect(reply.code).toBe('MANIFEST_UNKNOWN');
    expect(errorsOf(reply).errors[0]?.message).toContain('left out when the bundle was packed (platform)');
  });

  it('is no answer under a tag that two bundles point elsewhere', async () => {
    const bundles = [
      memoryBundle('old', [imageItem('quay.io/org/app:1.0', app), imageItem('quay.io/org/app:0.9', app)]),
      memoryBundle('new', [imageItem('quay.io/org/app:1.0', other), imageItem('quay.io/org/app:0.9', app)]),
    ];
    const serving = await serve({ bundles });
    const reply = await ask(serving, '/v2/quay.io/org/app/manifests/1.0');
    expect([reply.status, reply.code]).toEqual([404, 'MANIFEST_UNKNOWN']);
    expect(errorsOf(reply).errors[0]?.message).toContain(`${app.root.digest} in bundle old`);
    expect(errorsOf(reply).errors[0]?.message).toContain(`${other.root.digest} in bundle new`);
    expect((await ask(serving, '/v2/quay.io/org/app/manifests/0.9')).status).toBe(200);
    expect((await ask(serving, `/v2/quay.io/org/app/manifests/${other.root.digest}`)).status).toBe(200);
  });
});

describe('a blob', () => {
  it('comes with digest, length and the type of its descriptor', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    for (const method of ['GET', 'HEAD']) {
      const reply = await ask(serving, `/v2/library/app/blobs/${layer.digest}`, { method });
      expect(reply.status).toBe(200);
      expect(reply.headers).toMatchObject({
        'docker-content-digest': layer.digest,
        'content-length': String(layer.size),
        'content-type': MEDIA.ociLayerGzip,
        'accept-ranges': 'bytes',
        etag: `"${layer.digest}"`,
      });
    }
  });

  it('is served only under repositories that hold it', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    const reply = await ask(serving, `/v2/quay.io/org/other/blobs/${layer.digest}`);
    expect([reply.status, reply.code]).toEqual([404, 'BLOB_UNKNOWN']);
  });

  it('may be a manifest, as some clients fetch them, but no manifest may be a blob', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    expect((await ask(serving, `/v2/library/app/blobs/${both.root.digest}`)).status).toBe(200);
    const reply = await ask(serving, `/v2/library/app/manifests/${layer.digest}`);
    expect(reply.code).toBe('MANIFEST_UNKNOWN');
  });

  it('that one bundle leaves to another is found in the other', async () => {
    const base = { digest: layer.digest, reason: 'base', item: 'docker.io/library/app:2.0' } as const;
    const bundles = [
      memoryBundle('delta', [imageItem('docker.io/library/app:2.0', app)], { absent: [base] }),
      memoryBundle('base', [imageItem('docker.io/library/app:1.0', app)]),
    ];
    const serving = await serve({ bundles });
    const reply = await ask(serving, `/v2/library/app/blobs/${layer.digest}`);
    expect(digestOf(reply.body)).toBe(layer.digest);
  });

  it.each(['text/html\r\nX-Injected: 1', 'no type', ''])(
    'of the type %j is sent as octets',
    async (mediaType) => {
      const layers = [{ ...descriptorOf(mediaType, Buffer.from('x')) }];
      const config = descriptorOf(MEDIA.ociEmpty, Buffer.from('{}'));
      const manifest = Buffer.from(
        JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.ociManifest, config, layers }),
      );
      const content = {
        root: descriptorOf(MEDIA.ociManifest, manifest),
        blobs: new Map([manifest, Buffer.from('x'), Buffer.from('{}')].map((one) => [digestOf(one), one])),
      };
      const serving = await serve({
        bundles: [memoryBundle('odd', [imageItem('docker.io/library/odd:1', content)])],
      });
      const reply = await ask(serving, `/v2/library/odd/blobs/${digestOf('x')}`);
      expect([reply.status, reply.headers['content-type']]).toEqual([200, MEDIA.octets]);
      expect(reply.headers['x-injected']).toBeUndefined();
    },
  );

  it('of any type is nothing that a browser runs', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    const reply = await ask(serving, `/v2/library/app/blobs/${layer.digest}`);
    expect(reply.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
  });
});

describe('lists', () => {
  it('of tags come in pages', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    const first = await ask(serving, '/v2/library/app/tags/list?n=1');
    expect(json(first)).toEqual({ name: 'library/app', tags: ['1.0'] });
    expect(first.headers.link).toBe('</v2/library/app/tags/list?n=1&last=1.0>; rel="next"');
    const next = await ask(serving, '/v2/library/app/tags/list?n=1&last=1.0');
    expect([json(next), next.headers.link]).toEqual([{ name: 'library/app', tags: ['2.0'] }, undefined]);
  });

  it('of repositories come in pages', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    const reply = await ask(serving, '/v2/_catalog?n=1&last=docker.io/library/app');
    expect(json(reply)).toEqual({ repositories: ['quay.io/org/other'] });
    expect(reply.headers.link).toBe('</v2/_catalog?n=1&last=quay.io%2Forg%2Fother>; rel="next"');
  });

  it('refuse a number that is none', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    expect((await ask(serving, '/v2/_catalog?n=all')).status).toBe(400);
  });

  it('of an item known by digest alone hold no tag', async () => {
    const serving = await serve({
      bundles: [memoryBundle('one', [imageItem(`quay.io/org/app@${app.root.digest}`, app)])],
    });
    expect(json(await ask(serving, '/v2/quay.io/org/app/tags/list'))).toEqual({
      name: 'quay.io/org/app',
      tags: [],
    });
    expect((await ask(serving, `/v2/quay.io/org/app/manifests/${app.root.digest}`)).status).toBe(200);
  });
});

describe('referrers', () => {
  const sbom = makeReferrer(app.root, { artifactType: 'application/spdx+json', text: 'sbom' });
  const signature = makeReferrer(app.root, { artifactType: 'application/x.sig', text: 'signature' });
  const ofSbom = makeReferrer(sbom.root, {
    artifactType: 'application/x.sig',
    text: 'signature of the sbom',
  });
  const attached = [sbom, signature].map((content) => ({ subject: app.root.digest, content }));
  const bundle = () =>
    memoryBundle('signed', [
      imageItem('docker.io/library/app:1.0', both, [
        ...attached,
        { subject: sbom.root.digest, content: ofSbom },
      ]),
      imageItem('quay.io/org/other:1.0', other),
    ]);
  const digestsIn = (reply: Parameters<typeof json>[0]) =>
    (json(reply) as { manifests: { digest: string }[] }).manifests.map(({ digest }) => digest);

  it('are found by what the manifests say of their subject', async () => {
    const serving = await serve({ bundles: [bundle()] });
    const reply = await ask(serving, `/v2/library/app/referrers/${app.root.digest}`);
    expect(reply.headers['content-type']).toBe(MEDIA.ociIndex);
    expect(reply.headers['oci-filters-applied']).toBeUndefined();
    expect(json(reply)).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA.ociIndex,
      manifests: [
        { ...sbom.root, artifactType: 'application/spdx+json' },
        { ...signature.root, artifactType: 'application/x.sig' },
      ].toSorted((a, b) => (a.digest < b.digest ? -1 : 1)),
    });
    const second = await ask(serving, `/v2/library/app/referrers/${sbom.root.digest}`);
    expect(digestsIn(second)).toEqual([ofSbom.root.digest]);
    for (const content of [sbom, signature, ofSbom])
      for (const digest of content.blobs.keys())
        expect((await ask(serving, `/v2/library/app/blobs/${digest}`)).status).toBe(200);
  });

  it('are filtered by type, and the answer says so', async () => {
    const serving = await serve({ bundles: [bundle()] });
    const reply = await ask(
      serving,
      `/v2/library/app/referrers/${app.root.digest}?artifactType=application/x.sig`,
    );
    expect(reply.headers['oci-filters-applied']).toBe('artifactType');
    expect(digestsIn(reply)).toEqual([signature.root.digest]);
  });

  it.each([
    ['a manifest without any', `/v2/library/app/referrers/${arm.root.digest}`],
    ['a digest nobody knows', `/v2/library/app/referrers/${digestOf('nothing')}`],
    ['a repository nobody knows', `/v2/no/such/referrers/${app.root.digest}`],
    ['another repository', `/v2/quay.io/org/other/referrers/${app.root.digest}`],
  ])('of %s are an empty index, never a 404', async (_, path) => {
    const serving = await serve({ bundles: [bundle()] });
    const reply = await ask(serving, path);
    expect([reply.status, digestsIn(reply)]).toEqual([200, []]);
  });

  it('are refused for what is no digest', async () => {
    const serving = await serve({ bundles: [bundle()] });
    const reply = await ask(serving, '/v2/library/app/referrers/latest');
    expect([reply.status, reply.code]).toEqual([400, 'DIGEST_INVALID']);
  });

  it('that came in another bundle than their subject are found', async () => {
    const bundles = [
      memoryBundle('images', [imageItem('docker.io/library/app:1.0', app)]),
      memoryBundle('later', [imageItem(`docker.io/library/app@${sbom.root.digest}`, sbom)]),
    ];
    const serving = await serve({ bundles });
    const reply = await ask(serving, `/v2/library/app/referrers/${app.root.digest}`);
    expect(digestsIn(reply)).toEqual([sbom.root.digest]);
  });

  it('of a subject that stayed behind are still listed', async () => {
    const ofDropped = makeReferrer(both.root, { artifactType: 'application/x.sig', text: 'of the index' });
    const item = imageItem('docker.io/library/app:1.0', app, [
      { subject: both.root.digest, content: ofDropped },
    ]);
    const serving = await serve({ bundles: [memoryBundle('child', [item])] });
    const reply = await ask(serving, `/v2/library/app/referrers/${both.root.digest}`);
    expect(digestsIn(reply)).toEqual([ofDropped.root.digest]);
  });

  it('in the form of tags are tags', async () => {
    const tag = `${app.root.digest.replace(':', '-')}.sig`;
    const item = imageItem('docker.io/library/app:1.0', app, [
      { tag, subject: app.root.digest, content: other },
    ]);
    const serving = await serve({ bundles: [memoryBundle('cosign', [item])] });
    const reply = await ask(serving, `/v2/docker.io/library/app/manifests/${tag}`);
    expect(reply.headers['docker-content-digest']).toBe(other.root.digest);
  });
});

describe('a server of bundles alone', () => {
  it('answers the probe', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    for (const path of ['/v2/', '/v2']) {
      const reply = await ask(serving, path);
      expect([reply.status, reply.headers['docker-distribution-api-version']]).toEqual([200, 'registry/2.0']);
    }
  });

  it.each([
    ['POST', '/v2/library/app/blobs/uploads/'],
    ['PATCH', '/v2/library/app/blobs/uploads/1'],
    ['PUT', '/v2/library/app/manifests/1.0'],
    ['DELETE', '/v2/library/app/manifests/1.0'],
    ['DELETE', `/v2/library/app/blobs/${layer.digest}`],
    ['OPTIONS', '/v2/'],
    ['POST', '/files/'],
  ])('refuses %s %s with what is allowed', async (method, path) => {
    const serving = await serve({ bundles: [oneBundle()] });
    const reply = await ask(serving, path, { method });
    expect([reply.status, reply.code, reply.headers.allow]).toEqual([405, 'UNSUPPORTED', 'GET, HEAD']);
  });

  it('lets no page of another origin read it', async () => {
    const serving = await serve({ bundles: [oneBundle()] });
    const reply = await ask(serving, '/v2/_catalog', { headers: { origin: 'http://evil.example' } });
    expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  });
});
