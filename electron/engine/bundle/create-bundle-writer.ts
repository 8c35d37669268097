// Makes a bundle in a work folder beside its place: blobs in any order, then the seal (FORMAT §4, Sealing).
import { lstat, open, rm, rmdir } from 'node:fs/promises';
import { basename } from 'node:path';
import pLimit from 'p-limit';
import { ANNOTATION } from '../../../shared/domain/descriptor.ts';
import { hexOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Lock } from '../../../shared/format/lock.ts';
import { lockId, writeLock } from '../content/lock-file.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { whileRunning } from '../jobs/pause.ts';
import { canonicalJson } from '../oci/canonical-json.ts';
import type { BlobWriter } from '../oci/content-store.ts';
import { digestOf } from '../oci/digester.ts';
import { createBlobIntake } from './blob-intake.ts';
import type { BlobIntake } from './blob-intake.ts';
import { createBlobTable } from './blob-table.ts';
import type { BlobShelf } from './blob-shelf.ts';
import { fileFailure } from '../disk/file-failure.ts';
import { openFolderShelf } from './folder-shelf.ts';
import type { BundleForm, BundlePlan, BundleWriter, SealOptions } from './index.ts';
import { keepEarlier } from './keep-earlier.ts';
import { lookAtMedium, requireRoom } from './medium.ts';
import { planBundle } from './plan-bundle.ts';
import { readSpan } from '../disk/read-span.ts';
import { formatSums, FRONT_FILES, SUMS, sumsSize } from './sums.ts';
import { mapTar } from './tar-map.ts';
import type { TarMap } from './tar-map.ts';
import { openTarShelf } from './tar-shelf.ts';
import { createSinkPool } from '../trust/sink-pool.ts';
import {
  claimWorkFolder,
  openJournal,
  readJournal,
  readUnfinishedLock,
  undoWork,
  workPaths,
} from './work-folder.ts';
import type { JournalEntry, JournalHead, JournalWriter } from './work-folder.ts';

/** Below this, threads take longer to start than they save. */
const WORTH_THREADS_BYTES = 64 * 1024 * 1024;

export interface BundleWriterOptions {
  /** Absolute path of the bundle: `…/NAME.airlock` or `…/NAME.airlock.tar`. */
  readonly place: string;
  readonly form: BundleForm;
  /** Of the same lock. */
  readonly plan: BundlePlan;
  readonly lock: Lock;
  readonly context: Pick<JobContext, 'signal' | 'pause' | 'report' | 'clock'>;
}

/**
 * Begins a bundle, or goes on with the blobs that an unfinished run of the same lock left. The plan's own blobs (`made`) are
 * written by the writer itself while others come; their bytes are reported to the context. Ends with `close`, sealed or not.
 * Throws PLACE_TAKEN, IN_USE, DISK_FULL, MEDIUM_LIMIT, READ_ONLY, NO_ACCESS before the first byte.
 */
