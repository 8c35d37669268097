import { describe, expect, it } from 'vitest';
import { parseRoute, parseTarget } from '../../../electron/engine/serve/route.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';

const digest = digestOf('x');

describe('a path', () => {
  it.each([
    ['/', { kind: 'home' }],
    ['/v2', { kind: 'ping' }],
    ['/v2/', { kind: 'ping' }],
    ['/v2/_catalog', { kind: 'catalog' }],
    ['/v2/a/b/tags/list', { kind: 'tags', name: 'a/b' }],
    ['/v2/a/manifests/v1', { kind: 'manifest', name: 'a', reference: 'v1' }],
    [`/v2/a/b/blobs/${digest}`, { kind: 'blob', name: 'a/b', digest }],
    [`/v2/a/referrers/${digest}`, { kind: 'referrers', name: 'a', digest }],
    ['/v2/a/b/blobs/uploads/', { kind: 'uploads', name: 'a/b' }],
    ['/v2/a/b/blobs/uploads', { kind: 'uploads', name: 'a/b' }],
    ['/v2/a/b/blobs/uploads/12', { kind: 'upload', name: 'a/b', session: '12' }],
    ['/v2/docker.io_5000/tags/tags/list', { kind: 'tags', name: 'docker.io_5000/tags' }],
    ['/charts/index.yaml', { kind: 'chartIndex' }],
    ['/charts/a-1.0.0.tgz', { kind: 'chart', file: 'a-1.0.0.tgz' }],
    ['/files/', { kind: 'files' }],
    ['/files/bin/tool', { kind: 'file', path: 'bin/tool' }],
  ])('%s has its meaning', (path, route) => expect(parseRoute(path)).toEqual(route));

  it.each(['', '/v1/', '/v2/a', '/v2/tags/list', '/v2/a/manifests/', '/v3/a/manifests/x', '/favicon.ico'])(
    '%s has none',
    (path) => expect(parseRoute(path)).toBeUndefined(),
  );

  it.each([
    '/v2/A/tags/list',
    '/v2/a//b/tags/list',
    '/v2/../x/tags/list',
    `/v2/${'a'.repeat(256)}/tags/list`,
  ])('%s has a name that no registry takes', (path) =>
    expect(() => parseRoute(path)).toThrow(expect.objectContaining({ code: 'NAME_INVALID', status: 400 })),
  );

  it.each(['/v2/a/blobs/sha256:00', '/v2/a/blobs/md5:00', '/v2/a/referrers/latest'])(
    '%s has no digest where one belongs',
    (path) =>
      expect(() => parseRoute(path)).toThrow(
        expect.objectContaining({ code: 'DIGEST_INVALID', status: 400 }),
      ),
  );

  it('is decoded once, and its query kept apart', () => {
    const { path, query } = parseTarget('/files/a%20b%252F?ns=docker.io');
    expect(path).toBe('/files/a b%2F');
    expect(query.get('ns')).toBe('docker.io');
  });

  it.each(['*', 'http://other.example/v2/', '/files/%', '/files/%ff'])('%s leads nowhere', (url) => {
    expect(parseRoute(parseTarget(url).path)).toBeUndefined();
  });
});
