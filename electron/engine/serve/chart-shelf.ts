// The charts of all bundles as a Helm repository: index.yaml, archives and provenance.
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import {
  chartFileName,
  chartIndexYaml,
  chartLayers,
  parsePackagedChart,
} from '../content/charts/helm-repository.ts';
import type { ListedChart, PackagedChart } from '../content/charts/helm-repository.ts';
import type { BundleGraph, Entry, ManifestNode } from './bundle-graph.ts';
import { Refusal } from './refusal.ts';
import type { ServableBundle } from './served.ts';

export interface ShelvedFile {
  readonly bundle: ServableBundle;
  readonly entry: Entry;
}

export interface ChartShelf {
  /** `<name>-<version>.tgz`, ready for a list of links. */
  fileNames(): Promise<readonly string[]>;
  index(): Promise<string>;
  /** `<name>-<version>.tgz` or `.tgz.prov`. Throws Refusal where two charts differ under the name. */
  file(name: string): Promise<ShelvedFile | undefined>;
}

interface Chart {
  readonly fileName: string;
  readonly metadata: PackagedChart;
  readonly archive: Entry;
  readonly provenance: Entry | undefined;
  readonly bundle: ServableBundle;
  readonly reference: string;
}

/** Reads no chart before somebody asks for one. */
export function createChartShelf(graph: BundleGraph, onNotice: (text: string) => void): ChartShelf {
  let loading: Promise<Map<string, Chart[]>> | undefined;
  const charts = () => {
    loading ??= loadCharts(graph, onNotice);
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  };
  return {
    fileNames: async () => [...(await charts()).keys()],
    async index() {
      const listed: ListedChart[] = [];
      for (const [chart, ...others] of (await charts()).values())
        // Two charts under one name: neither is listed, and asking for it says why.
        if (chart !== undefined && others.length === 0)
          listed.push({ ...chart, created: chart.bundle.manifest.created });
      return chartIndexYaml(listed);
    },
    async file(name) {
      const wantsProvenance = name.endsWith('.prov');
      const found = (await charts()).get(wantsProvenance ? name.slice(0, -'.prov'.length) : name) ?? [];
      if (found.length > 1)
        throw new Refusal(
          404,
          'UNKNOWN',
          `${name} is not one chart: ${found.map((chart) => chart.reference).join(', ')}. Pull one of them as oci://.`,
        );
      const [chart] = found;
      const entry = wantsProvenance ? chart?.provenance : chart?.archive;
      return chart === undefined || entry === undefined ? undefined : { bundle: chart.bundle, entry };
    },
  };
}

async function loadCharts(
  graph: BundleGraph,
  onNotice: (text: string) => void,
): Promise<Map<string, Chart[]>> {
  const charts = new Map<string, Chart[]>();
  for (const bundle of graph.bundles)
    for (const item of bundle.manifest.lock.items) {
      if (item.kind !== 'chart' || item.root === undefined) continue;
      for (const node of manifestsBelow(graph.node(item.root.digest), graph)) {
        const chart = await readChart(node, item.reference, onNotice);
        if (chart === undefined) continue;
        const known = charts.get(chart.fileName) ?? [];
        if (!known.some((other) => other.archive.digest === chart.archive.digest)) known.push(chart);
        charts.set(chart.fileName, known);
      }
    }
  return charts;
}

/** The manifest itself, or those an index has: Helm 4 reads charts out of one. */
function manifestsBelow(node: ManifestNode | undefined, graph: BundleGraph): readonly ManifestNode[] {
  if (node === undefined) return [];
  if (node.config !== undefined) return [node];
  return node.children.flatMap((child) => {
    const below = graph.node(child.digest);
    return below?.config === undefined ? [] : [below];
  });
}

async function readChart(
  node: ManifestNode,
  reference: string,
  onNotice: (text: string) => void,
): Promise<Chart | undefined> {
  const { bundle, config } = node;
  const { archive, provenance } = chartLayers(node.children);
  if (config?.mediaType !== MEDIA.helmConfig || archive === undefined) return undefined;
  const metadata = parsePackagedChart(await bundle.readManifest(config));
  if (metadata === undefined) {
    onNotice(`Not in the chart repository: ${reference} has no name and version that make a file name.`);
    return undefined;
  }
  return {
    fileName: chartFileName(metadata),
    metadata,
    archive,
    provenance,
    bundle,
    reference,
  };
}
