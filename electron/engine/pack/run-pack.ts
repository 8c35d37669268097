// The pack desk: everything that a list or a lock names, straight from its sources into a sealed bundle (FORMAT §2, §4).
import { rm } from 'node:fs/promises';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { ERRORS } from '../../../shared/errors/codes.ts';
import type { LockItem } from '../../../shared/format/lock.ts';
import type { Receipt, ReceiptItem } from '../../../shared/format/receipt.ts';
import { createBundleWriter, inspectPlace, openBundle, planBundle } from '../bundle/index.ts';
import type { BundlePlan, BundleWriter } from '../bundle/index.ts';
import { createSourceStore } from '../content/source-store.ts';
import type { SourceStore } from '../content/source-store.ts';
import type { EngineOptions } from '../engine-options.ts';
import { concludeItems } from '../jobs/item-account.ts';
import { nameItems, planOf } from '../jobs/item-names.ts';
import type { ItemNames } from '../jobs/item-names.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { watchItems } from '../jobs/watch-items.ts';
import { bytesMoved } from '../oci/copy-blob.ts';
import type { RegistryClient } from '../registry/index.ts';
import { accountForItems } from './account-for-items.ts';
import type { BlobFates } from './account-for-items.ts';
import { copyBlobs, copyWithRefetch, largestFirst } from './copy-blobs.ts';
import { blobsOfItems } from './item-blobs.ts';
import type { BlobsOfItems } from './item-blobs.ts';
import { formOf } from './place.ts';
import { clearPrepared, prepareLock } from './prepare-lock.ts';
import type { PreparedLock, PrepareRequest } from './prepare-lock.ts';

export interface PackRequest extends PrepareRequest {
  /** Removes `<lock>.store` once the bundle is sealed. */
  readonly releaseStore: boolean;
  /** Seals what is there although items failed; they stand in `absent`. Directories only. */
  readonly sealIncomplete: boolean;
}

export interface PackResult {
  readonly place: string;
  /** already: this very bundle was there. no: items failed or the job was cancelled, and the next run goes on. */
  readonly sealed: 'now' | 'already' | 'no';
  readonly items: readonly ReceiptItem[];
  readonly bytesSent: number;
  readonly bytesResent: number;
  readonly notes: readonly string[];
  readonly outcome: Receipt['outcome'];
  readonly exit: number;
}

/**
 * Packs. What concerns the whole throws (the list, the place, room on the medium); what concerns one item is that item's
 * outcome, and so is being cancelled. Where something is missing nothing is sealed, and the next run goes on.
 */
export async function runPack(
  request: PackRequest,
  options: Pick<EngineOptions, 'environment' | 'version'>,
  client: RegistryClient,
  context: JobContext,
): Promise<PackResult> {
  if (request.sealIncomplete && formOf(request.output) === 'tar')
    throw new AirlockError(
      'USAGE',
      '--seal-incomplete is for folders; a tar is laid out before it is filled.',
    );
  const prepared = await prepareLock(request, options, client, context);
  const { lock, place, base, store } = prepared;
  const plan = planBundle(lock, options.version);
  const needs = blobsOfItems(lock);
  const { signal } = context;
  const standing = await inspectPlace(place.path, plan, { signal });
  const names = tellPlan(plan, needs, context);
  if (standing === 'done') {
    for (const item of names.values()) context.report({ kind: 'item', item, state: 'present' });
    return alreadySealed(prepared, needs, request);
  }
  if (standing === 'taken' && prepared.isFresh) await clearPrepared(prepared);

  const source = createSourceStore(lock, { client, base, fetchStore: store, job: context });
  const writer = await createBundleWriter({ place: place.path, form: place.form, plan, lock, context });
  try {
    const fates = await fill(writer, source, plan, { needs, names }, prepared, context);
    const isWhole = fates.failures.size === 0 && fates.left.size === 0;
    const seals = (isWhole || request.sealIncomplete) && (await sealed(writer, request, context));
    if (seals) await clearAway(prepared, request);
    const items = accountForItems(needs, lock.blobs, fates);
    const account = concludeItems(items, signal.aborted && !seals);
    return {
      place: place.path,
      sealed: seals ? 'now' : 'no',
      items,
      bytesSent: items.reduce((sum, item) => sum + item.bytes, 0),
      bytesResent: client.bytesResent,
      notes: prepared.notes,
      ...account,
      // What was sealed incomplete is whole in all that it says it holds: 1, whatever was left out (FORMAT §4).
      exit: seals && !isWhole ? ERRORS.SOME_ITEMS_FAILED.exit : account.exit,
    };
  } finally {
    await source.close();
    await writer.close();
  }
}

