// Makes content for tests, the demo and the bench: images, indexes, referrers, charts and the archives they travel in.
// Equal arguments give equal bytes on one version of Node; nothing here needs another program.
import { createCipheriv, createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { MEDIA } from '../../shared/domain/descriptor.ts';
import type { Descriptor, Platform } from '../../shared/domain/descriptor.ts';
import { blobPath, hexOf } from '../../shared/domain/digest.ts';
import type { Digest } from '../../shared/domain/digest.ts';
import { canonicalJson } from '../../electron/engine/oci/canonical-json.ts';
import { digestOf } from '../../electron/engine/oci/digester.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** A root and every blob it needs, manifests included, by digest. */
export interface MadeContent {
  readonly root: Descriptor;
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
}

export interface MadeLayer {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest;
}

export interface MadeImage extends MadeContent {
  readonly platform: Platform;
  readonly config: Uint8Array;
  readonly layers: readonly MadeLayer[];
}

export interface TarMember {
  readonly name: string;
  readonly bytes?: Uint8Array | string;
  /** ustar type flag: `0` file (default), `1` hard link, `2` symbolic link, `3` device, `5` directory, `x` pax, `L` GNU name. */
  readonly type?: string;
  readonly linkName?: string;
  readonly mode?: number;
}

/** Bytes that look random and do not compress, the same for the same seed. */
export function seededBytes(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16)).update(Buffer.alloc(size));
}

/** A ustar archive, written byte by byte so that hostile members can be made too. `end` false leaves out the two zero blocks. */
export function makeTar(
  members: readonly TarMember[],
  options: { readonly end?: boolean } = {},
): Buffer<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const member of members) {
    const bytes = Buffer.from(member.bytes ?? '');
    const header = Buffer.alloc(512);
    header.write(member.name, 0, 100, 'utf8');
    header.write(octal(member.mode ?? 0o644, 8), 100, 'latin1');
    header.write(octal(0, 8), 108, 'latin1');
    header.write(octal(0, 8), 116, 'latin1');
    header.write(octal(bytes.byteLength, 12), 124, 'latin1');
    header.write(octal(0, 12), 136, 'latin1');
    header.write('        ', 148, 'latin1');
    header.write(member.type ?? '0', 156, 'latin1');
    header.write(member.linkName ?? '', 157, 100, 'utf8');
    header.write('ustar\u000000', 257, 'latin1');
    header.write(
      octal(
        header.reduce((sum, byte) => sum + byte, 0),
        7,
      ) + ' ',
      148,
      'latin1',
    );
    parts.push(header, bytes, Buffer.alloc((512 - (bytes.byteLength % 512)) % 512));
  }
  if (options.end !== false) parts.push(Buffer.alloc(1024));
  return Buffer.concat(parts);
}

export function compress(bytes: Uint8Array, compression: Compression): Buffer {
  if (compression === 'gzip') return gzipSync(bytes, { level: 1 });
  if (compression === 'zstd') return zstdCompressSync(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** One layer: a tar with a file of `size` random bytes (default 4 KiB) and a line of text, compressed as asked (default gzip). */
export function makeLayer(options: {
  readonly seed: string;
  readonly size?: number;
  readonly compression?: Compression;
}): MadeLayer {
  const tar = makeTar([
    { name: 'opt/', type: '5', mode: 0o755 },
    { name: 'opt/name.txt', bytes: `${options.seed}\n` },
    { name: 'opt/data.bin', bytes: seededBytes(options.seed, options.size ?? 4096) },
  ]);
  const compression = options.compression ?? 'gzip';
  const bytes = compress(tar, compression);
  const mediaType = { none: MEDIA.ociLayer, gzip: MEDIA.ociLayerGzip, zstd: MEDIA.ociLayerZstd }[compression];
  return { descriptor: descriptorOf(mediaType, bytes), bytes, diffId: digestOf(tar) };
}

/**
 * An image of one platform. `layers` is a number of new layers (default 2) or layers to share with other images.
 * `docker` gives it Docker's media types; `base` puts shared layers under the new ones.
 */
export function makeImage(options: {
  readonly seed: string;
  readonly platform?: Platform;
  readonly base?: readonly MadeLayer[];
  readonly layers?: number | readonly MadeLayer[];
  readonly layerSize?: number;
  readonly compression?: Compression;
  readonly docker?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
}): MadeImage {
  const platform = options.platform ?? { os: 'linux', architecture: 'amd64' };
  const wanted = options.layers ?? 2;
  const own =
    typeof wanted === 'number'
      ? Array.from({ length: wanted }, (_, number) =>
          makeLayer({
            seed: `${options.seed}/${platform.architecture}${platform.variant ?? ''}/${number}`,
            ...(options.layerSize === undefined ? {} : { size: options.layerSize }),
            ...(options.compression === undefined ? {} : { compression: options.compression }),
          }),
        )
      : wanted;
  const layers = [...(options.base ?? []), ...own];
  const config = canonicalJson({
    architecture: platform.architecture,
    os: platform.os,
    variant: platform.variant,
    'os.version': platform['os.version'],
    config: { Cmd: ['/opt/run'], Labels: { seed: options.seed } },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    history: layers.map((_, number) => ({ created_by: `step ${number}` })),
  });
  const mediaType = options.docker === true ? MEDIA.dockerManifest : MEDIA.ociManifest;
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType,
    config: descriptorOf(options.docker === true ? MEDIA.dockerConfig : MEDIA.ociConfig, config),
    layers: layers.map(({ descriptor }) =>
      options.docker === true ? { ...descriptor, mediaType: MEDIA.dockerLayerGzip } : descriptor,
    ),
    annotations: options.annotations,
  });
  return {
    root: descriptorOf(mediaType, manifest),
    blobs: blobsOf([manifest, config, ...layers.map((layer) => layer.bytes)]),
    platform,
    config,
    layers,
  };
}

