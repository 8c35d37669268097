// Tells how far verify is with each item: what it needs, bytes as they are read, intact or not.
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { LockItem } from '../../../shared/format/lock.ts';
import type { Finding, OpenedBundle, Survey } from '../bundle/index.ts';
import { notWhole } from '../jobs/item-account.ts';
import { nameItems, planOf } from '../jobs/item-names.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { watchItems } from '../jobs/watch-items.ts';
import { bytesMoved } from '../oci/copy-blob.ts';
import type { HashWatch } from './hash-blobs.ts';

/** Reports the plan at once. Bytes that several items share are told for the first of them. */
export function watchVerify(
  bundle: OpenedBundle,
  survey: Survey,
  { report }: Pick<JobContext, 'report'>,
): HashWatch {
  const { blobs, absent, lock } = bundle.manifest;
  const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
  const needs = new Map(lock.items.map((item) => [item, blobsOf(item, survey)]));
  const names = nameItems(lock.items, ({ reference }) => reference);
  report(
    planOf(names, (item) => {
      let bytes = 0;
      for (const digest of needs.get(item) ?? []) bytes += sizes.get(digest) ?? 0;
      return bytes;
    }),
  );
  const failed = absent.filter(({ reason }) => reason === 'failed');
  const awaited = new Set([...sizes.keys(), ...failed.map(({ digest }) => digest)]);
  const watch = watchItems(names, needs, awaited, 'done', report);
  for (const { digest, item } of failed) watch.blobEnded(digest, notWhole(item));
  return {
    bytes(digest, bytes) {
      if (bytes <= 0) return;
      watch.blobBegan(digest);
      report(bytesMoved(bytes, watch.moverOf(digest)));
    },
    ended: (digest, wrong) => watch.blobEnded(digest, wrong === undefined ? undefined : damaged(wrong)),
  };
}

/** All that an item leads to, as far as its manifests could be read. */
function blobsOf({ root, attached = [] }: LockItem, { manifests }: Survey): ReadonlySet<Digest> {
  const found = new Set<Digest>();
  const visit = (digest: Digest): void => {
    if (found.has(digest)) return;
    found.add(digest);
    for (const child of manifests.get(digest)?.children ?? []) visit(child.digest);
  };
  if (root !== undefined) visit(root.digest);
  for (const entry of attached) visit(entry.root.digest);
  return found;
}

function damaged({ path, why }: Finding): AirlockError {
  return new AirlockError('BUNDLE_DAMAGED', `${path} ${why}.`, { details: { files: [path] } });
}
