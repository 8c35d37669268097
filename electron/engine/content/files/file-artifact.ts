// The OCI artifact that carries one file (FORMAT §3, Files). `oras pull` writes it back, folders included.
import { ANNOTATION, MEDIA } from '../../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import { canonicalJson } from '../../oci/canonical-json.ts';
import { digestOf } from '../../oci/digester.ts';

/** image-spec manifest.md, Guidance for an Empty Descriptor. */
const EMPTY_CONFIG = Buffer.from('{}');

export interface MadeArtifact {
  readonly root: Descriptor;
  /** The manifest and the config, by digest. */
  readonly manifests: ReadonlyMap<Digest, Uint8Array>;
}

/** Pure: equal arguments give equal bytes on every system. `as` is the path that export and `oras pull` write. */
export function fileArtifact(file: {
  readonly as: string;
  readonly executable: boolean;
  readonly digest: Digest;
  readonly size: number;
}): MadeArtifact {
  const config = digestOf(EMPTY_CONFIG);
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA.ociManifest,
    artifactType: MEDIA.airlockFile,
    config: { mediaType: MEDIA.ociEmpty, digest: config, size: EMPTY_CONFIG.byteLength },
    layers: [
      {
        mediaType: MEDIA.octets,
        digest: file.digest,
        size: file.size,
        annotations: {
          [ANNOTATION.title]: file.as,
          ...(file.executable ? { [ANNOTATION.executable]: 'true' } : {}),
        },
      },
    ],
  });
  const root = { mediaType: MEDIA.ociManifest, digest: digestOf(manifest), size: manifest.byteLength };
  return {
    root,
    manifests: new Map([
      [root.digest, manifest],
      [config, EMPTY_CONFIG],
    ]),
  };
}
