// Packaged charts as Helm's repositories list them: which layer is the chart, its file's name, index.yaml (helm pkg/repo, index.go).
import { z } from 'zod';
import { MEDIA } from '../../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../../shared/domain/descriptor.ts';
import { algorithmOf, hexOf } from '../../../../shared/domain/digest.ts';

/** Chart.yaml as JSON; what more it has goes into an index as it is. The name and version become a file's name. */
const PackagedChart = z.looseObject({
  name: z.string().regex(/^[A-Za-z0-9._-]+$/),
  version: z.string().regex(/^[A-Za-z0-9.+_-]+$/),
});
export type PackagedChart = z.infer<typeof PackagedChart>;

/** The config of a chart's manifest; undefined where no file name follows from it. */
export function parsePackagedChart(config: Uint8Array): PackagedChart | undefined {
  try {
    // Not strictly: annotations of a chart may hold keys that differ by case alone.
    return PackagedChart.safeParse(JSON.parse(Buffer.from(config).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

export function chartFileName({ name, version }: PackagedChart): string {
  return `${name}-${version}.tgz`;
}

/** The chart's archive and provenance among a manifest's layers. `application/tar+gzip` is what Helm wrote before its own type. */
export function chartLayers<L extends Pick<Descriptor, 'mediaType'>>(
  layers: readonly L[],
): { readonly archive: L | undefined; readonly provenance: L | undefined } {
  return {
    archive: layers.find(({ mediaType }) => [MEDIA.helmChart, 'application/tar+gzip'].includes(mediaType)),
    provenance: layers.find(({ mediaType }) => mediaType === MEDIA.helmProvenance),
  };
}

export interface ListedChart {
  readonly metadata: PackagedChart;
  readonly archive: Pick<Descriptor, 'digest'>;
  /** RFC 3339. */
  readonly created: string;
}

/** index.yaml with urls relative to itself. JSON is YAML, and the one form of it in which 1.10 stays a text for every reader. */
export function chartIndexYaml(charts: readonly ListedChart[]): string {
  const entries = new Map<string, unknown[]>();
  let generated = '';
  for (const { metadata, archive, created } of charts) {
    if (created > generated) generated = created;
    const versions = entries.get(metadata.name) ?? [];
    entries.set(metadata.name, versions);
    versions.push({
      ...metadata,
      urls: [chartFileName(metadata)],
      created,
      ...(algorithmOf(archive.digest) === 'sha256' ? { digest: hexOf(archive.digest) } : {}),
    });
  }
  const index = {
    apiVersion: 'v1',
    entries: Object.fromEntries(entries),
    ...(generated === '' ? {} : { generated }),
  };
  return `${JSON.stringify(index, null, 2)}\n`;
}
