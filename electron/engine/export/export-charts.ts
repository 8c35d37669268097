// `--charts DIR`: every chart as Helm packages it, with its provenance, and an index.yaml of relative urls.
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Bundle } from '../bundle/index.ts';
import {
  chartFileName,
  chartIndexYaml,
  chartLayers,
  parsePackagedChart,
} from '../content/charts/helm-repository.ts';
import type { ListedChart, PackagedChart } from '../content/charts/helm-repository.ts';
import { pathKey, whyUnsafePath } from '../content/file-path.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { readParsed } from './closure.ts';
import type { ExportItem, Exported } from './export-item.ts';
import { eachItem, isDone } from './export-item.ts';
import { openStaging } from './staging.ts';
import type { Staging } from './staging.ts';

interface Chart {
  readonly fileName: string;
  readonly metadata: PackagedChart;
  readonly archive: Descriptor;
  readonly provenance: Descriptor | undefined;
}

export async function exportCharts(
  bundle: Bundle,
  items: readonly ExportItem[],
  folder: string,
  context: JobContext,
): Promise<Exported> {
  const { created } = bundle.manifest;
  const listed: ListedChart[] = [];
  const taken = new Map<string, { readonly archive: Descriptor; readonly reference: string }>();
  const staging = await openStaging(folder, bundle, context);
  try {
    const ends = await eachItem(bundle, items, context, async (item) => {
      const chart = await readChart(bundle, item, context.signal);
      const other = taken.get(pathKey(chart.fileName));
      if (other?.archive.digest === chart.archive.digest) return { bytes: 0, moved: false };
      if (other !== undefined)
        throw new AirlockError(
          'TARGET_CONFLICT',
          `${item.reference} and ${other.reference} are both ${chart.fileName}, with other bytes.`,
          { remedy: 'Export into a chart repository takes one of them; import both instead.' },
        );
      taken.set(pathKey(chart.fileName), { archive: chart.archive, reference: item.reference });
      const bytes = await addFiles(staging, filesOf(chart));
      listed.push({ ...chart, created });
      return { bytes, moved: bytes > 0 };
    });
    if (ends.some(isDone)) {
      await staging.addText('index.yaml', chartIndexYaml(listed));
      await staging.publish();
    }
    return { ends, notes: [] };
  } finally {
    await staging.discard();
  }
}

/** All files of one chart or none. Returns the bytes written. */
async function addFiles(
  staging: Staging,
  files: readonly (readonly [string, Descriptor])[],
): Promise<number> {
  let bytes = 0;
  try {
    for (const [name, blob] of files) if (await staging.addBlob(name, blob)) bytes += blob.size;
    return bytes;
  } catch (error) {
    for (const [name] of files) await staging.drop(name);
    throw error;
  }
}

function filesOf(chart: Chart): readonly (readonly [string, Descriptor])[] {
  const archive = [chart.fileName, chart.archive] as const;
  return chart.provenance === undefined
    ? [archive]
    : [archive, [`${chart.fileName}.prov`, chart.provenance] as const];
}

async function readChart(bundle: Bundle, item: ExportItem, signal: AbortSignal): Promise<Chart> {
  const refuse = (why: string): AirlockError =>
    new AirlockError('CHART_INVALID', `${item.reference} is no chart that can be written: ${why}.`, {
      side: 'bundle',
    });
  const parsed = await readParsed(bundle, item.root, signal);
  if (parsed.kind === 'index') throw refuse('it is an index');
  const { config, layers } = parsed.manifest;
  const { archive, provenance } = chartLayers(layers);
  if (config.mediaType !== MEDIA.helmConfig || archive === undefined) throw refuse('it holds no archive');
  const metadata = parsePackagedChart(await bundle.readManifest(config, { signal }));
  if (metadata === undefined) throw refuse('its name and version make no file name');
  const fileName = chartFileName(metadata);
  const why = whyUnsafePath(fileName);
  if (why !== undefined) throw refuse(why);
  return { fileName, metadata, archive, provenance };
}
