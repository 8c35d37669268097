import { describe, expect, it } from 'vitest';
import { ANNOTATION, MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { hexOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { canonicalJson } from '../../../electron/engine/oci/canonical-json.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { resolveImage } from '../../../electron/engine/content/images/index.ts';
import type { Resolved } from '../../../electron/engine/content/index.ts';
import { descriptorOf, makeImage, makeIndex, makeReferrer } from '../../support/make-content.ts';
import type { MadeContent, MadeImage } from '../../support/make-content.ts';
import { imageEntry, resolveContext } from '../../support/make-entries.ts';
import { createMemoryRegistry } from '../../support/memory-registry.ts';
import type { MemoryRegistry } from '../../support/memory-registry.ts';

const HOST = 'registry.example.com';
const NAME = 'plant/app';
const REF = `${HOST}/${NAME}:1.0`;
const AMD64 = makeImage({ seed: 'app', platform: { os: 'linux', architecture: 'amd64' } });
const ARM64 = makeImage({ seed: 'app', platform: { os: 'linux', architecture: 'arm64' } });
const ARMV7 = makeImage({ seed: 'app', platform: { os: 'linux', architecture: 'arm', variant: 'v7' } });
const INDEX = makeIndex([AMD64, ARM64, ARMV7], { attestations: true });

/** A registry that holds one image under REF. */
function registryWith(content: MadeContent, referrersApi = true): MemoryRegistry {
  const registry = createMemoryRegistry();
  registry.repository(HOST, NAME, { referrersApi }).push(content, '1.0');
  return registry;
}

async function resolve(
  registry: MemoryRegistry,
  entry: Parameters<typeof imageEntry>[0] = {},
): Promise<Resolved> {
  const [resolved, ...others] = await resolveImage(
    imageEntry({ ref: REF, ...entry }),
    resolveContext(registry),
  );
  if (resolved === undefined || others.length > 0) throw new Error('expected one item');
  return resolved;
}

function attestationOf(index: MadeContent, image: MadeImage): Descriptor {
  const parsed = JSON.parse(Buffer.from(index.blobs.get(index.root.digest) ?? []).toString()) as {
    manifests: Descriptor[];
  };
  const found = parsed.manifests.find(
    ({ annotations }) => annotations?.[ANNOTATION.attestedDigest] === image.root.digest,
  );
  if (found === undefined) throw new Error('no attestation');
  return found;
}

/** Every digest that a lock would carry for the item. */
function carried({ item, manifests, blobs }: Resolved): Set<Digest> {
  const all = new Set([...manifests.keys(), ...blobs.map(({ digest }) => digest)]);
  if (item.original !== undefined) all.delete(item.original.digest);
  return all;
}

describe('keeping an index whole', () => {
  it('carries every manifest, config and layer byte for byte, and every platform is named', async () => {
    const resolved = await resolve(registryWith(INDEX));
    expect(resolved.item).toMatchObject({
      reference: REF,
      source: { type: 'registry', host: HOST, repository: NAME },
      root: INDEX.root,
      mode: 'keep',
      platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'],
    });
    expect(carried(resolved)).toEqual(new Set(INDEX.blobs.keys()));
    expect(resolved.manifests.get(INDEX.root.digest)).toEqual(INDEX.blobs.get(INDEX.root.digest));
    expect(resolved.item.original).toBeUndefined();
    expect(resolved.absent).toEqual([]);
  });

  it('takes an index that is pinned by its digest, whatever platforms the list names', async () => {
    const ref = `${HOST}/${NAME}@${INDEX.root.digest}`;
    const resolved = await resolve(registryWith(INDEX), { ref, platforms: ['linux/amd64'], index: 'child' });
    expect(resolved.item).toMatchObject({ reference: ref, root: INDEX.root, mode: 'keep' });
    expect(resolved.notes).toContain('pinned by digest, so all that the digest names is carried');
  });

  it('takes less of a pinned index where its own entry says so', async () => {
    const ref = `${HOST}/${NAME}:1.0@${INDEX.root.digest}`;
    const resolved = await resolve(registryWith(INDEX), {
      ref,
      platforms: ['linux/arm64'],
      ownPlatforms: true,
    });
    expect(resolved.item).toMatchObject({ reference: ref, root: ARM64.root, mode: 'child' });
  });

  it('follows indexes in indexes to depth 8 and no further', async () => {
    const nest = (depth: number): MadeContent => (depth === 0 ? INDEX : indexOver([nest(depth - 1)]));
    const deep = await resolve(registryWith(nest(7)));
    expect(carried(deep).size).toBe(INDEX.blobs.size + 7);
    await expect(resolve(registryWith(nest(8)))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});

describe('taking one platform out of an index', () => {
  it('makes the platform’s manifest the item and says that its attestation is left out', async () => {
    const resolved = await resolve(registryWith(INDEX), { platforms: ['linux/arm64'] });
    expect(resolved.item).toMatchObject({
      root: ARM64.root,
      mode: 'child',
      platforms: ['linux/arm64'],
      original: INDEX.root,
    });
    expect(carried(resolved)).toEqual(new Set(ARM64.blobs.keys()));
    expect(resolved.item.dropped).toContainEqual({
      digest: attestationOf(INDEX, ARM64).digest,
      platform: 'unknown/unknown',
      reason: 'attestation',
    });
    expect(resolved.item.dropped).toContainEqual({
      digest: AMD64.root.digest,
      platform: 'linux/amd64',
      reason: 'platform',
    });
    expect(resolved.notes).toContain('1 attestation manifest of its index is left out');
  });

  it('refuses child where the platforms match several manifests', async () => {
    await expect(
      resolve(registryWith(INDEX), { platforms: ['linux/arm64', 'linux/amd64'], index: 'child' }),
    ).rejects.toMatchObject({
      code: 'LIST_INVALID',
      message: expect.stringMatching(/^list\.yaml:7:5: .*linux\/amd64, linux\/arm64/) as string,
    });
  });

  it('matches a Windows version by its prefix, and asks for one where several match', async () => {
    const windows = (version: string) =>
      makeImage({
        seed: version,
        platform: { os: 'windows', architecture: 'amd64', 'os.version': version },
      });
    const old = windows('10.0.17763.5329');
    const index = makeIndex([old, windows('10.0.20348.2227')]);
    const resolved = await resolve(registryWith(index), { platforms: ['windows(10.0.17763)/amd64'] });
    expect(resolved.item.root).toEqual(old.root);
    await expect(resolve(registryWith(index), { platforms: ['windows/amd64'] })).rejects.toMatchObject({
      code: 'LIST_INVALID',
      remedy: expect.stringContaining('version') as string,
    });
  });

  it('matches arm64/v8 as arm64', async () => {
    const v8 = makeImage({ seed: 'v8', platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } });
    const resolved = await resolve(registryWith(makeIndex([AMD64, v8])), { platforms: ['linux/arm64'] });
    expect(resolved.item.root).toEqual(v8.root);
  });

  it('finds a platform in an index inside the index', async () => {
    const resolved = await resolve(registryWith(indexOver([makeIndex([AMD64, ARM64])])), {
      platforms: ['linux/arm64'],
    });
    expect(resolved.item).toMatchObject({ root: ARM64.root, platforms: ['linux/arm64'] });
  });

  it('reads the config of a manifest whose index entry names no platform', async () => {
    const resolved = await resolve(registryWith(indexOver([AMD64, ARM64])), { platforms: ['linux/arm64'] });
    expect(resolved.item).toMatchObject({ root: ARM64.root, platforms: ['linux/arm64'] });
  });

  it('fails where the image has none of the platforms, and lists what there is', async () => {
    await expect(
      resolve(registryWith(INDEX), { platforms: ['linux/s390x', 'windows/amd64'] }),
    ).rejects.toMatchObject({
      code: 'PLATFORM_NOT_FOUND',
      message: `list.yaml:7:5: ${REF} has none of linux/s390x, windows/amd64; it has linux/amd64, linux/arm64, linux/arm/v7.`,
      side: 'source',
    });
  });
});

describe('rewriting an index', () => {
  it('filters its manifests in order, keeps attestations with their images, and changes nothing else', async () => {
    const source = {
      ...(JSON.parse(Buffer.from(INDEX.blobs.get(INDEX.root.digest) ?? []).toString()) as object),
      annotations: { b: '1', a: '2' },
      'x-unknown': { kept: [1, 2.5] },
    };
    const bytes = Buffer.from(JSON.stringify(source, undefined, 3));
    const index: MadeContent = {
      root: descriptorOf(MEDIA.ociIndex, bytes),
      blobs: new Map(INDEX.blobs).set(digestOf(bytes), bytes),
    };
    const resolved = await resolve(registryWith(index), { platforms: ['linux/arm/v7', 'linux/amd64'] });
    const { root, original } = resolved.item;
    const kept = [AMD64.root, ARMV7.root, attestationOf(INDEX, AMD64), attestationOf(INDEX, ARMV7)];
    const made = resolved.manifests.get(root?.digest as Digest);
    expect(original).toEqual(index.root);
    expect(resolved.manifests.get(index.root.digest)).toEqual(bytes);
    const body = JSON.parse(Buffer.from(made ?? []).toString()) as { manifests: Descriptor[] };
    expect(body.manifests.map(({ digest }) => digest)).toEqual(kept.map(({ digest }) => digest));
    expect(body).toEqual({ ...source, manifests: body.manifests });
    expect(made).toEqual(canonicalJson(body));
    expect(resolved.item).toMatchObject({ mode: 'rewrite', platforms: ['linux/amd64', 'linux/arm/v7'] });
    expect(resolved.absent).toEqual(
      [ARM64.root, attestationOf(INDEX, ARM64)].map(({ digest }) => ({
        digest,
        reason: 'platform',
        item: REF,
      })),
    );
  });

  it('leaves the original bytes where nothing is dropped', async () => {
    const resolved = await resolve(registryWith(INDEX), {
      platforms: ['linux/arm/v7', 'linux/amd64', 'linux/arm64'],
    });
    expect(resolved.item).toMatchObject({ mode: 'rewrite', root: INDEX.root });
    expect(resolved.item.original).toBeUndefined();
    expect(resolved.item.dropped).toBeUndefined();
  });

  it('takes the platforms that are there and names the missing ones', async () => {
    const resolved = await resolve(registryWith(INDEX), { platforms: ['linux/amd64', 'linux/s390x'] });
    expect(resolved.item.missingPlatforms).toEqual(['linux/s390x']);
    expect(resolved.notes).toContain('it has no linux/s390x');
  });
});

describe('a single manifest', () => {
  it('is taken as it is where its config names a platform that is asked for', async () => {
    const resolved = await resolve(registryWith(ARM64), { platforms: ['linux/arm64', 'linux/amd64'] });
    expect(resolved.item).toMatchObject({
      root: ARM64.root,
      mode: 'keep',
      platforms: ['linux/arm64'],
      missingPlatforms: ['linux/amd64'],
    });
    expect(carried(resolved)).toEqual(new Set(ARM64.blobs.keys()));
  });

  it('is refused where it is of another platform', async () => {
    await expect(resolve(registryWith(ARM64), { platforms: ['linux/amd64'] })).rejects.toMatchObject({
      code: 'PLATFORM_NOT_FOUND',
      message: expect.stringContaining('it has linux/arm64') as string,
    });
  });

  it('costs no config where no platform is asked for', async () => {
    const registry = registryWith(AMD64);
    await resolve(registry);
    expect(registry.requests.filter((request) => request.includes('/blobs/'))).toEqual([]);
  });

  it('keeps its Docker media types', async () => {
    const docker = makeImage({ seed: 'docker', docker: true });
    const resolved = await resolve(registryWith(docker), { platforms: ['linux/amd64'] });
    expect(resolved.item.root).toEqual(docker.root);
  });
});

describe('what is attached to an image', () => {
  const signature = (subject: Descriptor, text = 'signed') =>
    makeReferrer(subject, { artifactType: 'application/vnd.example.signature', text });

  it('carries referrers of the root, of kept children, and of those, to depth 4', async () => {
    const registry = registryWith(INDEX);
    const repository = registry.repository(HOST, NAME);
    const chain = [signature(INDEX.root)];
    for (let depth = 2; depth <= 5; depth += 1) chain.push(signature(chain.at(-1)?.root ?? INDEX.root));
    const ofChild = signature(ARM64.root);
    for (const made of [...chain, ofChild]) repository.push(made);
    const { item, ...resolved } = await resolve(registry);
    expect(item.attached?.map(({ subject, root }) => [subject, root.digest])).toEqual([
      [INDEX.root.digest, chain[0]?.root.digest],
      [chain[0]?.root.digest, chain[1]?.root.digest],
      [chain[1]?.root.digest, chain[2]?.root.digest],
      [chain[2]?.root.digest, chain[3]?.root.digest],
      [ARM64.root.digest, ofChild.root.digest],
    ]);
    for (const made of [...chain.slice(0, 4), ofChild])
      for (const digest of made.blobs.keys()) expect(carried({ item, ...resolved })).toContain(digest);
  });

  it('carries signatures of an index that stays behind, and says so', async () => {
    const registry = registryWith(INDEX);
    const repository = registry.repository(HOST, NAME);
    repository.push(signature(INDEX.root));
    repository.push(makeImage({ seed: 'sig' }), `sha256-${hexOf(INDEX.root.digest)}.sig`);
    const resolved = await resolve(registry, { platforms: ['linux/amd64'] });
    expect(resolved.item.attached).toMatchObject([
      { kind: 'referrer', subject: INDEX.root.digest, subjectDropped: true },
      {
        kind: 'tag',
        subject: INDEX.root.digest,
        tag: `sha256-${hexOf(INDEX.root.digest)}.sig`,
        subjectDropped: true,
      },
    ]);
    expect(resolved.notes).toContain(
      '2 signature(s) or referrer(s) of its whole index are carried, the index itself is not',
    );
  });

  it('carries the tags .sig, .att and .sbom of the root and of kept children', async () => {
    const registry = registryWith(makeIndex([AMD64, ARM64]));
    const repository = registry.repository(HOST, NAME);
    const tags = [
      `sha256-${hexOf(makeIndex([AMD64, ARM64]).root.digest)}.sbom`,
      `sha256-${hexOf(AMD64.root.digest)}.att`,
      `sha256-${hexOf(AMD64.root.digest)}.sig`,
    ];
    for (const tag of tags) repository.push(makeImage({ seed: tag, layers: 1 }), tag);
    const { item } = await resolve(registry);
    expect(item.attached?.map(({ tag }) => tag)).toEqual(tags);
    expect(item.attached?.map(({ root }) => root)).toEqual(
      tags.map((tag) => makeImage({ seed: tag, layers: 1 }).root),
    );
  });

  it('finds referrers under the fallback tag, whose index itself is not carried', async () => {
    const registry = registryWith(AMD64, false);
    const repository = registry.repository(HOST, NAME);
    const made = signature(AMD64.root);
    const fallback = indexOver([made]);
    repository.push(made);
    repository.push(fallback, `sha256-${hexOf(AMD64.root.digest)}`);
    const resolved = await resolve(registry);
    expect(resolved.item.attached).toMatchObject([{ kind: 'referrer', root: made.root }]);
    expect(carried(resolved)).not.toContain(fallback.root.digest);
  });

  it('finds what an old fallback tag lists where the registry keeps referrers by now', async () => {
    const registry = registryWith(AMD64);
    const repository = registry.repository(HOST, NAME);
    const made = signature(AMD64.root);
    repository.pushRaw(MEDIA.ociManifest, made.root.digest, made.blobs.get(made.root.digest) ?? Buffer.of());
    repository.push(indexOver([made]), `sha256-${hexOf(AMD64.root.digest)}`);
    expect((await resolve(registry)).item.attached).toMatchObject([{ root: { digest: made.root.digest } }]);
  });

  it('asks for no signature tag by name where the list of tags is whole and has none', async () => {
    const registry = registryWith(AMD64);
    await resolve(registry);
    expect(registry.requests.filter((request) => request.includes('sha256-'))).toEqual([]);
  });

  it('asks for each signature tag where the list of tags lacks the very tag that was asked for', async () => {
    const registry = registryWith(AMD64);
    const tag = `sha256-${hexOf(AMD64.root.digest)}.sig`;
    registry.repository(HOST, NAME).push(makeImage({ seed: 'sig' }), tag);
    registry.unlisted.add('1.0').add(tag);
    expect((await resolve(registry)).item.attached).toMatchObject([{ kind: 'tag', tag }]);
  });

  it('asks no child for referrers where the registry keeps none and has no fallback tag', async () => {
    const registry = registryWith(INDEX, false);
    await resolve(registry);
    expect(registry.requests.filter((request) => request.includes('/referrers/'))).toHaveLength(1);
  });

  it('says which referrers are listed and not there, or are about something else', async () => {
    const registry = registryWith(AMD64);
    const repository = registry.repository(HOST, NAME);
    const gone = signature(AMD64.root, 'gone');
    const strange = signature(ARM64.root, 'strange');
    repository.push(strange);
    repository.listReferrer(AMD64.root.digest, gone.root);
    repository.listReferrer(AMD64.root.digest, strange.root);
    const resolved = await resolve(registry);
    expect(resolved.item.attached).toBeUndefined();
    expect(resolved.notes.toSorted()).toEqual([
      expect.stringContaining('is listed as a referrer and is about something else') as string,
      expect.stringContaining('is listed at its source and not there') as string,
    ]);
  });

  it('refuses referrers that lead back to what they are about', async () => {
    const registry = registryWith(AMD64);
    const repository = registry.repository(HOST, NAME);
    repository.push(signature(AMD64.root));
    repository.listReferrer(signature(AMD64.root).root.digest, AMD64.root);
    await expect(resolve(registry)).rejects.toMatchObject({ code: 'MANIFEST_AMBIGUOUS' });
  });
});

describe('layers that a registry need not hold', () => {
  const layer = Buffer.from('a Windows base layer');
  const URL = 'https://mcr.example.com/layer.tar.gz';

  function imageWithForeignLayer(urls: readonly string[]): MadeContent {
    const config = canonicalJson({ os: 'windows', architecture: 'amd64' });
    const manifest = canonicalJson({
      schemaVersion: 2,
      mediaType: MEDIA.dockerManifest,
      config: descriptorOf(MEDIA.dockerConfig, config),
      layers: [
        {
          ...descriptorOf('application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', layer),
          urls,
        },
      ],
    });
    return {
      root: descriptorOf(MEDIA.dockerManifest, manifest),
      blobs: new Map([manifest, config].map((bytes) => [digestOf(bytes), bytes])),
    };
  }

  it('are carried where the registry has them after all', async () => {
    const registry = registryWith(imageWithForeignLayer([URL]));
    registry.repository(HOST, NAME).pushRaw(MEDIA.octets, digestOf(layer), layer);
    const resolved = await resolve(registry);
    expect(resolved.blobs).toContainEqual({ digest: digestOf(layer), size: layer.byteLength });
    expect(resolved.absent).toEqual([]);
  });

  it('are carried from the first https address that has them in the right size', async () => {
    const registry = registryWith(
      imageWithForeignLayer(['http://plain.example.com/x', 'https://other.example.com/x', URL]),
    );
    registry.serve('http://plain.example.com/x', layer.byteLength);
    registry.serve('https://other.example.com/x', 1);
    registry.serve(URL, layer.byteLength);
    const resolved = await resolve(registry);
    expect(resolved.blobs).toContainEqual({ digest: digestOf(layer), size: layer.byteLength, from: URL });
    expect(registry.requests).not.toContain('HEAD http://plain.example.com/x');
  });

  it('are named as absent where neither has them, and private addresses are not asked', async () => {
    const registry = registryWith(
      imageWithForeignLayer(['https://10.0.0.1/x', 'https://[::1]/x', 'https://localhost/x', URL]),
    );
    const resolved = await resolve(registry);
    expect(resolved.absent).toEqual([{ digest: digestOf(layer), reason: 'foreign', item: REF }]);
    expect(resolved.blobs.map(({ digest }) => digest)).not.toContain(digestOf(layer));
    expect(registry.requests.filter((request) => request.startsWith('HEAD https:'))).toEqual([`HEAD ${URL}`]);
    expect(resolved.notes.join()).toContain('foreign');
  });
});

describe('where an image comes from', () => {
  it('is fetched from the mirror and named by its reference', async () => {
    const registry = registryWith(AMD64);
    const resolved = await resolve(registry, { ref: 'docker.elastic.co/eck/operator:2', mirror: REF });
    expect(resolved.item).toMatchObject({
      reference: 'docker.elastic.co/eck/operator:2',
      source: { host: HOST, repository: NAME },
    });
    expect(registry.requests.every((request) => request.includes(HOST))).toBe(true);
  });

  it('is asked for by digest at a mirror too, and another answer is refused', async () => {
    const registry = registryWith(AMD64);
    const pinned = `docker.elastic.co/eck/operator@${ARM64.root.digest}`;
    await expect(resolve(registry, { ref: pinned, mirror: REF })).rejects.toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
      message: expect.stringContaining(`at ${REF}`) as string,
    });
  });

  it('says which reference is not there, and where the list names it', async () => {
    await expect(resolve(createMemoryRegistry())).rejects.toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
      message: `list.yaml:7:5: ${REF} is not there.`,
      side: 'source',
    });
  });
});

