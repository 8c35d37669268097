// Export: content of a bundle for programs that know nothing of Airlock. Reads through the same checks as an import.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { BundleItem } from '../../../shared/format/bundle.ts';
import type { Receipt, ReceiptItem } from '../../../shared/format/receipt.ts';
import type { Platform } from '../../../shared/domain/descriptor.ts';
import type { Bundle } from '../bundle/index.ts';
import { concludeItems, describeSource, rowOf } from '../jobs/item-account.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { exportCharts } from './export-charts.ts';
import { exportFiles } from './export-files.ts';
import { exportImages } from './export-images.ts';
import type { ExportItem, Exported } from './export-item.ts';
import { exportLayout } from './export-layout.ts';
import { findItem } from './find-item.ts';

export type ExportRequest = {
  /** Open; the caller closes it. */
  readonly bundle: Bundle;
} & (
  | { readonly what: 'images'; readonly path: string; readonly platform?: Platform }
  | { readonly what: 'item'; readonly name: string; readonly folder: string }
  | { readonly what: 'charts'; readonly folder: string }
  | { readonly what: 'files'; readonly folder: string }
);

interface ExportResult {
  readonly items: readonly ReceiptItem[];
  /** The archive or folder that was written. */
  readonly place: string;
  readonly notes: readonly string[];
  readonly outcome: Receipt['outcome'];
  readonly exit: number;
}

type Entry = readonly [ExportItem, BundleItem];

/**
 * Runs one export. Throws what the checks of DESIGN §6 find, NOTHING_SELECTED where the bundle holds nothing of the
 * kind, PLACE_TAKEN, and what the disk refuses; nothing is left half-written. Cancelled is an outcome.
 */
export async function runExport(request: ExportRequest, context: JobContext): Promise<ExportResult> {
  const { bundle } = request;
  const place = request.what === 'images' ? request.path : request.folder;
  try {
    context.report({ kind: 'stage', stage: 'check' });
    await bundle.checkBeforeFirstByte({ signal: context.signal });
    const entries = select(request);
    const { ends, notes } = await write(request, entries, context);
    const items = entries.map(([item], number): ReceiptItem => ({
      kind: item.kind,
      item: item.reference,
      source: describeSource(item.source),
      target: place,
      digest: item.root.digest,
      ...rowOf(ends[number] ?? { outcome: 'cancelled', bytes: 0 }, []),
    }));
    return { items, place, notes: [...bundle.warnings, ...notes], ...concludeItems(items, false) };
  } catch (error) {
    if (!context.signal.aborted) throw error;
    return { items: [], place, notes: [], ...concludeItems([], true) };
  }
}

async function write(
  request: ExportRequest,
  entries: readonly Entry[],
  context: JobContext,
): Promise<Exported> {
  const { bundle } = request;
  const items = entries.map(([item]) => item);
  const [first] = entries;
  if (request.what === 'images')
    return exportImages(bundle, entries, request.path, request.platform, context);
  if (request.what === 'item' && first !== undefined)
    return exportLayout(bundle, ...first, request.folder, context);
  context.report({ kind: 'stage', stage: 'export', totalItems: items.length });
  return request.what === 'charts'
    ? exportCharts(bundle, items, request.folder, context)
    : exportFiles(bundle, items, request.folder, context);
}

function select(request: ExportRequest): readonly Entry[] {
  const all = entriesOf(request.bundle);
  if (request.what === 'item') return [findItem(all, request.name, request.bundle.label)];
  const kind = ({ images: 'image', charts: 'chart', files: 'file' } as const)[request.what];
  const found = all.filter(([item]) => item.kind === kind);
  if (found.length === 0)
    throw new AirlockError('NOTHING_SELECTED', `${request.bundle.label} holds no ${request.what}.`, {
      remedy: 'See what it holds with `airlock inspect`.',
    });
  return found;
}

/** Items of the lock with their names in the bundle. */
function entriesOf(bundle: Bundle): readonly Entry[] {
  const named = new Map(bundle.manifest.items.map((item) => [`${item.reference} ${item.digest}`, item]));
  return bundle.manifest.lock.items.flatMap((item): readonly Entry[] => {
    if (item.root === undefined) return [];
    const entry = named.get(`${item.reference} ${item.root.digest}`);
    return entry === undefined ? [] : [[{ ...item, root: item.root }, entry]];
  });
}
