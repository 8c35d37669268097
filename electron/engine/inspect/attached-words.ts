// What something attached to an image is, in the word that people have for it.
import { ANNOTATION } from '../../../shared/domain/descriptor.ts';
import type { Manifest } from '../../../shared/domain/descriptor.ts';
import type { Attached } from '../../../shared/format/lock.ts';

/** cosign's tags (sigstore/cosign specs/SIGNATURE_SPEC.md, Tag-based Discovery). */
const TAGS: Readonly<Record<string, string>> = { sig: 'signature', att: 'attestation', sbom: 'SBOM' };

/** From the most telling: a bundle of sigstore's may hold any of the three. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/spdx|cyclonedx|\bsyft\b/i, 'SBOM'],
  [/in-toto|slsa/i, 'attestation'],
  [/dev\.cosign|sigstore|notary\.signature|signature/i, 'signature'],
];

/** sigstore/sigstore-go and cosign 3: what a bundle holds, and what is stated in it. */
const BUNDLE_CONTENT = 'dev.sigstore.bundle.content';
const BUNDLE_PREDICATE = 'dev.sigstore.bundle.predicateType';
const IN_TOTO_PREDICATE = 'in-toto.io/predicate-type';
const COSIGN_SIGNATURE = 'https://sigstore.dev/cosign/sign/v1';

/** `signature`, `SBOM`, `attestation`, else its artifact type; `manifest` is undefined for an index. */
export function whatIsAttached(attached: Attached, manifest: Manifest | undefined): string {
  const suffix = /\.([a-z]+)$/.exec(attached.tag ?? '')?.[1];
  const byTag = suffix === undefined ? undefined : TAGS[suffix];
  if (byTag !== undefined) return byTag;
  const annotations = { ...manifest?.annotations, ...attached.root.annotations };
  const type = attached.root.artifactType ?? manifest?.artifactType ?? manifest?.config.mediaType;
  const predicate = annotations[BUNDLE_PREDICATE] ?? predicateOf(manifest);
  if (predicate === COSIGN_SIGNATURE) return 'signature';
  if (predicate !== undefined) return wordFor(predicate) ?? 'attestation';
  if (annotations[ANNOTATION.attestationType] !== undefined) return 'attestation';
  if (annotations[BUNDLE_CONTENT] === 'dsse-envelope') return 'attestation';
  return (type === undefined ? undefined : wordFor(type)) ?? type ?? attached.root.mediaType;
}

/** in-toto statements name on their layer what they state. */
function predicateOf(manifest: Manifest | undefined): string | undefined {
  return manifest?.layers.map((layer) => layer.annotations?.[IN_TOTO_PREDICATE]).find(Boolean);
}

function wordFor(type: string): string | undefined {
  return TYPES.find(([pattern]) => pattern.test(type))?.[1];
}
