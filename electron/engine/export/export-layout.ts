// `--item NAME --oci DIR`: one item as an OCI image layout with one entry, which every reader takes without a name.
import { ANNOTATION, MEDIA } from '../../../shared/domain/descriptor.ts';
import { blobPath } from '../../../shared/domain/digest.ts';
import type { BundleItem } from '../../../shared/format/bundle.ts';
import type { Bundle } from '../bundle/index.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { readWhole } from './closure.ts';
import { asDamage } from './export-item.ts';
import type { ExportItem, Exported } from './export-item.ts';
import { openStaging } from './staging.ts';

export const LAYOUT_MARK = '{"imageLayoutVersion":"1.0.0"}';

/** Throws BUNDLE_DAMAGED: of a damaged item nothing is left. */
export async function exportLayout(
  bundle: Bundle,
  item: ExportItem,
  entry: BundleItem,
  folder: string,
  context: JobContext,
): Promise<Exported> {
  const { descriptors, absent } = await readWhole(bundle, item, context.signal);
  context.report({
    kind: 'stage',
    stage: 'export',
    totalBytes: descriptors.reduce((sum, descriptor) => sum + descriptor.size, 0),
    totalItems: 1,
  });
  const staging = await openStaging(folder, bundle, context);
  let bytes = 0;
  try {
    await staging.addText('oci-layout', LAYOUT_MARK);
    await staging.addText('index.json', layoutIndex([[item, entry]]));
    for (const descriptor of descriptors)
      if (await staging.addBlob(blobPath(descriptor.digest), descriptor)) bytes += descriptor.size;
    await staging.publish();
  } catch (error) {
    throw asDamage(error, bundle);
  } finally {
    await staging.discard();
  }
  const left = absent.map(({ digest }) => `${digest} is not in the bundle and so not in the layout`);
  return { ends: [{ outcome: bytes === 0 ? 'present' : 'carried', bytes }], notes: left };
}

/** index.json over some items, named as in the bundle. */
export function layoutIndex(items: readonly (readonly [ExportItem, BundleItem])[]): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA.ociIndex,
    manifests: items.map(([{ kind, root }, { reference, refName }]) => ({
      mediaType: root.mediaType,
      digest: root.digest,
      size: root.size,
      annotations: {
        ...(kind === 'image' ? { [ANNOTATION.imageName]: reference } : {}),
        [ANNOTATION.refName]: refName,
      },
    })),
  });
}
