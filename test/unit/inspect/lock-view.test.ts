import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeLock } from '../../../electron/engine/content/lock-file.ts';
import { lockView, viewLock } from '../../../electron/engine/inspect/lock-view.ts';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import { hexOf } from '../../../shared/domain/digest.ts';
import type { Lock } from '../../../shared/format/lock.ts';
import { LockView } from '../../../shared/station/contents.ts';
import { canonicalJson } from '../../../electron/engine/oci/canonical-json.ts';
import { descriptorOf, makeImage, makeIndex, makeLayer, makeReferrer } from '../../support/make-content.ts';
import type { MadeContent } from '../../support/make-content.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { makeLock } from '../bundle/locks.ts';

const total = ({ blobs }: MadeContent) =>
  [...blobs.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
const base = makeLayer({ seed: 'base', size: 10_000 });
const one = makeImage({ seed: 'one', base: [base] });
const two = makeImage({ seed: 'two', base: [base] });

describe('the sizes of a lock', () => {
  it('count a shared layer where it is first needed, and once in all', () => {
    const { lock } = makeLock('plant', [
      { reference: 'r.example/one:1', content: one },
      { reference: 'r.example/two:1', content: two },
    ]);
    const view = lockView('plant.lock.json', lock);
    expect(view.rows.map(({ bytes, newBytes }) => [bytes, newBytes])).toEqual([
      [total(one), total(one)],
      [total(two), total(two) - base.bytes.byteLength],
    ]);
    expect(view).toMatchObject({
      images: 2,
      bytes: total(one) + total(two) - base.bytes.byteLength,
      sharedBytes: base.bytes.byteLength,
      largestBlob: base.bytes.byteLength,
      blobs: new Set([...one.blobs.keys(), ...two.blobs.keys()]).size,
    });
  });

  it('leave out what the lock names and does not carry', () => {
    const [first, second] = [one.layers[0], one.layers[1]];
    if (first === undefined || second === undefined) throw new TypeError('an image of two layers');
    const { digest } = second.descriptor;
    const { lock } = makeLock('plant', [{ reference: 'r.example/one:1', content: one }], {
      leaveOut: [digest],
      absent: [{ digest, reason: 'foreign', item: 'r.example/one:1' }],
    });
    const view = lockView('x', lock);
    expect(view.bytes).toBe(total(one) - second.bytes.byteLength);
    expect(view.blobs).toBe(one.blobs.size - 1);
    expect(view.notes).toEqual(['1 foreign layer stays behind: its maker lets nobody else hand it on']);
  });

  it('take an item that is not pinned at the size its server told', () => {
    const { lock } = makeLock('plant', [{ reference: 'r.example/one:1', content: one }]);
    const unpinned: Lock['items'][number] = {
      kind: 'file',
      reference: 'tool.bin',
      source: { type: 'url', url: 'https://e.example/tool.bin' },
      unpinned: { url: 'https://e.example/tool.bin', size: 1234, etag: null },
    };
    const view = lockView('x', { ...lock, items: [...lock.items, unpinned] });
    expect(view.rows[1]).toMatchObject({ digest: null, bytes: 1234, newBytes: 1234 });
    expect(view).toMatchObject({ files: 1, bytes: total(one) + 1234, sharedBytes: 0 });
    expect(view.notes).toEqual(['1 of 2 items has no digest yet: packing has to pin it']);
  });
});

describe('what is attached to an item', () => {
  const attestation = (predicateType: string): MadeContent => {
    const config = Buffer.from('{}');
    const layer = Buffer.from(predicateType);
    const manifest = canonicalJson({
      schemaVersion: 2,
      mediaType: MEDIA.ociManifest,
      artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      config: descriptorOf(MEDIA.ociEmpty, config),
      layers: [descriptorOf('application/vnd.dev.sigstore.bundle.v0.3+json', layer)],
      annotations: { 'dev.sigstore.bundle.predicateType': predicateType },
    });
    const root = descriptorOf(MEDIA.ociManifest, manifest);
    return {
      root,
      blobs: new Map([manifest, config, layer].map((bytes) => [descriptorOf('x', bytes).digest, bytes])),
    };
  };
  const referrer = (artifactType: string) => makeReferrer(one.root, { artifactType, text: artifactType });
  const wordOf = (content: MadeContent, tag?: string) => {
    const { lock } = makeLock('plant', [
      {
        reference: 'r.example/one:1',
        content: one,
        attached: [
          tag === undefined
            ? { kind: 'referrer', subject: one.root.digest, content }
            : {
                kind: 'tag',
                subject: one.root.digest,
                tag: `sha256-${hexOf(one.root.digest)}${tag}`,
                content,
              },
        ],
      },
    ]);
    return lockView('x', lock).rows[0]?.attached[0];
  };

  it.each([
    ['application/vnd.dev.cosign.artifact.sig.v1+json', 'signature'],
    ['application/vnd.dev.sigstore.bundle.v0.3+json', 'signature'],
    ['application/vnd.cncf.notary.signature', 'signature'],
    ['application/spdx+json', 'SBOM'],
    ['text/spdx+json', 'SBOM'],
    ['application/vnd.cyclonedx+json', 'SBOM'],
    ['application/vnd.in-toto+json', 'attestation'],
    ['application/vnd.example.scan', 'application/vnd.example.scan'],
  ])('is told by its type %s: %s', (type, word) => {
    expect(wordOf(referrer(type))?.what).toBe(word);
  });

  it.each([
    ['.sig', 'signature'],
    ['.att', 'attestation'],
    ['.sbom', 'SBOM'],
    ['', 'application/vnd.example.scan'],
  ])('is told by its tag %s: %s', (tag, word) => {
    expect(wordOf(referrer('application/vnd.example.scan'), tag)?.what).toBe(word);
  });

  it.each([
    ['https://sigstore.dev/cosign/sign/v1', 'signature'],
    ['https://spdx.dev/Document', 'SBOM'],
    ['https://cyclonedx.org/bom', 'SBOM'],
    ['https://slsa.dev/provenance/v1', 'attestation'],
    ['https://example.com/verdict', 'attestation'],
  ])('is told by what a bundle of sigstore states, %s: %s', (predicate, word) => {
    expect(wordOf(attestation(predicate))?.what).toBe(word);
  });

  it('has the size of all that it brings along', () => {
    const sbom = referrer('application/spdx+json');
    expect(wordOf(sbom)).toMatchObject({ digest: sbom.root.digest, bytes: total(sbom) });
  });
});

describe('the platforms of an item', () => {
  const arm = makeImage({ seed: 'arm', base: [base], platform: { os: 'linux', architecture: 'arm64' } });

  it('are told with their digests, each byte new where it is first needed', () => {
    const { lock } = makeLock('plant', [
      {
        reference: 'r.example/one:1',
        content: makeIndex([one, arm]),
        extra: { platforms: ['linux/amd64', 'linux/arm64'], mode: 'keep' },
      },
    ]);
    const view = lockView('x', lock);
    expect(view.rows[0]?.parts).toEqual([
      {
        platform: 'linux/amd64',
        digest: one.root.digest,
        isTaken: true,
        bytes: total(one),
        newBytes: total(one),
      },
      {
        platform: 'linux/arm64',
        digest: arm.root.digest,
        isTaken: true,
        bytes: total(arm),
        newBytes: total(arm) - base.bytes.byteLength,
      },
    ]);
    expect(view.leftOut).toEqual({ platforms: [], images: 0 });
  });

  it('are no place for the attestations that an index lists beside them: those come along', () => {
    const { lock } = makeLock('plant', [
      {
        reference: 'r.example/one:1',
        content: makeIndex([one, arm], { attestations: true }),
        extra: {
          platforms: ['linux/amd64', 'linux/arm64'],
          mode: 'keep',
          dropped: [{ digest: arm.root.digest, platform: 'unknown/unknown', reason: 'platform' }],
        },
      },
    ]);
    const row = lockView('x', lock).rows[0];
    expect(row?.parts.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(row?.attached.map(({ what }) => what)).toEqual(['attestation', 'attestation']);
    expect(row?.notes).toEqual([]);
  });

  it('that stay are told too, without a size that nobody asked for', () => {
    const index = makeIndex([one, arm]);
    const bytes = index.blobs.get(index.root.digest) ?? Buffer.alloc(0);
    const made = makeLock(
      'plant',
      [
        {
          reference: 'r.example/one:1',
          content: one,
          extra: {
            platforms: ['linux/amd64'],
            mode: 'child',
            original: index.root,
            dropped: [{ digest: arm.root.digest, platform: 'linux/arm64', reason: 'platform' }],
          },
        },
      ],
      { absent: [{ digest: arm.root.digest, reason: 'platform', item: 'r.example/one:1' }] },
    );
    const manifests = { ...made.lock.manifests, [index.root.digest]: Buffer.from(bytes).toString('base64') };
    const view = lockView('x', { ...made.lock, manifests });
    expect(view.rows[0]?.parts).toEqual([
      {
        platform: 'linux/amd64',
        digest: one.root.digest,
        isTaken: true,
        bytes: total(one),
        newBytes: total(one),
      },
      { platform: 'linux/arm64', digest: arm.root.digest, isTaken: false, bytes: null, newBytes: 0 },
    ]);
    expect(view.leftOut).toEqual({ platforms: ['linux/arm64'], images: 1 });
  });
});

describe('a lock on disk', () => {
  it('is shown as the screens take it', async () => {
    const path = join(await tempFolder(), 'plant.lock.json');
    const arm = makeImage({ seed: 'one', platform: { os: 'linux', architecture: 'arm64' } });
    const { lock } = makeLock('plant', [
      {
        reference: 'r.example/one:1',
        content: makeIndex([one, arm]),
        extra: {
          platforms: ['linux/amd64', 'linux/arm64'],
          mode: 'keep',
          stated: { by: 'firstSeen' },
          dropped: [{ digest: one.root.digest, platform: 'linux/s390x', reason: 'platform' }],
        },
      },
    ]);
    await writeLock(path, lock);
    const view = await viewLock(path);
    expect(LockView.parse(view)).toEqual(view);
    expect(view).toMatchObject({
      path,
      name: 'plant',
      created: lock.created,
      platforms: ['linux/amd64', 'linux/arm64'],
      rows: [
        {
          source: 'registry.example/app',
          notes: ['digest as first downloaded, not stated by its maker', 'left out: linux/s390x'],
        },
      ],
    });
  });

  it('is refused as everywhere where it is none', async () => {
    await expect(viewLock(join(await tempFolder(), 'none'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });
});
