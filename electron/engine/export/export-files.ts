// `--files DIR`: every file of a bundle under its `as` path, with its mode, and SHA256SUMS at the root.
import { createHash } from 'node:crypto';
import { ANNOTATION } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { algorithmOf, hexOf } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Bundle } from '../bundle/index.ts';
import { pathKey, whyUnsafePath } from '../content/file-path.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { readParsed } from './closure.ts';
import type { ExportItem, Exported } from './export-item.ts';
import { eachItem, isDone } from './export-item.ts';
import { openStaging } from './staging.ts';

const SUMS = 'SHA256SUMS';

/** A damaged file is left out of the folder and of SHA256SUMS, and fails its own item alone. */
export async function exportFiles(
  bundle: Bundle,
  items: readonly ExportItem[],
  folder: string,
  context: JobContext,
): Promise<Exported> {
  const taken = new Map([[pathKey(SUMS), 'the list of checksums']]);
  const sums: string[] = [];
  const staging = await openStaging(folder, bundle, context);
  try {
    const ends = await eachItem(bundle, items, context, async (item) => {
      const as = item.reference;
      claim(taken, as);
      const { layer, executable } = await fileLayer(bundle, item, context.signal);
      const written = await staging.addBlob(as, layer, { executable });
      sums.push(`${await sha256Of(bundle, layer, context.signal)}  ${as}\n`);
      return { bytes: written ? layer.size : 0, moved: written };
    });
    if (ends.some(isDone)) {
      await staging.addText(SUMS, sums.toSorted(bytewise).join(''));
      await staging.publish();
    }
    return { ends, notes: [`Check it with: cd ${folder} && sha256sum --check --strict --quiet ${SUMS}`] };
  } finally {
    await staging.discard();
  }
}

/** Paths are checked again here: a bundle may have been made by somebody else's program. */
function claim(taken: Map<string, string>, as: string): void {
  const why = whyUnsafePath(as);
  if (why !== undefined)
    throw new AirlockError('BUNDLE_DAMAGED', `The file "${as}" has a path that may not be written: ${why}.`);
  const other = taken.get(pathKey(as));
  if (other !== undefined)
    throw new AirlockError('TARGET_CONFLICT', `The file "${as}" would get the name of ${other}.`, {
      remedy: 'Give it another `as` path in the transfer list.',
    });
  taken.set(pathKey(as), `the file "${as}"`);
}

async function fileLayer(
  bundle: Bundle,
  item: ExportItem,
  signal: AbortSignal,
): Promise<{ readonly layer: Descriptor; readonly executable: boolean }> {
  const parsed = await readParsed(bundle, item.root, signal);
  const [layer, ...others] = parsed.kind === 'manifest' ? parsed.manifest.layers : [];
  if (layer === undefined || others.length > 0)
    throw new AirlockError('BUNDLE_DAMAGED', `${item.reference} is no file: it has not just one layer.`);
  return { layer, executable: layer.annotations?.[ANNOTATION.executable] === 'true' };
}

/** The layer's own digest, save where it is a sha512. */
async function sha256Of(bundle: Bundle, layer: Descriptor, signal: AbortSignal): Promise<string> {
  if (algorithmOf(layer.digest) === 'sha256') return hexOf(layer.digest);
  const hash = createHash('sha256');
  for await (const chunk of bundle.open(layer, { signal })) hash.update(chunk);
  return hash.digest('hex');
}

/** By path, as the bundle's own list is sorted. */
function bytewise(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a.slice(66)), Buffer.from(b.slice(66)));
}