/** False where the job is cancelled before the bundle has its name: everything is there, and the next run seals it. */
async function sealed(
  writer: BundleWriter,
  { sealIncomplete }: PackRequest,
  { signal, pause, report }: JobContext,
): Promise<boolean> {
  try {
    await pause.whenRunning(signal);
    signal.throwIfAborted();
    const totalBytes = writer.sealBytes;
    report({ kind: 'stage', stage: 'seal', ...(totalBytes === 0 ? {} : { totalBytes }) });
    await writer.seal({ incomplete: sealIncomplete });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** Tells what each item needs on its own, and how the job calls it from now on. */
function tellPlan(plan: BundlePlan, needs: BlobsOfItems, context: JobContext): ItemNames<LockItem> {
  const sizes = new Map(plan.blobs.map(({ digest, size }) => [digest, size]));
  const names = nameItems([...needs.keys()], ({ reference }) => reference);
  context.report(
    planOf(names, (item) => {
      let bytes = 0;
      for (const digest of needs.get(item) ?? []) bytes += sizes.get(digest) ?? 0;
      return bytes;
    }),
  );
  return names;
}

/** Moves what is not there yet: what a list's store kept by rename, everything else from its source. */
async function fill(
  writer: BundleWriter,
  source: SourceStore,
  plan: BundlePlan,
  { needs, names }: { readonly needs: BlobsOfItems; readonly names: ItemNames<LockItem> },
  { lock, store, ownStore }: PreparedLock,
  context: JobContext,
): Promise<BlobFates> {
  const states = await Promise.all(
    plan.blobs.map(async ({ digest, size }) => {
      const { state } = await writer.stat({ mediaType: MEDIA.octets, digest, size });
      return { digest, size, isHeld: state === 'held' };
    }),
  );
  const missing = states.filter(({ isHeld }) => !isHeld);
  context.report({
    kind: 'stage',
    stage: 'transfer',
    totalItems: lock.items.length,
    totalBytes: missing.reduce((sum, { size }) => sum + size, 0),
  });
  const fetched = missing.filter(({ digest }) => !plan.made.has(digest));
  const awaited = new Set(fetched.map(({ digest }) => digest));
  const watch = watchItems(names, needs, awaited, 'present', context.report);
  const total = plan.blobs.length;
  let done = total - fetched.length;
  context.report({ kind: 'blobs', done, total });
  return copyBlobs(
    source.inReadingOrder(largestFirst(fetched)),
    {
      move: async (blob, within) => {
        const item = watch.moverOf(blob.digest);
        watch.blobBegan(blob.digest);
        if (!ownStore || (await store.has(blob.digest)) === undefined)
          return copyWithRefetch(source, writer, blob, within, item);
        const descriptor = { mediaType: MEDIA.octets, ...blob };
        await writer.takeFile(descriptor, store.pathOf(blob.digest), (bytes) =>
          context.report(bytesMoved(bytes, item)),
        );
        return true;
      },
      onEnded: ({ digest }, error) => {
        watch.blobEnded(digest, error);
        if (error !== undefined) return;
        done += 1;
        context.report({ kind: 'blobs', done, total });
      },
    },
    context,
  );
}

/** This very bundle is there: nothing is fetched, nothing is written. */
async function alreadySealed(
  prepared: PreparedLock,
  needs: BlobsOfItems,
  request: PackRequest,
): Promise<PackResult> {
  const { lock, place, notes } = prepared;
  await clearAway(prepared, request);
  const bundle = await openBundle(place.path);
  const isWhole = bundle.manifest.absent.every(({ reason }) => reason !== 'failed');
  await bundle.close();
  const nothing: BlobFates = { moved: new Set(), failures: new Map(), left: new Set() };
  return {
    place: place.path,
    sealed: 'already',
    items: accountForItems(needs, lock.blobs, nothing),
    bytesSent: 0,
    bytesResent: 0,
    notes: isWhole ? notes : [...notes, 'it was sealed incomplete: remove it to pack what was left out'],
    outcome: isWhole ? 'done' : 'partial',
    exit: isWhole ? 0 : ERRORS.SOME_ITEMS_FAILED.exit,
  };
}

/** Once sealed: a list's own lock and store go with the work folder, a lock's store where the operator said so. */
async function clearAway(prepared: PreparedLock, { releaseStore }: PackRequest): Promise<void> {
  if (prepared.ownStore) await clearPrepared(prepared);
  else if (releaseStore) await rm(prepared.store.folder, { recursive: true, force: true });
}
