// Puts content of a bundle into repositories of one registry: each blob and each manifest once per repository,
// children before parents, and nothing of a manifest whose blobs did not all pass.
import pLimit from 'p-limit';
import { isManifestOrIndexType } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { blobPath, shortDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError, isAirlockError, onSide } from '../../../shared/errors/airlock-error.ts';
import { ERRORS } from '../../../shared/errors/codes.ts';
import type { Bundle } from '../bundle/index.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { copyBlob } from '../oci/copy-blob.ts';
import { childrenOf, parseManifest, referrerDescriptor } from '../oci/manifest.ts';
import type { ParsedManifest } from '../oci/manifest.ts';
import { HELD_BACK_BYTES } from '../registry/blob-upload.ts';
import type { PushOutcome, RegistryClient, Repository } from '../registry/index.ts';

export interface TargetWriter {
  repository(name: string): Repository;
  /** Blobs and children of a manifest or index, not the manifest itself. */
  putContent(repository: string, root: Descriptor): Promise<Put>;
  /** The manifest alone, by tag or by its digest, with the digest checked after. `putContent` went before. */
  putManifest(repository: string, root: Descriptor, tag?: string): Promise<Put>;
  /** A referrer with its content; filed in the fallback index where the registry keeps no referrers itself. */
  putReferrer(repository: string, subject: Digest, root: Descriptor): Promise<Put>;
  /** Layers that stayed where they are, since no registry had them: foreign layers (FORMAT §2). */
  readonly foreign: ReadonlySet<Digest>;
}

export interface Put {
  /** Bytes that moved for this call; what another call moved or began to move counts there. */
  readonly bytes: number;
  /** The manifest itself was found at the target, by its digest. */
  readonly there: boolean;
}

type Came = 'sent' | 'present' | 'mounted';

const BACKOFF_MS = 500;
const BACKOFF_MAXIMUM_MS = 30_000;