/** An index over images. `attestations` adds to each what BuildKit adds: a manifest for the platform unknown/unknown. */
export function makeIndex(
  images: readonly MadeImage[],
  options: { readonly docker?: boolean; readonly attestations?: boolean } = {},
): MadeContent {
  const mediaType = options.docker === true ? MEDIA.dockerList : MEDIA.ociIndex;
  const attestations = options.attestations === true ? images.map((image) => makeAttestation(image)) : [];
  const index = canonicalJson({
    schemaVersion: 2,
    mediaType,
    manifests: [
      ...images.map((image) => ({ ...image.root, platform: image.platform })),
      ...attestations.map((made) => made.root),
    ],
  });
  const blobs = new Map([...images, ...attestations].flatMap((made) => [...made.blobs]));
  const root = descriptorOf(mediaType, index);
  return { root, blobs: blobs.set(root.digest, index) };
}

/** A referrer (signature, SBOM) of any subject. */
export function makeReferrer(
  subject: Descriptor,
  options: { readonly artifactType: string; readonly text: string },
): MadeContent {
  const config = Buffer.from('{}');
  const layer = Buffer.from(options.text);
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA.ociManifest,
    artifactType: options.artifactType,
    config: descriptorOf(MEDIA.ociEmpty, config),
    layers: [descriptorOf('text/plain', layer)],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
  });
  return { root: descriptorOf(MEDIA.ociManifest, manifest), blobs: blobsOf([manifest, config, layer]) };
}

export interface MadeChart {
  /** `<name>-<version>.tgz`. */
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly chartYaml: string;
}

/** A classic chart as `helm package` makes it, installable. `chartYaml` replaces the made one; `files` adds to or replaces the others. */
export function makeChart(options: {
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  readonly description?: string;
  readonly image?: string;
  readonly chartYaml?: string;
  readonly files?: Readonly<Record<string, string>>;
}): MadeChart {
  const { name, version } = options;
  const chartYaml =
    options.chartYaml ??
    [
      'apiVersion: v2',
      `name: ${name}`,
      `version: ${version}`,
      `appVersion: ${options.appVersion ?? '"1.10"'}`,
      `description: ${options.description ?? `The chart ${name}`}`,
      'type: application',
      '',
    ].join('\n');
  const files: Record<string, string> = {
    'Chart.yaml': chartYaml,
    'values.yaml': `image: ${options.image ?? 'docker.io/library/app:1.0'}\n`,
    'templates/pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  containers:\n    - name: app\n      image: {{ .Values.image }}\n',
    ...options.files,
  };
  const tar = makeTar(
    Object.entries(files).map(([path, text]) => ({ name: `${name}/${path}`, bytes: text })),
  );
  return { fileName: `${name}-${version}.tgz`, bytes: compress(tar, 'gzip'), chartYaml };
}

