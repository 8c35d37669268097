// What one item of a lock consists of: its platforms, taken or left out, and what an index itself attests of them.
import { ANNOTATION } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Lock, LockItem } from '../../../shared/format/lock.ts';
import { childrenOf, parseManifest } from '../oci/manifest.ts';
import type { ParsedManifest } from '../oci/manifest.ts';
import { formatPlatform } from '../oci/platform.ts';

export interface Part {
  readonly platform: string;
  readonly root: Descriptor;
}

/** Reads manifests of a lock, each parsed once; undefined for what it does not hold. */
export type ReadManifest = (descriptor: Descriptor) => ParsedManifest | undefined;

export function manifestsOf({ manifests }: Lock): ReadManifest {
  const parsed = new Map<Digest, ParsedManifest | undefined>();
  return ({ digest, mediaType }) => {
    if (!parsed.has(digest)) {
      const base64 = manifests[digest];
      parsed.set(
        digest,
        base64 === undefined ? undefined : parseManifest(Buffer.from(base64, 'base64'), mediaType, digest),
      );
    }
    return parsed.get(digest);
  };
}

/** The images below a root, nested indexes followed; and the attestations that an index lists beside them (BuildKit). */
export function partsOf(
  { root, platforms = [] }: Pick<LockItem, 'root' | 'platforms'>,
  read: ReadManifest,
): { readonly parts: readonly Part[]; readonly attestations: readonly Descriptor[] } {
  const parts: Part[] = [];
  const attestations: Descriptor[] = [];
  const walk = (descriptor: Descriptor): void => {
    const manifest = read(descriptor);
    if (descriptor.annotations?.[ANNOTATION.attestedDigest] !== undefined) attestations.push(descriptor);
    else if (manifest?.kind === 'index') for (const child of childrenOf(manifest)) walk(child);
    else if (descriptor.platform !== undefined && descriptor.platform.os !== 'unknown')
      parts.push({ platform: formatPlatform(descriptor.platform), root: descriptor });
  };
  if (root === undefined) return { parts, attestations };
  if (read(root)?.kind === 'index') walk(root);
  else for (const platform of platforms.slice(0, 1)) parts.push({ platform, root });
  return { parts, attestations };
}
