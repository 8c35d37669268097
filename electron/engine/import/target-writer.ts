// Puts manifests of a bundle into repositories of one registry: children before parents, and nothing of a manifest
// whose blobs did not all pass.
import { isManifestOrIndexType } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { isAirlockError } from '../../../shared/errors/airlock-error.ts';
import type { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { ERRORS } from '../../../shared/errors/codes.ts';
import type { Bundle } from '../bundle/index.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { childrenOf, parseManifest, referrerDescriptor } from '../oci/manifest.ts';
import type { ParsedManifest } from '../oci/manifest.ts';
import type { PushOutcome, RegistryClient, Repository } from '../registry/index.ts';
import { createBlobCarrier, rethrowAtTarget } from './carry-blobs.ts';
import type { Account, Tally } from './tally.ts';

export interface TargetWriter {
  repository(name: string): Repository;
  /** Blobs and children of a manifest or index, not the manifest itself. Resolves to whether that was found there by digest. */
  putContent(repository: string, root: Descriptor, account: Account): Promise<boolean>;
  /** The manifest alone, by tag or by its digest, with the digest checked after. `putContent` went before. */
  putManifest(repository: string, root: Descriptor, account: Account, tag?: string): Promise<void>;
  /** A referrer with its content; filed in the fallback index where the registry keeps no referrers itself. */
  putReferrer(repository: string, subject: Digest, root: Descriptor, account: Account): Promise<void>;
  /** Foreign layers that the bundle does not hold. */
  readonly foreign: ReadonlySet<Digest>;
}

interface Read {
  readonly bytes: Uint8Array;
  readonly parsed: ParsedManifest;
}

export function createTargetWriter(
  bundle: Bundle,
  client: RegistryClient,
  host: string,
  tally: Tally,
  context: JobContext,
): TargetWriter {
  const { signal } = context;
  const carrier = createBlobCarrier(bundle, tally, context);
  const repositories = new Map<string, Repository>();
  const contents = new Map<string, Map<Digest, Promise<boolean>>>();

  const repositoryOf = (name: string): Repository => {
    const known = repositories.get(name) ?? client.repository(host, name);
    repositories.set(name, known);
    return known;
  };

  const read = async (descriptor: Descriptor): Promise<Read> => {
    const bytes = await bundle.readManifest(descriptor, { signal });
    return { bytes, parsed: parseManifest(bytes, descriptor.mediaType, descriptor.digest) };
  };

  const isThere = async (repository: string, descriptor: Descriptor): Promise<boolean> => {
    const target = repositoryOf(repository);
    const found = await target.resolve(descriptor.digest, { signal }).catch(rethrowAtTarget);
    return found?.digest === descriptor.digest;
  };

  const putContentOnce = async (
    repository: string,
    descriptor: Descriptor,
    account: Account,
  ): Promise<boolean> => {
    const target = repositoryOf(repository);
    const { parsed } = await read(descriptor);
    if (parsed.kind === 'manifest') {
      const { config, layers } = parsed.manifest;
      const came = await carrier.carry(target, config, account);
      // Only where the config was there can the manifest be: a first import is spared the question.
      if (came === 'present' && (await isThere(repository, descriptor))) {
        tally.isThere([descriptor.digest, ...layers.map((layer) => layer.digest)], account);
        return true;
      }
      await settleAll(bigFirst(layers).map((layer) => carrier.carry(target, layer, account)));
      return false;
    }
    await settleAll(
      bigFirst(parsed.index.manifests).map(async (child) => {
        if (!isManifestOrIndexType(child.mediaType)) await carrier.carry(target, child, account);
        else if (!(await putContent(repository, child, account)))
          await putManifest(repository, child, account);
      }),
    );
    return false;
  };

  const putContent = (repository: string, root: Descriptor, account: Account): Promise<boolean> => {
    const here = contents.get(repository) ?? new Map<Digest, Promise<boolean>>();
    contents.set(repository, here);
    const putting = here.get(root.digest) ?? putContentOnce(repository, root, account);
    here.set(root.digest, putting);
    return putting;
  };

  const push = async (
    repository: string,
    name: string,
    descriptor: Descriptor,
    manifest: Read,
    account: Account,
  ): Promise<PushOutcome> => {
    const put = (): Promise<PushOutcome> =>
      repositoryOf(repository)
        .pushManifest(name, { descriptor, bytes: manifest.bytes }, { signal })
        .catch(rethrowAtTarget);
    let outcome: PushOutcome;
    await context.pause.whenRunning(signal);
    try {
      outcome = await put();
    } catch (error) {
      if (!isAirlockError(error, 'BLOB_UNKNOWN')) throw error;
      await putAgain(repository, childrenOf(manifest.parsed), namedIn(error), account);
      outcome = await put();
    }
    account.bytes += descriptor.size;
    tally.came(descriptor.digest, account);
    return outcome;
  };

  /** The registry said that it has a blob, or took a mount, and now denies it: go-containerregistry#1820. */
  const putAgain = async (
    repository: string,
    below: readonly Descriptor[],
    named: ReadonlySet<string>,
    account: Account,
  ): Promise<void> => {
    const meant = below.filter((child) => named.has(child.digest));
    await settleAll(
      (meant.length === 0 ? below : meant).map((child) =>
        isManifestOrIndexType(child.mediaType)
          ? putManifest(repository, child, account)
          : carrier.carryAgain(repositoryOf(repository), child, account),
      ),
    );
  };

  const putManifest = async (
    repository: string,
    root: Descriptor,
    account: Account,
    tag?: string,
  ): Promise<void> => {
    await push(repository, tag ?? root.digest, root, await read(root), account);
  };

  const putReferrer = async (
    repository: string,
    subject: Digest,
    root: Descriptor,
    account: Account,
  ): Promise<void> => {
    await putContent(repository, root, account);
    const manifest = await read(root);
    // Pushed even where it is: only the answer tells whether the registry files it under its subject.
    const { subjectAccepted } = await push(repository, root.digest, root, manifest, account);
    if (subjectAccepted) return;
    await repositoryOf(repository)
      .addToReferrersTag(subject, [referrerDescriptor(root, manifest.parsed)], { signal })
      .catch(rethrowAtTarget);
  };

  return { repository: repositoryOf, putContent, putManifest, putReferrer, foreign: carrier.foreign };
}

function bigFirst(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  return descriptors.toSorted((a, b) => b.size - a.size);
}

/** Waits for all, so that nothing runs on behind a failed item; then throws what is worst, damage before the rest. */
async function settleAll(all: readonly Promise<unknown>[]): Promise<void> {
  const reasons = (await Promise.allSettled(all)).flatMap((each): unknown[] =>
    each.status === 'rejected' ? [each.reason] : [],
  );
  if (reasons.length === 0) return;
  const damage = reasons.find((reason) => isAirlockError(reason) && ERRORS[reason.code].exit === 5);
  throw damage ?? reasons[0];
}

function namedIn(error: AirlockError): ReadonlySet<string> {
  const { digests } = error.details;
  return new Set(Array.isArray(digests) ? digests : []);
}