export async function createBundleWriter(options: BundleWriterOptions): Promise<BundleWriter> {
  const { place, plan } = options;
  const label = `bundle ${basename(place)}`;
  if ((await lstat(place).catch(() => undefined)) !== undefined)
    throw new AirlockError('PLACE_TAKEN', `${place} is there already.`, { details: { place } });
  const work = await openWork(options);
  const { shelf, journal, kept } = work;
  const sinks = plan.totalBytes < WORTH_THREADS_BYTES ? undefined : createSinkPool();
  const intake = createBlobIntake({ label, place, blobs: plan.blobs, shelf, journal, kept, sinks });
  const made = settled(writeMade(options, intake));
  let state: 'open' | 'sealed' | 'closed' = 'open';

  const seal = async ({ incomplete = false }: SealOptions): Promise<void> => {
    const failure = await made;
    if (failure !== undefined) throw failure.error;
    options.context.signal.throwIfAborted();
    await intake.flush();
    const sealed = planOfHeld(options, intake, incomplete);
    const front = new Map(sealed.front);
    const sums = [...front].map(([path, bytes]) => [path, hexOf(digestOf(bytes))] as const);
    front.set(
      SUMS,
      formatSums(new Map(sums), sealed.blobs, (digest) => intake.sha256Of(digest)),
    );
    await shelf.seal(front, sealed.blobs, options.context);
    state = 'sealed';
  };

  return {
    label,
    place,
    keptBytes: kept.reduce((sum, { blob }) => sum + intake.blob(blob).size, 0),
    stat: ({ digest }) =>
      Promise.resolve(
        intake.held.has(digest)
          ? { state: 'held', size: intake.blob(digest).size }
          : { state: 'absent', reason: 'unknown' },
      ),
    async *open({ digest }, { offset = 0, length, signal } = {}) {
      if (!intake.held.has(digest))
        throw new AirlockError('BLOB_MISSING', `${label} does not hold ${digest} yet.`);
      const blob = intake.blob(digest);
      yield* shelf.read(blob, offset, Math.min(length ?? blob.size, blob.size - offset), signal);
    },
    ingest: ({ digest }, { signal } = {}) => intake.ingest(digest, signal),
    roots: () =>
      Promise.resolve(
        plan.index.manifests.map((descriptor) => ({
          name: descriptor.annotations?.[ANNOTATION.refName],
          descriptor,
        })),
      ),
    takeFile: (descriptor, path, onBytes) =>
      takeFile(intake, descriptor.digest, path, options.context, onBytes),
    sealBytes: shelf.sealBytes,
    seal: (how = {}) => seal(how).catch((error: unknown) => Promise.reject(fileFailure(error, place))),
    async close() {
      if (state === 'closed') return;
      const sealed = state === 'sealed';
      state = 'closed';
      await made;
      // What could not be synced is not in the journal, and is hashed by the next run.
      await intake.flush().catch(() => undefined);
      await sinks?.close();
      const worthless = [...intake.held].every((digest) => plan.made.has(digest));
      await work.close(sealed ? 'remove' : worthless && work.fresh ? 'undo' : 'keep');
    },
  };
}

interface Work {
  readonly shelf: BlobShelf;
  readonly journal: JournalWriter;
  readonly kept: readonly JournalEntry[];
  /** No earlier run had begun. */
  readonly fresh: boolean;
  /** remove: the whole folder. undo: what this run made. keep: for the next run. */
  close(how: 'remove' | 'undo' | 'keep'): Promise<void>;
}

async function openWork(options: BundleWriterOptions): Promise<Work> {
  const { place, form, plan, lock, context } = options;
  const paths = workPaths(place);
  const release = await claimWorkFolder(place);
  const opened: { close(): Promise<void> }[] = [];
  let fresh = false;
  let wroteLock = false;
  const close: Work['close'] = async (how) => {
    for (const one of opened.toReversed()) await one.close().catch(() => undefined);
    if (how === 'undo') await undoWork(place, wroteLock);
    await release();
    if (how === 'remove') await rm(paths.folder, { recursive: true, force: true });
    if (how === 'undo') await rmdir(paths.folder).catch(() => undefined);
  };
  try {
    const map = mapOf(plan);
    const head = journalHead(plan);
    const lying = await readUnfinishedLock(place);
    if (lying !== undefined && lockId(lying) !== head.id) throw otherWork(place, 'of another lock');
    const earlier = await readJournal(paths.journal);
    if (earlier !== undefined) requireSameWork(place, form, earlier.head, head);
    fresh = earlier === undefined;
    const shelf =
      form === 'tar'
        ? await openTarShelf(place, paths, map, context.clock, fresh)
        : await openFolderShelf(place, paths, plan.blobs, context.clock);
    opened.push(shelf);
    const kept =
      earlier === undefined ? [] : await keepEarlier(shelf, plan.blobs, earlier.entries, context.signal);
    const there = new Set(kept.map(({ blob }) => blob));
    requireRoom(place, await lookAtMedium(place), form, {
      blobs: plan.blobs.map(({ size }) => size),
      missing: plan.blobs.filter(({ digest }) => !there.has(digest)).map(({ size }) => size),
      frontBytes: map.front.reduce((sum, { size }) => sum + size, 0),
      tarBytes: map.length,
    });
    if (lying === undefined) {
      await writeLock(paths.lock, lock);
      wroteLock = true;
    }
    const journal = await openJournal(paths.journal, head, fresh);
    opened.push(journal);
    return { shelf, journal, kept, fresh, close };
  } catch (error) {
    await close(fresh ? 'undo' : 'keep').catch(() => undefined);
    throw fileFailure(error, place);
  }
}