/** A provenance file in the shape helm gives it. Its signature is made up: Airlock carries provenance, helm judges it. */
export function makeProvenance(chart: MadeChart): string {
  const digest = createHash('sha256').update(chart.bytes).digest('hex');
  return [
    '-----BEGIN PGP SIGNED MESSAGE-----',
    'Hash: SHA512',
    '',
    chart.chartYaml.trimEnd(),
    '',
    '...',
    'files:',
    `  ${chart.fileName}: sha256:${digest}`,
    '-----BEGIN PGP SIGNATURE-----',
    '',
    'bWFkZSB1cA==',
    '-----END PGP SIGNATURE-----',
    '',
  ].join('\n');
}

/** Members of a `docker save` archive: `<hex>.json` and `<hex>/layer.tar` (layers as they are), manifest.json last. */
export function dockerSaveMembers(
  images: readonly { readonly image: MadeImage; readonly tags: readonly string[] }[],
): TarMember[] {
  const members = new Map<string, TarMember>();
  const entries = images.map(({ image, tags }) => {
    const config = `${hexOf(digestOf(image.config))}.json`;
    members.set(config, { name: config, bytes: image.config });
    const layers = image.layers.map((layer) => {
      const name = `${hexOf(layer.diffId)}/layer.tar`;
      members.set(name, { name, bytes: layer.bytes });
      return name;
    });
    return { Config: config, RepoTags: tags.length === 0 ? null : tags, Layers: layers };
  });
  return [...members.values(), { name: 'manifest.json', bytes: JSON.stringify(entries) }];
}

/** A docker-save archive. Layers are stored as the images have them: `compression: 'none'` on the image is what Docker does. */
export function makeDockerSave(
  images: readonly { readonly image: MadeImage; readonly tags: readonly string[] }[],
  compression: Compression = 'none',
): Buffer {
  return compress(makeTar(dockerSaveMembers(images)), compression);
}

export interface LayoutEntry {
  readonly content: MadeContent;
  /** `org.opencontainers.image.ref.name`. */
  readonly refName?: string;
  /** `io.containerd.image.name`. */
  readonly imageName?: string;
}

/** Members of an OCI image layout, blobs before index.json as containerd writes them. */
export function layoutMembers(entries: readonly LayoutEntry[]): TarMember[] {
  const blobs = new Map(entries.flatMap(({ content }) => [...content.blobs]));
  const index = {
    schemaVersion: 2,
    mediaType: MEDIA.ociIndex,
    manifests: entries.map(({ content, refName, imageName }) => {
      const annotations = {
        ...(refName === undefined ? {} : { 'org.opencontainers.image.ref.name': refName }),
        ...(imageName === undefined ? {} : { 'io.containerd.image.name': imageName }),
      };
      return Object.keys(annotations).length === 0 ? content.root : { ...content.root, annotations };
    }),
  };
  return [
    ...[...blobs].map(([digest, bytes]) => ({ name: blobPath(digest), bytes })),
    { name: 'index.json', bytes: JSON.stringify(index) },
    { name: 'oci-layout', bytes: '{"imageLayoutVersion":"1.0.0"}' },
  ];
}

/** An OCI archive: an image layout in one tar. */
export function makeOciArchive(entries: readonly LayoutEntry[], compression: Compression = 'none'): Buffer {
  return compress(makeTar(layoutMembers(entries)), compression);
}

/** An OCI image layout as a folder. */
export async function writeOciLayout(folder: string, entries: readonly LayoutEntry[]): Promise<void> {
  for (const { name, bytes } of layoutMembers(entries)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes ?? '');
  }
}

export function descriptorOf(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
}

function makeAttestation(image: MadeImage): MadeContent {
  const config = canonicalJson({ architecture: 'unknown', os: 'unknown', config: {} });
  const statement = canonicalJson({
    _type: 'https://in-toto.io/Statement/v0.1',
    subject: [],
    of: image.root.digest,
  });
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA.ociManifest,
    config: descriptorOf(MEDIA.ociConfig, config),
    layers: [descriptorOf('application/vnd.in-toto+json', statement)],
  });
  return {
    root: {
      ...descriptorOf(MEDIA.ociManifest, manifest),
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: {
        'vnd.docker.reference.digest': image.root.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      },
    },
    blobs: blobsOf([manifest, config, statement]),
  };
}

function blobsOf(all: readonly Uint8Array[]): Map<Digest, Uint8Array> {
  return new Map(all.map((bytes) => [digestOf(bytes), bytes]));
}

function octal(value: number, width: number): string {
  return value.toString(8).padStart(width - 1, '0');
}
