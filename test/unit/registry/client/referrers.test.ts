import { describe, expect, it } from 'vitest';
import { MEDIA } from '../../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../../shared/domain/descriptor.ts';
import { hexOf } from '../../../../shared/domain/digest.ts';
import { errorBody } from '../../../support/fault-registry.ts';
import type { FaultRegistry } from '../../../support/fault-registry.ts';
import { blobOf, errorOf, faultRegistry, manifestOf, testClient } from './harness.ts';

const subject = manifestOf().descriptor.digest;
const tag = `sha256-${hexOf(subject)}`;

function referrer(seed: string): Descriptor {
  return { ...blobOf(seed, 10).descriptor, mediaType: MEDIA.ociManifest, artifactType: 'application/sbom' };
}

function index(manifests: readonly unknown[]): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.ociIndex, manifests });
}

function filed(
  registry: FaultRegistry,
): { readonly manifests: readonly Descriptor[] } & Record<string, unknown> {
  const bytes = registry.manifests.get(`team/app:${tag}`)?.bytes ?? Buffer.from('{}');
  return JSON.parse(bytes.toString()) as { manifests: Descriptor[] } & Record<string, unknown>;
}

describe('referrers', () => {
  it('are read from the API, all pages', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /referrers\/sha256:[0-9a-f]+$/,
      respond: ({ answer, request }) =>
        answer(
          200,
          { 'content-type': MEDIA.ociIndex, link: `<${request.url}?page=2>; rel="next"` },
          index([referrer('a')]),
        ),
    });
    registry.order({
      path: /page=2/,
      respond: ({ answer }) => answer(200, { 'content-type': MEDIA.ociIndex }, index([referrer('b')])),
    });
    const repository = testClient().repository(registry.host, 'team/app');
    expect(await repository.referrers(subject)).toEqual([referrer('a'), referrer('b')]);
    expect(repository.hasReferrersApi).toBe(true);
    expect(registry.lines.some((line) => line.includes('/manifests/'))).toBe(false);
  });

  it('are read from the fallback tag where there is no API, which is asked for once', async () => {
    const registry = await faultRegistry();
    registry.putManifest('team/app', MEDIA.ociIndex, Buffer.from(index([referrer('a')])), tag);
    const repository = testClient().repository(registry.host, 'team/app');
    expect(await repository.referrers(subject)).toEqual([referrer('a')]);
    expect(await repository.referrers(blobOf('other', 1).descriptor.digest)).toEqual([]);
    expect(repository.hasReferrersApi).toBe(false);
    expect(registry.lines.filter((line) => line.includes('/referrers/'))).toHaveLength(1);
  });

  it('of a repository that is not there say nothing about the API', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /referrers/,
      respond: ({ answer }) => answer(404, {}, errorBody('NAME_UNKNOWN', 'no such repository')),
    });
    const repository = testClient().repository(registry.host, 'team/app');
    expect(await repository.referrers(subject)).toEqual([]);
    expect(repository.hasReferrersApi).toBeUndefined();
  });

  it('are not believed of a server that answers everything with some JSON', async () => {
    const registry = await faultRegistry();
    registry.order({ path: /referrers/, respond: ({ answer }) => answer(200, {}, '{"hello":"world"}') });
    const repository = testClient().repository(registry.host, 'team/app');
    expect(await repository.referrers(subject)).toEqual([]);
  });

  it('are filed under the fallback tag one after the other, none twice and none lost', async () => {
    const registry = await faultRegistry();
    const foreign = { ...referrer('theirs'), 'x-unknown': { kept: true } };
    const before = JSON.stringify({ ...(JSON.parse(index([foreign])) as object), annotations: { a: 'b' } });
    registry.putManifest('team/app', MEDIA.ociIndex, Buffer.from(before), tag);
    const client = testClient();
    const seeds = ['a', 'b', 'c', 'a'];
    await Promise.all(
      seeds.map((seed) =>
        client.repository(registry.host, 'team/app').addToReferrersTag(subject, [referrer(seed)]),
      ),
    );
    const { manifests, annotations } = filed(registry);
    expect(manifests).toEqual([foreign, referrer('a'), referrer('b'), referrer('c')]);
    expect(annotations).toEqual({ a: 'b' });
    expect(registry.requests.filter((request) => request.method === 'PUT')).toHaveLength(3);
  });

  it('are not filed where the registry lists them by itself', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /referrers/,
      respond: ({ answer }) => answer(200, { 'content-type': MEDIA.ociIndex }, index([referrer('a')])),
    });
    await testClient()
      .repository(registry.host, 'team/app')
      .addToReferrersTag(subject, [referrer('a')]);
    expect(registry.requests.some((request) => request.method === 'PUT')).toBe(false);
  });

  it('do not overwrite something else under that tag', async () => {
    const registry = await faultRegistry();
    registry.putManifest('team/app', MEDIA.ociManifest, manifestOf().bytes, tag);
    const filing = testClient()
      .repository(registry.host, 'team/app')
      .addToReferrersTag(subject, [referrer('a')]);
    expect((await errorOf(filing)).code).toBe('TAG_CONFLICT');
  });
});