/** Work of another lock, or a tar laid out by another version, is somebody's: it is neither mixed in nor thrown away. */
function requireSameWork(place: string, form: BundleForm, earlier: JournalHead, head: JournalHead): void {
  if (earlier.id !== head.id) throw otherWork(place, 'of another lock');
  if (form === 'tar' && (earlier.version !== head.version || earlier.layout !== head.layout))
    throw otherWork(
      place,
      `of Airlock ${earlier.version}, and a tar is finished by the version that began it`,
    );
}

function otherWork(place: string, whose: string): AirlockError {
  return new AirlockError('PLACE_TAKEN', `${place} has unfinished work ${whose}.`, {
    remedy: `Finish that one, remove ${workPaths(place).folder}, or choose another place with -o.`,
    details: { place },
  });
}

export function journalHead(plan: BundlePlan): JournalHead {
  const { id, tool } = plan.manifest;
  const layout = digestOf(canonicalJson({ front: frontSizes(plan), blobs: plan.blobs }));
  return { journal: 1, id, version: tool.version, layout };
}

function frontSizes(plan: BundlePlan): number[] {
  return [...FRONT_FILES.map((path) => plan.front.get(path)?.byteLength ?? 0), sumsSize(plan.blobs)];
}

function mapOf(plan: BundlePlan): TarMap {
  return mapTar(frontSizes(plan), createBlobTable(plan.blobs));
}

async function writeMade({ plan, context }: BundleWriterOptions, intake: BlobIntake): Promise<void> {
  const turns = pLimit(4);
  await Promise.all(
    [...plan.made].map(([digest, bytes]) =>
      turns(async () => {
        const writer = await intake.ingest(digest, context.signal);
        if (writer === null) return;
        await writeWhole(writer, [bytes]);
        context.report({ kind: 'bytes', bytes: bytes.byteLength });
      }),
    ),
  );
}

async function takeFile(
  intake: BlobIntake,
  digest: Digest,
  path: string,
  context: Pick<JobContext, 'signal' | 'pause'>,
  onBytes: ((bytes: number) => void) | undefined,
): Promise<void> {
  const { size } = intake.blob(digest);
  if (await intake.adopt(digest, path)) {
    onBytes?.(size);
    return;
  }
  const writer = await intake.ingest(digest, context.signal);
  if (writer !== null) {
    const file = await open(path, 'r').catch(async (error: unknown) => {
      await writer.abort();
      throw error;
    });
    try {
      await writeWhole(writer, whileRunning(readSpan(file.fd, 0, size, context.signal), context), onBytes);
    } finally {
      await file.close();
    }
  }
  await rm(path, { force: true });
}

async function writeWhole(
  writer: BlobWriter,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onBytes?: (bytes: number) => void,
): Promise<void> {
  try {
    for await (const chunk of bytes) {
      await writer.write(chunk);
      onBytes?.(chunk.byteLength);
    }
    await writer.commit();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** The plan of what is held: the whole, or with leave the plan of a bundle that says what it lacks. */
function planOfHeld(options: BundleWriterOptions, intake: BlobIntake, incomplete: boolean): BundlePlan {
  const { place, form, plan, lock } = options;
  const missing = plan.blobs.filter(({ digest }) => !intake.held.has(digest)).map(({ digest }) => digest);
  if (missing.length === 0) return plan;
  if (!incomplete)
    throw new AirlockError(
      'BUNDLE_INCOMPLETE',
      `${place} lacks ${missing.length} of its ${plan.blobs.length} blobs.`,
      {
        remedy: 'Run the same command again; finished blobs are kept.',
        details: { missing: missing.slice(0, 100) },
      },
    );
  if (form === 'tar')
    throw new AirlockError('USAGE', 'A tar can not be sealed incomplete: its places are fixed beforehand.', {
      remedy: 'Use the directory form with --seal-incomplete.',
    });
  return planBundle(lock, plan.manifest.tool.version, { failed: new Set(missing) });
}

function settled(promise: Promise<void>): Promise<{ readonly error: unknown } | undefined> {
  return promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
}