export function createTargetWriter(
  bundle: Bundle,
  client: RegistryClient,
  host: string,
  context: JobContext,
): TargetWriter {
  const { signal } = context;
  const uploads = pLimit(context.limits.blobs);
  const absent = new Map(bundle.manifest.absent.map((entry) => [entry.digest, entry.reason]));
  const repositories = new Map<string, Repository>();
  /** Blobs and manifest contents per repository: a registry may refuse in one repository what it has in another. */
  const blobs = new Map<string, Map<Digest, Promise<Came>>>();
  const contents = new Map<string, Map<Digest, Promise<Put>>>();
  const holders = new Map<Digest, string>();
  const underWay = new Map<Digest, Promise<unknown>>();
  const damaged = new Map<Digest, AirlockError>();
  const foreign = new Set<Digest>();

  const repositoryOf = (name: string): Repository => {
    const known = repositories.get(name) ?? client.repository(host, name);
    repositories.set(name, known);
    return known;
  };

  const read = async (descriptor: Descriptor): Promise<{ bytes: Uint8Array; parsed: ParsedManifest }> => {
    const bytes = await bundle.readManifest(descriptor, { signal });
    return { bytes, parsed: parseManifest(bytes, descriptor.mediaType, descriptor.digest) };
  };

  const upload = async (repository: string, descriptor: Descriptor): Promise<Came> => {
    const known = damaged.get(descriptor.digest);
    if (known !== undefined) throw known;
    const target = repositoryOf(repository);
    let told = 0;
    for (let attempt = 0; ; attempt += 1) {
      let moved = 0;
      const report: JobContext['report'] = (event) => {
        if (event.kind !== 'bytes') return context.report(event);
        moved += event.bytes;
        context.report(moved <= told ? { ...event, resent: true } : event);
      };
      try {
        return (await copyBlob(bundle, target, descriptor, { ...context, report })) ? 'sent' : 'mounted';
      } catch (error) {
        if (isAirlockError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH')) {
          const damage = damagedBlob(bundle, descriptor, error);
          damaged.set(descriptor.digest, damage);
          throw damage;
        }
        if (!mayHelpToSendAgain(error, descriptor) || attempt >= context.limits.retries)
          throw atTarget(error);
        told = Math.max(told, moved);
        const seconds = Math.ceil(waitMs(error, attempt) / 1000);
        context.report({ kind: 'waiting', host, seconds, why: error.message });
        await context.clock.sleep(waitMs(error, attempt), signal);
      }
    }
  };

  /** One upload of a digest at a time over all repositories, so that the next one can be a mount. */
  const bring = async (repository: string, descriptor: Descriptor): Promise<Came> => {
    const previous = underWay.get(descriptor.digest);
    const mine = (async () => {
      await previous?.catch(() => undefined);
      return uploads(async () => {
        signal.throwIfAborted();
        const target = repositoryOf(repository);
        const there = await target.stat(descriptor, { signal }).catch(rethrowAtTarget);
        const holder = holders.get(descriptor.digest);
        if (there.state === 'held') return 'present';
        if (holder !== undefined) target.offerMount(descriptor.digest, holder);
        return upload(repository, descriptor);
      });
    })();
    underWay.set(descriptor.digest, mine);
    try {
      const came = await mine;
      holders.set(descriptor.digest, repository);
      if (came !== 'sent') context.report({ kind: 'bytes', bytes: descriptor.size });
      return came;
    } finally {
      if (underWay.get(descriptor.digest) === mine) underWay.delete(descriptor.digest);
    }
  };

  const putBlob = async (
    repository: string,
    descriptor: Descriptor,
  ): Promise<{ readonly came: Came; readonly bytes: number }> => {
    if (absent.get(descriptor.digest) === 'foreign') {
      foreign.add(descriptor.digest);
      return { came: 'present', bytes: 0 };
    }
    const [came, first] = once(blobs, repository, descriptor.digest, () => bring(repository, descriptor));
    const outcome = await came;
    if (!first) context.report({ kind: 'bytes', bytes: descriptor.size });
    return { came: outcome, bytes: first && outcome === 'sent' ? descriptor.size : 0 };
  };

  const putContentNow = async (repository: string, descriptor: Descriptor): Promise<Put> => {
    const { parsed } = await read(descriptor);
    let below = childrenOf(parsed);
    let bytes = 0;
    if (parsed.kind === 'manifest') {
      below = parsed.manifest.layers;
      const config = await putBlob(repository, parsed.manifest.config);
      bytes += config.bytes;
      // Only where the config was there can the manifest be: a first import is spared the question.
      if (config.came === 'present' && (await isThere(repository, descriptor))) {
        context.report({ kind: 'bytes', bytes: below.reduce((sum, layer) => sum + layer.size, 0) });
        return { bytes, there: true };
      }
    }
    const bigFirst = below.toSorted((a, b) => b.size - a.size);
    const moved = await settleAll(
      bigFirst.map(async (child) => {
        if (!isManifestOrIndexType(child.mediaType)) return (await putBlob(repository, child)).bytes;
        return (await putWhole(repository, child)).bytes;
      }),
    );
    return { bytes: moved.reduce((sum, each) => sum + each, bytes), there: false };
  };

  const isThere = async (repository: string, descriptor: Descriptor): Promise<boolean> => {
    const found = await repositoryOf(repository)
      .resolve(descriptor.digest, { signal })
      .catch(rethrowAtTarget);
    return found?.digest === descriptor.digest;
  };

  const putContent = async (repository: string, root: Descriptor): Promise<Put> => {
    const [content, first] = once(contents, repository, root.digest, () => putContentNow(repository, root));
    const put = await content;
    return first ? put : { ...put, bytes: 0 };
  };

  /** A child: its content, then its manifest by digest. */
  const putWhole = async (repository: string, child: Descriptor): Promise<Put> => {
    const content = await putContent(repository, child);
    if (content.there) return content;
    const manifest = await putManifest(repository, child);
    return { bytes: content.bytes + manifest.bytes, there: false };
  };

  const push = async (
    repository: string,
    name: string,
    descriptor: Descriptor,
    manifest: { bytes: Uint8Array; parsed: ParsedManifest },
  ): Promise<PushOutcome> => {
    const put = (): Promise<PushOutcome> =>
      repositoryOf(repository)
        .pushManifest(name, { descriptor, bytes: manifest.bytes }, { signal })
        .catch(rethrowAtTarget);
    try {
      return await put();
    } catch (error) {
      if (!isAirlockError(error, 'BLOB_UNKNOWN')) throw error;
      await sendAgain(repository, childrenOf(manifest.parsed), namedIn(error));
      return put();
    }
  };

  /** The registry said that it has a blob, or took a mount, and now denies it: stale answers of its cache (P24). */
  const sendAgain = async (
    repository: string,
    below: readonly Descriptor[],
    named: ReadonlySet<string>,
  ): Promise<void> => {
    const meant = below.filter((child) => named.has(child.digest));
    await settleAll(
      (meant.length === 0 ? below : meant)
        .filter((child) => absent.get(child.digest) !== 'foreign')
        .map(async (child) => {
          if (isManifestOrIndexType(child.mediaType)) await putManifest(repository, child);
          else await uploads(() => upload(repository, child));
        }),
    );
  };

  const putManifest = async (repository: string, root: Descriptor, tag?: string): Promise<Put> => {
    await push(repository, tag ?? root.digest, root, await read(root));
    return { bytes: root.size, there: false };
  };

  const putReferrer = async (repository: string, subject: Digest, root: Descriptor): Promise<Put> => {
    const { bytes } = await putContent(repository, root);
    const manifest = await read(root);
    const { subjectAccepted } = await push(repository, root.digest, root, manifest);
    if (!subjectAccepted)
      await repositoryOf(repository)
        .addToReferrersTag(subject, [referrerDescriptor(root, manifest.parsed)], { signal })
        .catch(rethrowAtTarget);
    return { bytes: bytes + root.size, there: false };
  };

  return { repository: repositoryOf, putContent, putManifest, putReferrer, foreign };
}

