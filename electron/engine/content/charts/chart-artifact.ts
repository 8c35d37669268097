// The OCI artifact that carries a classic chart (FORMAT §3, Charts), so that Helm pulls it as it pulls any OCI chart.
import { ANNOTATION, MEDIA } from '../../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import { canonicalJson } from '../../oci/canonical-json.ts';
import { digestOf } from '../../oci/digester.ts';
import type { MadeArtifact } from '../files/file-artifact.ts';
import { parseChartYaml } from './chart-yaml.ts';

interface Blob {
  readonly digest: Digest;
  readonly size: number;
}

/**
 * Pure: equal arguments give equal bytes on every system; there is no creation time. `chartYaml` is the file as it stands
 * in the archive, `prov` the provenance file where there is one. Throws CHART_INVALID.
 */
export function chartArtifact(chart: {
  readonly chartYaml: Uint8Array;
  readonly tgz: Blob;
  readonly prov?: Blob | undefined;
  /** For messages. */
  readonly what?: string;
}): MadeArtifact & { readonly name: string; readonly version: string } {
  const { name, version, description, json } = parseChartYaml(chart.chartYaml, chart.what ?? 'the chart');
  const config = canonicalJson(json);
  const configDigest = digestOf(config);
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA.ociManifest,
    config: { mediaType: MEDIA.helmConfig, digest: configDigest, size: config.byteLength },
    layers: [
      { mediaType: MEDIA.helmChart, digest: chart.tgz.digest, size: chart.tgz.size },
      ...(chart.prov === undefined
        ? []
        : [{ mediaType: MEDIA.helmProvenance, digest: chart.prov.digest, size: chart.prov.size }]),
    ],
    annotations: {
      [ANNOTATION.title]: name,
      [ANNOTATION.version]: version,
      ...(description === undefined ? {} : { [ANNOTATION.description]: description }),
    },
  });
  const root = { mediaType: MEDIA.ociManifest, digest: digestOf(manifest), size: manifest.byteLength };
  return {
    root,
    manifests: new Map([
      [root.digest, manifest],
      [configDigest, config],
    ]),
    name,
    version,
  };
}
