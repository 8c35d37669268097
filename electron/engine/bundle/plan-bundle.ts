// Turns a lock into the plan of a bundle: every byte of metadata, every blob's digest and size (FORMAT §4). Pure.
import { LIMIT } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Lock } from '../../../shared/format/lock.ts';
import { carriedLock, lockId } from '../content/lock-file.ts';
import { canonicalJson } from '../oci/canonical-json.ts';
import { digestOf } from '../oci/digester.ts';
import { readNode } from './content-graph.ts';
import type { ContentNode } from './content-graph.ts';
import type { BundlePlan } from './index.ts';
import { layOut } from './lay-out.ts';
import { readmeText } from './readme-text.ts';
import { sumsSize } from './sums.ts';

export const OCI_LAYOUT = '{"imageLayoutVersion":"1.0.0"}';

/**
 * `version` is that of the Airlock that packs. `failed` names blobs that could not be had: they stand in `absent`, as a
 * bundle sealed incomplete has them. Throws LOCK_INVALID, LOCK_UNPINNED, LIMIT_EXCEEDED, REFERENCE_CONFLICT,
 * MANIFEST_AMBIGUOUS.
 */
export function planBundle(
  lock: Lock,
  version: string,
  options: { readonly failed?: ReadonlySet<Digest> } = {},
): BundlePlan {
  const sizes = new Map(lock.blobs.map(({ digest, size }) => [digest, size]));
  const bytes = new Map<Digest, Uint8Array>();
  const bytesOf = (digest: Digest): Uint8Array | undefined => {
    const known = bytes.get(digest);
    if (known !== undefined) return known;
    const encoded = lock.manifests[digest];
    if (encoded === undefined) return undefined;
    const decoded = Buffer.from(encoded, 'base64');
    if (digestOf(decoded, digest.startsWith('sha512:') ? 'sha512' : 'sha256') !== digest)
      throw invalid(`the bytes it has for ${digest} have another digest`);
    bytes.set(digest, decoded);
    return decoded;
  };
  const nodes = new Map<Digest, ContentNode>();
  const layout = layOut({
    lock: carriedLock(lock),
    id: lockId(lock),
    version,
    failed: options.failed ?? new Set(),
    refuse: invalid,
    sizeOf: (digest) => sizes.get(digest) ?? bytesOf(digest)?.byteLength,
    node: (descriptor) => {
      const { digest, size } = descriptor;
      const known = nodes.get(digest);
      if (known !== undefined) return known;
      const body = bytesOf(digest);
      if (body === undefined) return undefined;
      if (body.byteLength !== size)
        throw invalid(`${digest} has ${body.byteLength} bytes and is said to have ${size}`);
      const node = readNode(body, descriptor, `manifest ${digest}`);
      nodes.set(digest, node);
      return node;
    },
  });
  const { manifest, index, derived } = layout;
  const { blobs } = manifest;
  const front = new Map<string, Uint8Array>([
    ['oci-layout', Buffer.from(OCI_LAYOUT)],
    ['index.json', canonicalJson(index)],
    ['airlock.json', canonicalJson(manifest)],
    ['README.txt', Buffer.from(readmeText(manifest))],
  ]);
  requireWithin('index.json', front.get('index.json')?.byteLength ?? 0, LIMIT.indexJsonBytes);
  requireWithin('airlock.json', front.get('airlock.json')?.byteLength ?? 0, LIMIT.airlockJsonBytes);
  requireWithin('SHA256SUMS', sumsSize(blobs), LIMIT.sumsBytes);

  const made = new Map<Digest, Uint8Array>();
  for (const { digest } of blobs) {
    const body = derived.get(digest) ?? bytesOf(digest);
    if (body !== undefined) made.set(digest, body);
  }
  return {
    manifest,
    index,
    front,
    blobs,
    made,
    totalBytes: blobs.reduce((sum, { size }) => sum + size, 0),
  };
}

function requireWithin(file: string, bytes: number, limit: number): void {
  if (bytes > limit)
    throw new AirlockError(
      'LIMIT_EXCEEDED',
      `${file} would have ${bytes} bytes; a reader takes ${limit} at most.`,
    );
}

function invalid(why: string): AirlockError {
  return new AirlockError('LOCK_INVALID', `The lock contradicts itself: ${why}.`);
}
