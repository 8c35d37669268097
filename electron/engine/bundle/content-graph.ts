// What a manifest means to a bundle: what lies below it, and what it is attached to.
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { childrenOf, parseManifest, referrerDescriptor, subjectOf } from '../oci/manifest.ts';

/** A manifest or index without its bytes: bundles of ten thousand images are planned and checked from these. */
export interface ContentNode {
  readonly children: readonly Pick<Descriptor, 'mediaType' | 'digest' | 'size'>[];
  readonly subject: Digest | undefined;
  /** As a referrers list has it; only where there is a subject. */
  readonly referrer: Descriptor | undefined;
}

/** Throws as `parseManifest` does. */
export function readNode(
  bytes: Uint8Array,
  descriptor: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>,
  what: string,
): ContentNode {
  const parsed = parseManifest(bytes, descriptor.mediaType, what);
  const subject = subjectOf(parsed)?.digest;
  return {
    children: childrenOf(parsed).map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
    subject,
    referrer: subject === undefined ? undefined : referrerDescriptor(descriptor, parsed),
  };
}