describe('manifests that are refused', () => {
  const push = (mediaType: string, body: unknown): MemoryRegistry => {
    const bytes = Buffer.from(JSON.stringify(body));
    const registry = createMemoryRegistry();
    registry.repository(HOST, NAME).pushRaw(mediaType, digestOf(bytes), bytes, '1.0');
    return registry;
  };

  it('of Docker schema 1, by that name', async () => {
    const body = { schemaVersion: 1, name: 'app', tag: '1', fsLayers: [], history: [] };
    for (const type of [MEDIA.dockerSchema1Signed, 'application/json'])
      await expect(resolve(push(type, body))).rejects.toMatchObject({
        code: 'SOURCE_UNSUPPORTED',
        message: expect.stringContaining('Docker schema 1') as string,
      });
  });

  it('of another digest algorithm, by its name', async () => {
    const body = {
      schemaVersion: 2,
      mediaType: MEDIA.ociManifest,
      config: { mediaType: MEDIA.ociConfig, digest: `blake3:${'0'.repeat(64)}`, size: 2 },
      layers: [],
    };
    await expect(resolve(push(MEDIA.ociManifest, body))).rejects.toMatchObject({
      code: 'SOURCE_UNSUPPORTED',
      message: expect.stringContaining('blake3') as string,
    });
  });

  it('with two meanings', async () => {
    const body = {
      schemaVersion: 2,
      mediaType: MEDIA.ociManifest,
      config: AMD64.root,
      layers: [],
      Layers: [],
    };
    await expect(resolve(push(MEDIA.ociManifest, body))).rejects.toMatchObject({
      code: 'MANIFEST_AMBIGUOUS',
    });
  });

  it('that give one blob two sizes', async () => {
    const blob = { mediaType: MEDIA.ociLayer, digest: digestOf('x'), size: 1 };
    const body = {
      schemaVersion: 2,
      mediaType: MEDIA.ociManifest,
      config: descriptorOf(MEDIA.ociConfig, Buffer.from('{}')),
      layers: [blob, { ...blob, size: 2 }],
    };
    await expect(resolve(push(MEDIA.ociManifest, body))).rejects.toMatchObject({
      code: 'MANIFEST_AMBIGUOUS',
      message: expect.stringContaining('1 and 2 bytes') as string,
    });
  });

  it('that an index lists and its registry does not have', async () => {
    const registry = registryWith(INDEX);
    registry.repository(HOST, NAME).drop(ARM64.root.digest);
    await expect(resolve(registry)).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND', side: 'source' });
  });
});

/** An index over any content, its entries without platforms. */
function indexOver(contents: readonly MadeContent[]): MadeContent {
  const bytes = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA.ociIndex,
    manifests: contents.map(({ root }) => root),
  });
  return {
    root: descriptorOf(MEDIA.ociIndex, bytes),
    blobs: new Map(contents.flatMap(({ blobs }) => [...blobs])).set(digestOf(bytes), bytes),
  };
}
