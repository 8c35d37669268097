// Descriptors and manifests as the image-spec has them, and the limits they are read under (FORMAT §4).
import { z } from 'zod';
import { DigestSchema } from './digest.ts';

export const MEDIA = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  helmConfig: 'application/vnd.cncf.helm.config.v1+json',
  helmChart: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  helmProvenance: 'application/vnd.cncf.helm.chart.provenance.v1.prov',
  airlockFile: 'application/vnd.airlock.file.v1',
  octets: 'application/octet-stream',
} as const;

export const ANNOTATION = {
  refName: 'org.opencontainers.image.ref.name',
  title: 'org.opencontainers.image.title',
  version: 'org.opencontainers.image.version',
  description: 'org.opencontainers.image.description',
  imageName: 'io.containerd.image.name',
  kind: 'vnd.airlock.kind',
  item: 'vnd.airlock.item',
  executable: 'vnd.airlock.executable',
  attestedDigest: 'vnd.docker.reference.digest',
  attestationType: 'vnd.docker.reference.type',
} as const;

/** What a reader refuses and pack therefore never writes (FORMAT §4, Limits). Bytes unless named otherwise. */
export const LIMIT = {
  manifestBytes: 4 * 1024 * 1024,
  indexJsonBytes: 64 * 1024 * 1024,
  airlockJsonBytes: 128 * 1024 * 1024,
  sumsBytes: 256 * 1024 * 1024,
  items: 100_000,
  blobs: 1_000_000,
  indexNesting: 8,
  jsonDepth: 64,
  referrerDepth: 4,
  gzipRatio: 1100,
  zstdRatio: 20_000,
  zstdWindowBytes: 128 * 1024 * 1024,
} as const;

export const PlatformSchema = z.object({
  architecture: z.string(),
  os: z.string(),
  'os.version': z.string().optional(),
  'os.features': z.array(z.string()).optional(),
  variant: z.string().optional(),
});
export type Platform = z.infer<typeof PlatformSchema>;

const Annotations = z.record(z.string(), z.string());

/** descriptor.md; unknown fields are allowed and never acted on. */
export const DescriptorSchema = z.object({
  mediaType: z.string(),
  digest: DigestSchema,
  size: z.number().int().nonnegative(),
  urls: z.array(z.string()).optional(),
  annotations: Annotations.optional(),
  artifactType: z.string().optional(),
  platform: PlatformSchema.optional(),
  data: z.string().optional(),
});
export type Descriptor = z.infer<typeof DescriptorSchema>;

/** image manifest: OCI manifest.md and Docker v2 schema 2. */
export const ManifestSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: DescriptorSchema,
  layers: z.array(DescriptorSchema),
  subject: DescriptorSchema.optional(),
  annotations: Annotations.optional(),
});
export type Manifest = z.infer<typeof ManifestSchema>;

/** image index: OCI image-index.md and Docker manifest list. */
export const IndexSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  manifests: z.array(DescriptorSchema),
  subject: DescriptorSchema.optional(),
  annotations: Annotations.optional(),
});
export type Index = z.infer<typeof IndexSchema>;

export function isIndexType(mediaType: string): boolean {
  return mediaType === MEDIA.ociIndex || mediaType === MEDIA.dockerList;
}

export function isManifestType(mediaType: string): boolean {
  return mediaType === MEDIA.ociManifest || mediaType === MEDIA.dockerManifest;
}

/** True where the registry serves it under /manifests/ rather than /blobs/. */
export function isManifestOrIndexType(mediaType: string): boolean {
  return isIndexType(mediaType) || isManifestType(mediaType);
}
