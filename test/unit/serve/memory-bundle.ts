// A bundle in memory for the tests of serve: what a sealed one says of itself, over blobs that a test may damage.
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { BundleManifest } from '../../../shared/format/bundle.ts';
import type { LockItem } from '../../../shared/format/lock.ts';
import type { Bundle } from '../../../electron/engine/bundle/index.ts';
import { canonicalJson } from '../../../electron/engine/oci/canonical-json.ts';
import { createDigester, digestOf } from '../../../electron/engine/oci/digester.ts';
import { contentNodes } from '../../support/content-nodes.ts';
import { descriptorOf, makeProvenance } from '../../support/make-content.ts';
import type { MadeChart, MadeContent } from '../../support/make-content.ts';

export interface MemoryItem {
  readonly item: LockItem;
  readonly contents: readonly MadeContent[];
}

export interface MemoryBundle extends Bundle {
  /** Its bytes by digest. Replacing one is damage; taking one away too. */
  readonly bytes: Map<Digest, Uint8Array>;
  /** How often each blob was opened. */
  readonly opened: Map<Digest, number>;
  /** Set by checkBeforeFirstByte. */
  checks: number;
}

/** An image as it was locked from a registry. `attached` travels with it. */
export function imageItem(
  reference: string,
  content: MadeContent,
  attached: readonly {
    readonly tag?: string;
    readonly subject: Digest;
    readonly content: MadeContent;
  }[] = [],
): MemoryItem {
  const [host = '', ...path] = reference.split('/');
  return {
    item: {
      kind: 'image',
      reference,
      source: { type: 'registry', host, repository: path.join('/').replace(/[:@].*$/, '') },
      root: content.root,
      attached: attached.map(({ tag, subject, content: { root } }) => ({
        kind: tag === undefined ? 'referrer' : 'tag',
        subject,
        ...(tag === undefined ? {} : { tag }),
        root,
      })),
    },
    contents: [content, ...attached.map((one) => one.content)],
  };
}

/** A classic chart as Airlock makes it an OCI artifact (FORMAT §3). `repository` is its repository's host and path. */
export function chartItem(
  repository: string,
  chart: MadeChart,
  metadata: { readonly name: string; readonly version: string },
  options: { readonly provenance?: boolean } = {},
): MemoryItem {
  const config = canonicalJson({ apiVersion: 'v2', ...metadata });
  const provenance = options.provenance === true ? Buffer.from(makeProvenance(chart)) : undefined;
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA.ociManifest,
    config: descriptorOf(MEDIA.helmConfig, config),
    layers: [
      descriptorOf(MEDIA.helmChart, chart.bytes),
      ...(provenance === undefined ? [] : [descriptorOf(MEDIA.helmProvenance, provenance)]),
    ],
  });
  const root = descriptorOf(MEDIA.ociManifest, manifest);
  const url = `https://${repository}/${chart.fileName}`;
  return {
    item: {
      kind: 'chart',
      reference: `${repository}/${metadata.name}:${metadata.version}`,
      source: { type: 'chartRepository', repo: `https://${repository}`, url, provenance: null },
      root,
      madeByAirlock: true,
    },
    contents: [
      {
        root,
        blobs: blobsOf([manifest, config, chart.bytes, ...(provenance === undefined ? [] : [provenance])]),
      },
    ],
  };
}

/** A file as Airlock makes it an OCI artifact (FORMAT §3). */
export function fileItem(as: string, bytes: Uint8Array): MemoryItem {
  const config = Buffer.from('{}');
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA.ociManifest,
    artifactType: MEDIA.airlockFile,
    config: descriptorOf(MEDIA.ociEmpty, config),
    layers: [{ ...descriptorOf(MEDIA.octets, bytes), annotations: { 'org.opencontainers.image.title': as } }],
  });
  const root = descriptorOf(MEDIA.ociManifest, manifest);
  return {
    item: { kind: 'file', reference: as, source: { type: 'path', path: as }, root, madeByAirlock: true },
    contents: [{ root, blobs: blobsOf([manifest, config, bytes]) }],
  };
}