/** The running or finished work on a digest in a repository, and whether this call began it. */
function once<T>(
  known: Map<string, Map<Digest, Promise<T>>>,
  repository: string,
  digest: Digest,
  begin: () => Promise<T>,
): readonly [Promise<T>, boolean] {
  const here = known.get(repository) ?? new Map<Digest, Promise<T>>();
  known.set(repository, here);
  const running = here.get(digest);
  if (running !== undefined) return [running, false];
  const started = begin();
  here.set(digest, started);
  return [started, true];
}

/** Waits for all, so that nothing runs on behind a failed item; then throws what is worst, damage before the rest. */
async function settleAll<T>(all: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(all);
  const reasons = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  const worst = reasons.find((reason) => isAirlockError(reason) && ERRORS[reason.code].exit === 5);
  if (reasons.length > 0) throw worst ?? reasons[0];
  return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

/** What fits into memory, and every connect, has been repeated by the registry room already. */
function mayHelpToSendAgain(error: unknown, blob: Descriptor): error is AirlockError {
  return (
    blob.size > HELD_BACK_BYTES &&
    isAirlockError(error) &&
    ERRORS[error.code].retry === 'backoff' &&
    !isAirlockError(error, 'HOST_UNKNOWN', 'HOST_UNREACHABLE')
  );
}

/** What the registry asked for, in full; else a growing pause. */
function waitMs(error: AirlockError, attempt: number): number {
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === 'number') return retryAfterSeconds * 1000;
  return Math.min(BACKOFF_MS * 2 ** attempt, BACKOFF_MAXIMUM_MS);
}

function namedIn(error: AirlockError): ReadonlySet<string> {
  const { digests } = error.details;
  return new Set(Array.isArray(digests) ? digests : []);
}

function damagedBlob(bundle: Bundle, descriptor: Descriptor, cause: AirlockError): AirlockError {
  const path = blobPath(descriptor.digest);
  return new AirlockError(
    'BUNDLE_DAMAGED',
    `${bundle.label}: ${path} is damaged: its bytes are not those of ${shortDigest(descriptor.digest)}.`,
    { cause, details: { files: [path], digest: descriptor.digest } },
  );
}

function atTarget(error: unknown): unknown {
  return isAirlockError(error) && ERRORS[error.code].side === 'bundle' ? error : onSide(error, 'target');
}

function rethrowAtTarget(error: unknown): never {
  throw atTarget(error);
}
