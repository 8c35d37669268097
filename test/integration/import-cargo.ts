// What the import and export tests carry: one of everything that a bundle can hold.
import { open } from 'node:fs/promises';
import type { Digest } from '../../shared/domain/digest.ts';
import { openBundle } from '../../electron/engine/bundle/index.ts';
import { chartArtifact } from '../../electron/engine/content/charts/chart-artifact.ts';
import { fileArtifact } from '../../electron/engine/content/files/file-artifact.ts';
import { digestOf } from '../../electron/engine/oci/digester.ts';
import {
  makeChart,
  makeImage,
  makeIndex,
  makeLayer,
  makeProvenance,
  makeReferrer,
} from '../support/make-content.ts';
import type { MadeContent } from '../support/make-content.ts';
import { makeLock, writeBundle } from '../unit/bundle/locks.ts';
import type { FakeItem } from '../unit/import/fakes.ts';

const ARM = { os: 'linux', architecture: 'arm64' };
const base = [makeLayer({ seed: 'base', size: 300_000 })];

const amdOfIndex = makeImage({ seed: 'index', base });
/** An index with BuildKit attestations. */
export const index = makeIndex([amdOfIndex, makeImage({ seed: 'index', platform: ARM })], {
  attestations: true,
});
/** A Docker manifest list. */
export const dockerList = makeIndex(
  [makeImage({ seed: 'list', docker: true }), makeImage({ seed: 'list', platform: ARM, docker: true })],
  { docker: true },
);
/** Shares its base with `index`, in another repository. */
export const single = makeImage({ seed: 'single', base });

const sbom = makeReferrer(index.root, { artifactType: 'application/spdx+json', text: 'sbom' });
const ofSbom = makeReferrer(sbom.root, {
  artifactType: 'application/vnd.example.sig',
  text: 'signature of sbom',
});
const ofChild = makeReferrer(amdOfIndex.root, {
  artifactType: 'application/spdx+json',
  text: 'sbom of amd64',
});
const signature = makeImage({ seed: 'signature', layers: 1, layerSize: 100 });

export const referrers: readonly { readonly subject: Digest; readonly content: MadeContent }[] = [
  { subject: index.root.digest, content: sbom },
  { subject: sbom.root.digest, content: ofSbom },
  { subject: amdOfIndex.root.digest, content: ofChild },
];
export const signatureTag = `${index.root.digest.replace(':', '-')}.sig`;
export { signature };

const INDEX: FakeItem = {
  reference: 'quay.io/org/index:1.0',
  content: index,
  attached: [
    ...referrers.map(({ subject, content }) => ({
      entry: { kind: 'referrer' as const, subject, root: content.root },
      content,
    })),
    {
      entry: { kind: 'tag', subject: index.root.digest, tag: signatureTag, root: signature.root },
      content: signature,
    },
  ],
};

function fileItem(as: string, text: string, executable = false): FakeItem {
  const bytes = Buffer.from(text);
  const digest = digestOf(bytes);
  const made = fileArtifact({ as, executable, digest, size: bytes.byteLength });
  return {
    kind: 'file',
    reference: as,
    content: { root: made.root, blobs: new Map([...made.manifests, [digest, bytes]]) },
    extra: { source: { type: 'path', path: as }, madeByAirlock: true, stated: { by: 'firstSeen' } },
  };
}

export const FILE_TEXT = '#!/bin/sh\necho carried\n';
export const CHART = makeChart({ name: 'app', version: '1.2.3+build.7' });

function chartItem(reference: string, source: NonNullable<FakeItem['extra']>['source']): FakeItem {
  const provenance = Buffer.from(makeProvenance(CHART));
  const blob = (bytes: Uint8Array) => ({ digest: digestOf(bytes), size: bytes.byteLength });
  const made = chartArtifact({
    chartYaml: Buffer.from(CHART.chartYaml),
    tgz: blob(CHART.bytes),
    prov: blob(provenance),
  });
  return {
    kind: 'chart',
    reference,
    content: {
      root: made.root,
      blobs: new Map([
        ...made.manifests,
        [digestOf(CHART.bytes), CHART.bytes],
        [digestOf(provenance), provenance],
      ]),
    },
    ...(source === undefined ? {} : { extra: { source } }),
  };
}

/** Items with where each must be found under the prefix `team`. */
export const CARGO: readonly {
  readonly item: FakeItem;
  readonly repository: string;
  readonly tag: string;
}[] = [
  { item: INDEX, repository: 'team/org/index', tag: '1.0' },
  {
    item: { reference: 'docker.io/library/list:2', content: dockerList },
    repository: 'team/library/list',
    tag: '2',
  },
  {
    item: { reference: `ghcr.io/me/single@${single.root.digest}`, content: single },
    repository: 'team/me/single',
    tag: `airlock-${single.root.digest.slice(7, 19)}`,
  },
  {
    item: chartItem('ghcr.io/me/oci/app:1.2.3_build.7', undefined),
    repository: 'team/me/oci/app',
    tag: '1.2.3_build.7',
  },
  {
    item: chartItem('helm.example.com/stable/app:1.2.3+build.7', {
      type: 'chartRepository',
      repo: 'https://helm.example.com/stable',
      url: 'https://helm.example.com/stable/app-1.2.3+build.7.tgz',
      provenance: null,
    }),
    repository: 'team/charts/app',
    tag: '1.2.3_build.7',
  },
  fileCargo('tools/run me.sh', FILE_TEXT),
];

function fileCargo(as: string, text: string): (typeof CARGO)[number] {
  const item = fileItem(as, text, true);
  const hash = digestOf(as).slice(7, 15);
  return {
    item,
    repository: `team/files/tools-run-me-sh-${hash}`,
    tag: item.content.root.digest.slice(7, 19),
  };
}

/** Writes and seals a bundle of these items; the form follows from the name of the place. */
export function packItems(place: string, items: readonly FakeItem[]): Promise<string> {
  const made = makeLock(
    'cargo',
    items.map(({ attached, ...item }) => ({
      ...item,
      ...(attached === undefined
        ? {}
        : {
            attached: attached.map(({ entry: { root: _root, ...entry }, content }) => ({
              ...entry,
              content,
            })),
          }),
    })),
  );
  return writeBundle({ place, made });
}

/** Flips one bit in the middle of a blob, wherever the bundle has it. */
export async function flipBit(place: string, digest: Digest): Promise<void> {
  const bundle = await openBundle(place);
  const span = bundle.spanOf(digest);
  await bundle.close();
  if (span === undefined) throw new Error(`${place} does not hold ${digest}`);
  const file = await open(span.file, 'r+');
  const byte = Buffer.alloc(1);
  const at = span.offset + (span.size >> 1);
  await file.read(byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 1;
  await file.write(byte, 0, 1, at);
  await file.close();
}