/** `absent` names what the bundle leaves out; those blobs are not in it. */
export function memoryBundle(
  name: string,
  items: readonly MemoryItem[],
  options: { readonly absent?: BundleManifest['absent']; readonly checkFails?: AirlockError } = {},
): MemoryBundle {
  const absent = options.absent ?? [];
  const bytes = new Map(items.flatMap(({ contents }) => contents.flatMap(({ blobs }) => [...blobs])));
  for (const { digest } of absent) bytes.delete(digest);
  const opened = new Map<Digest, number>();
  const created = '2026-01-02T03:04:05Z';
  const metadata = { name };
  const tool = { name: 'airlock', version: '0.0.0' } as const;
  const held = (descriptor: Descriptor): Uint8Array => {
    const found = bytes.get(descriptor.digest);
    if (found === undefined)
      throw new AirlockError('BLOB_MISSING', `bundle ${name} does not hold ${descriptor.digest}.`);
    return found;
  };
  const bundle: MemoryBundle = {
    label: `bundle ${name}`,
    path: `/media/${name}.airlock`,
    form: 'directory',
    bytes,
    opened,
    checks: 0,
    warnings: [],
    fingerprint: { hex: '0'.repeat(64), words: 'one two three four five six seven eight' },
    manifest: {
      format: { major: 1, minor: 0 },
      features: [],
      id: digestOf(name),
      name,
      created,
      tool,
      lock: {
        apiVersion: 'airlock/v1',
        kind: 'Lock',
        metadata,
        created,
        tool,
        listDigest: digestOf('list'),
        items: items.map(({ item }) => item),
        absent,
      },
      items: [],
      blobs: [...bytes].map(([digest, { byteLength }]) => ({ digest, size: byteLength })),
      absent,
    },
    index: {
      schemaVersion: 2,
      manifests: items.flatMap(({ contents }) => contents.map(({ root }) => root)),
    },
    stat: ({ digest }) => {
      const found = bytes.get(digest);
      return Promise.resolve(
        found === undefined
          ? { state: 'absent', reason: 'unknown' }
          : { state: 'held', size: found.byteLength },
      );
    },
    async *open(descriptor, { offset = 0, length = Infinity } = {}) {
      opened.set(descriptor.digest, (opened.get(descriptor.digest) ?? 0) + 1);
      const wanted = held(descriptor).subarray(offset, Math.min(descriptor.size, offset + length));
      // One buffer for all chunks: a chunk is lent, and whoever keeps it sees it change.
      const buffer = Buffer.alloc(50_000);
      for (let position = 0; position < wanted.byteLength; position += buffer.byteLength) {
        const part = wanted.subarray(position, position + buffer.byteLength);
        await new Promise(setImmediate);
        buffer.set(part);
        yield buffer.subarray(0, part.byteLength);
        buffer.fill(0);
      }
    },
    ingest: () => Promise.reject(new AirlockError('READ_ONLY', 'A bundle is sealed.')),
    roots: () => Promise.resolve([]),
    readManifest: async (descriptor) => {
      const found = held(descriptor);
      const digester = createDigester(descriptor, bundle.label);
      digester.update(found);
      digester.verify();
      return Promise.resolve(found);
    },
    checkBeforeFirstByte: () => {
      bundle.checks += 1;
      return options.checkFails === undefined
        ? Promise.resolve(contentNodes(bundle.index.manifests, bytes))
        : Promise.reject(options.checkFails);
    },
    close: () => Promise.resolve(),
  };
  return bundle;
}

function blobsOf(all: readonly Uint8Array[]): Map<Digest, Uint8Array> {
  return new Map(all.map((one) => [digestOf(one), one]));
}
