// Opens a sealed bundle where it lies, directory or tar: nothing is unpacked, and only the files beside the blobs are read.
import { lstat, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { ANNOTATION, IndexSchema, LIMIT } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { algorithmOf, blobPath, hexOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Absent } from '../../../shared/format/lock.ts';
import { digestOf } from '../oci/digester.ts';
import { fingerprintOf } from '../trust/fingerprint.ts';
import { createBlobTable } from './blob-table.ts';
import type { BundleFiles } from './bundle-files.ts';
import { decodeManifest, parseJson } from './decode-manifest.ts';
import { fileFailure } from '../disk/file-failure.ts';
import { openFolderFiles } from './folder-files.ts';
import type { OpenedBundle, Survey } from './index.ts';
import { readSpan, readWhole } from '../disk/read-span.ts';
import { refuseFindings, surveyBundle } from './survey-bundle.ts';
import { SUMS } from './sums.ts';
import { openTarFiles } from './tar-files.ts';

/**
 * Reads airlock.json, index.json and SHA256SUMS and understands them; whether all files are there and as they should be is asked
 * by `checkBeforeFirstByte`. Throws FILE_NOT_FOUND, NOT_A_BUNDLE, FORMAT_UNSUPPORTED, BUNDLE_DAMAGED, BUNDLE_INCOMPLETE,
 * BUNDLE_TRUNCATED.
 */
export async function openBundle(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<OpenedBundle> {
  const place = resolve(path);
  const label = `bundle ${basename(place)}`;
  const files = await openFiles(place, label);
  try {
    return await readBundle(files, place, label, options.signal);
  } catch (error) {
    await files.close();
    throw fileFailure(error, place);
  }
}

async function openFiles(place: string, label: string): Promise<BundleFiles> {
  const found = await stat(place).catch((error: unknown) => {
    throw fileFailure(error, place);
  });
  if (found.isFile()) return openTarFiles(place, label);
  if (!found.isDirectory())
    throw new AirlockError('NOT_A_BUNDLE', `${place} is neither a folder nor a file.`);
  const has = async (name: string) => {
    try {
      await lstat(resolve(place, name));
      return true;
    } catch (error) {
      // A folder that may not be looked into is no folder without a bundle.
      if (error instanceof Error && 'code' in error && error.code === 'EACCES')
        throw fileFailure(error, place);
      return false;
    }
  };
  if (!(await has('airlock.json')) && !(await has(SUMS)))
    throw new AirlockError(
      'NOT_A_BUNDLE',
      (await has('journal.jsonl'))
        ? `${place} is the unfinished work of a pack.`
        : `${place} has no airlock.json and no ${SUMS}.`,
      (await has('journal.jsonl')) ? { remedy: 'Run the pack again; it goes on where it ended.' } : {},
    );
  return openFolderFiles(place, label);
}

async function readBundle(
  files: BundleFiles,
  path: string,
  label: string,
  signal: AbortSignal | undefined,
): Promise<OpenedBundle> {
  const airlockJson = await files.front('airlock.json', LIMIT.airlockJsonBytes);
  const { manifest, warnings } = decodeManifest(airlockJson, label);
  signal?.throwIfAborted();
  if (manifest.items.length > LIMIT.items || manifest.blobs.length > LIMIT.blobs)
    throw new AirlockError('BUNDLE_DAMAGED', `${label} has more items or blobs than a bundle may have.`);
  const blobs = createBlobTable(manifest.blobs);
  await files.settle(blobs);
  const indexJson = await files.front('index.json', LIMIT.indexJsonBytes);
  const index = IndexSchema.safeParse(parseJson(indexJson, 'index.json', label));
  if (!index.success)
    throw new AirlockError('BUNDLE_DAMAGED', `${label} is damaged: index.json is no OCI index.`, {
      details: { files: ['index.json'] },
    });
  /** Of what was read just now: a survey judges the same bytes, or says that they changed. */
  const asOpened = new Map([
    ['airlock.json', hexOf(digestOf(airlockJson))],
    ['index.json', hexOf(digestOf(indexJson))],
    [SUMS, await files.sha256OfFront(SUMS, LIMIT.sumsBytes)],
  ]);
  const absent = new Map(manifest.absent.map(({ digest, reason }) => [digest, reason]));

  const blobOf = (digest: Digest) => {
    const size = blobs.sizeOf(digest);
    if (size === undefined) {
      const reason = absent.get(digest);
      throw new AirlockError(
        'BLOB_MISSING',
        `${label} does not hold ${digest}${reason === undefined ? '' : `; it was left out (${reason})`}.`,
        { details: { digest } },
      );
    }
    return { digest, size };
  };
  const readManifest = async (descriptor: Descriptor, stop?: AbortSignal): Promise<Buffer> => {
    stop?.throwIfAborted();
    const { digest, size } = blobOf(descriptor.digest);
    const damaged = (why: string, more: { readonly found?: Digest } = {}) =>
      new AirlockError('BUNDLE_DAMAGED', `${label} is damaged: ${blobPath(digest)} ${why}.`, {
        details: { files: [blobPath(digest)], ...more },
      });
    if (size > LIMIT.manifestBytes) throw damaged(`has ${size} bytes; a manifest may have 4 MiB`);
    if (size !== descriptor.size) throw damaged(`has ${size} bytes and is said to have ${descriptor.size}`);
    const opened = await files.openBlob({ digest, size });
    try {
      const bytes = await readWhole(opened.fd, opened.start, size);
      if (digestOf(bytes, algorithmOf(digest)) !== digest)
        throw damaged('has other bytes than its name says', { found: digestOf(bytes) });
      return bytes;
    } catch (error) {
      throw fileFailure(error, `${path}: ${blobPath(digest)}`);
    } finally {
      await opened.close();
    }
  };
  const survey = ({ signal: stop }: { readonly signal?: AbortSignal } = {}): Promise<Survey> =>
    surveyBundle({
      files,
      manifest,
      index: index.data,
      blobs,
      asOpened,
      readManifest: (descriptor) => readManifest(descriptor),
      signal: stop,
    }).catch((error: unknown) => Promise.reject(fileFailure(error, path)));

  return {
    label,
    path,
    form: files.form,
    manifest,
    index: index.data,
    fingerprint: fingerprintOf(asOpened.get(SUMS) ?? ''),
    warnings: [...warnings, ...(await whatToSayFirst(files, manifest.absent))],
    stat: ({ digest }) => {
      const size = blobs.sizeOf(digest);
      if (size !== undefined) return Promise.resolve({ state: 'held', size });
      return Promise.resolve({ state: 'absent', reason: absent.get(digest) ?? 'unknown' });
    },
    async *open({ digest }, { offset = 0, length, signal: stop } = {}) {
      const blob = blobOf(digest);
      const opened = await files.openBlob(blob);
      try {
        const wanted = Math.max(0, Math.min(length ?? blob.size, blob.size - offset));
        yield* readSpan(opened.fd, opened.start + offset, wanted, stop);
      } catch (error) {
        throw fileFailure(error, `${path}: ${blobPath(digest)}`);
      } finally {
        await opened.close();
      }
    },
    ingest: () => Promise.reject(new AirlockError('INTERNAL', `${label} is sealed; nothing is added to it.`)),
    roots: () =>
      Promise.resolve(
        index.data.manifests.map((descriptor) => ({
          name: descriptor.annotations?.[ANNOTATION.refName],
          descriptor,
        })),
      ),
    readManifest: (descriptor, { signal: stop } = {}) => readManifest(descriptor, stop),
    survey,
    spanOf: (digest) => {
      const size = blobs.sizeOf(digest);
      return size === undefined ? undefined : files.spanOf({ digest, size });
    },
    async checkBeforeFirstByte(how) {
      const { findings, manifests } = await survey(how);
      refuseFindings(findings, label);
      return manifests;
    },
    close: () => files.close(),
  };
}

async function whatToSayFirst(files: BundleFiles, absent: readonly Absent[]): Promise<readonly string[]> {
  const failed = new Set(absent.filter(({ reason }) => reason === 'failed').map(({ digest }) => digest));
  return [
    ...(failed.size === 0
      ? []
      : [`sealed incomplete: ${failed.size} blobs could not be had when it was packed`]),
    ...((await files.hasSignatures())
      ? ['signatures lie with this bundle; this version of Airlock checks none']
      : []),
  ];
}
