// Reads manifests and indexes so that they mean to us what they mean to any registry or runtime.
import {
  DescriptorSchema,
  IndexSchema,
  isIndexType,
  isManifestType,
  LIMIT,
  ManifestSchema,
  MEDIA,
} from '../../../shared/domain/descriptor.ts';
import type { Descriptor, Index, Manifest } from '../../../shared/domain/descriptor.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { parseStrictJson } from './strict-json.ts';

export type ParsedManifest =
  | { readonly kind: 'manifest'; readonly mediaType: string; readonly manifest: Manifest }
  | { readonly kind: 'index'; readonly mediaType: string; readonly index: Index };

/** Keys whose other spellings would be read by Go registries: one of them alone is as bad as a twin. */
const SPECIFIED = new Set([
  'schemaVersion',
  'mediaType',
  'artifactType',
  'config',
  'layers',
  'manifests',
  'subject',
  'annotations',
  'digest',
  'size',
  'urls',
  'platform',
  'data',
  'architecture',
  'os',
  'os.version',
  'os.features',
  'variant',
]);
const SPECIFIED_FOLDED = new Map([...SPECIFIED].map((key) => [key.toLowerCase(), key]));

/**
 * Parses the raw bytes of a manifest or index. `mediaType` is the descriptor's; undefined takes the body's word.
 * Throws SOURCE_UNSUPPORTED for Docker schema 1, LIMIT_EXCEEDED above 4 MiB, MANIFEST_AMBIGUOUS for all that FORMAT §4
 * (One meaning) refuses.
 */
export function parseManifest(
  bytes: Uint8Array,
  mediaType: string | undefined,
  what: string,
): ParsedManifest {
  if (bytes.byteLength > LIMIT.manifestBytes)
    throw new AirlockError(
      'LIMIT_EXCEEDED',
      `${what} has ${bytes.byteLength} bytes; a manifest may have 4 MiB.`,
    );
  if (mediaType === MEDIA.dockerSchema1 || mediaType === MEDIA.dockerSchema1Signed) throw schema1(what);
  const value = parseStrictJson(bytes, what);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw ambiguous(what, 'is not a JSON object');
  if ('schemaVersion' in value && value.schemaVersion === 1) throw schema1(what);
  refuseOtherSpellings(value, what);
  if ('layers' in value && 'manifests' in value) throw ambiguous(what, 'has both layers and manifests');
  const own = 'mediaType' in value && typeof value.mediaType === 'string' ? value.mediaType : undefined;
  if (own !== undefined && mediaType !== undefined && own !== mediaType)
    throw ambiguous(what, `calls itself ${own}, its descriptor calls it ${mediaType}`);
  const type = mediaType ?? own ?? ('manifests' in value ? MEDIA.ociIndex : MEDIA.ociManifest);
  if (isIndexType(type)) {
    const parsed = IndexSchema.safeParse(value);
    if (!parsed.success) throw ambiguous(what, `is no index: ${firstIssue(parsed.error)}`);
    return { kind: 'index', mediaType: type, index: parsed.data };
  }
  if (isManifestType(type)) {
    const parsed = ManifestSchema.safeParse(value);
    if (!parsed.success) throw ambiguous(what, `is no manifest: ${firstIssue(parsed.error)}`);
    return { kind: 'manifest', mediaType: type, manifest: parsed.data };
  }
  throw new AirlockError(
    'SOURCE_UNSUPPORTED',
    `${what} has the media type ${type}, which Airlock does not know.`,
  );
}

/** Every descriptor a manifest or index points down to: config and layers, or children. Not its subject. */
export function childrenOf(parsed: ParsedManifest): readonly Descriptor[] {
  return parsed.kind === 'index'
    ? parsed.index.manifests
    : [parsed.manifest.config, ...parsed.manifest.layers];
}

/** What the manifest is attached to, where it is a referrer. */
export function subjectOf(parsed: ParsedManifest): Descriptor | undefined {
  return parsed.kind === 'index' ? parsed.index.subject : parsed.manifest.subject;
}

/** The descriptor for listing a manifest as a referrer (distribution-spec, Listing Referrers): artifactType and annotations copied. */
export function referrerDescriptor(descriptor: Descriptor, parsed: ParsedManifest): Descriptor {
  const body = parsed.kind === 'index' ? parsed.index : parsed.manifest;
  const artifactType =
    body.artifactType ?? (parsed.kind === 'manifest' ? parsed.manifest.config.mediaType : undefined);
  return DescriptorSchema.parse({
    mediaType: descriptor.mediaType,
    digest: descriptor.digest,
    size: descriptor.size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(body.annotations === undefined ? {} : { annotations: body.annotations }),
  });
}

function refuseOtherSpellings(value: object, what: string): void {
  for (const [key, inner] of Object.entries(value)) {
    const specified = SPECIFIED_FOLDED.get(key.toLowerCase());
    if (specified !== undefined && specified !== key)
      throw ambiguous(what, `spells ${specified} as ${key}, which some programs read and others do not`);
    if (key === 'annotations') continue;
    for (const entry of Array.isArray(inner) ? inner : [inner])
      if (typeof entry === 'object' && entry !== null) refuseOtherSpellings(entry as object, what);
  }
}

function ambiguous(what: string, why: string): AirlockError {
  return new AirlockError('MANIFEST_AMBIGUOUS', `${what} ${why}.`, { details: { document: what } });
}

function schema1(what: string): AirlockError {
  return new AirlockError(
    'SOURCE_UNSUPPORTED',
    `${what} is a Docker schema 1 manifest, which has no digests for its content.`,
    { remedy: 'Ask the image’s maker to push it with a current Docker, or pull and push it again yourself.' },
  );
}

function firstIssue(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}): string {
  const issue = error.issues[0];
  return issue === undefined
    ? 'unreadable'
    : `${issue.path.map(String).join('.') || 'body'}: ${issue.message}`;
}
