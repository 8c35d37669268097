// Everything that one root needs, walked through the manifests of a bundle.
import { isManifestOrIndexType } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Bundle } from '../bundle/index.ts';
import { notWhole } from '../jobs/item-account.ts';
import { childrenOf, parseManifest } from '../oci/manifest.ts';
import type { ParsedManifest } from '../oci/manifest.ts';

export interface Closure {
  /** Root first, each digest once. What the bundle says is absent (foreign layers) is left out. */
  readonly descriptors: readonly Descriptor[];
  readonly absent: readonly Descriptor[];
}

/**
 * Everything that the item needs. Throws SOME_ITEMS_FAILED where the bundle was sealed without a part of it (`--seal-incomplete`).
 */
export async function readWhole(
  bundle: Bundle,
  item: { readonly reference: string; readonly root: Descriptor },
  signal: AbortSignal,
): Promise<Closure> {
  const seen = new Map<Digest, Descriptor>();
  const absent: Descriptor[] = [];
  const visit = async (descriptor: Descriptor): Promise<void> => {
    if (seen.has(descriptor.digest)) return;
    const found = await bundle.stat(descriptor);
    if (found.state === 'absent' && found.reason === 'failed') throw notWhole(item.reference);
    if (found.state === 'absent' && found.reason !== 'unknown') {
      absent.push(descriptor);
      return;
    }
    seen.set(descriptor.digest, descriptor);
    if (!isManifestOrIndexType(descriptor.mediaType)) return;
    for (const child of childrenOf(await readParsed(bundle, descriptor, signal))) await visit(child);
  };
  await visit(item.root);
  return { descriptors: [...seen.values()], absent };
}

export async function readParsed(
  bundle: Bundle,
  descriptor: Descriptor,
  signal: AbortSignal,
): Promise<ParsedManifest> {
  const bytes = await bundle.readManifest(descriptor, { signal });
  return parseManifest(bytes, descriptor.mediaType, `${bundle.label}: ${descriptor.digest}`);
}
