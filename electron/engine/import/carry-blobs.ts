// Brings blobs of a bundle into repositories of one registry: once for each, by mount where another repository has it.
import pLimit from 'p-limit';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { blobPath, shortDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError, isAirlockError, onSide, triedTimes } from '../../../shared/errors/airlock-error.ts';
import { ERRORS } from '../../../shared/errors/codes.ts';
import type { Bundle } from '../bundle/index.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { HELD_BACK_BYTES } from '../oci/content-store.ts';
import { copyBlob } from '../oci/copy-blob.ts';
import type { Repository } from '../registry/index.ts';
import type { Account, Tally } from './tally.ts';

/** absent: a foreign layer that the bundle does not hold (FORMAT §2). */
type Came = 'sent' | 'present' | 'mounted' | 'absent';

export interface BlobCarrier {
  /** Throws BUNDLE_DAMAGED where the bundle's bytes are not the digest's, else what the target answers. */
  carry(target: Repository, blob: Descriptor, account: Account): Promise<Came>;
  /** Sends it although the registry seemed to have it. */
  carryAgain(target: Repository, blob: Descriptor, account: Account): Promise<void>;
  /** Foreign layers met so far. */
  readonly foreign: ReadonlySet<Digest>;
}

const BACKOFF_MS = 500;
const BACKOFF_MAXIMUM_MS = 30_000;

export function createBlobCarrier(bundle: Bundle, tally: Tally, context: JobContext): BlobCarrier {
  const { signal } = context;
  const uploads = pLimit(context.limits.blobs);
  const leftOut = new Set(
    bundle.manifest.absent.filter((entry) => entry.reason === 'foreign').map((entry) => entry.digest),
  );
  /** By repository: a registry may refuse in one repository what it has in another. */
  const known = new Map<string, Map<Digest, Promise<Came>>>();
  const holders = new Map<Digest, string>();
  const underWay = new Map<Digest, Promise<unknown>>();
  const damaged = new Map<Digest, AirlockError>();
  const foreign = new Set<Digest>();

  const send = async (target: Repository, blob: Descriptor, item: string): Promise<Came> => {
    const damage = damaged.get(blob.digest);
    if (damage !== undefined) throw damage;
    let told = 0;
    for (let attempt = 0; ; attempt += 1) {
      let moved = 0;
      const report: JobContext['report'] = (event) => {
        if (event.kind === 'bytes') {
          tally.moves(blob.digest);
          moved += event.bytes;
        }
        context.report(event.kind === 'bytes' && moved <= told ? { ...event, resent: true } : event);
      };
      try {
        const isSent = await copyBlob(bundle, target, blob, { ...context, report }, item);
        return isSent ? 'sent' : 'mounted';
      } catch (error) {
        if (isAirlockError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH')) {
          const found = damagedBlob(bundle, blob, error);
          damaged.set(blob.digest, found);
          throw found;
        }
        if (!mayHelpToSendAgain(error, blob) || attempt >= context.limits.retries)
          throw atTarget(triedTimes(error, attempt + 1));
        told = Math.max(told, moved);
        const wait = waitMs(error, attempt);
        context.report({
          kind: 'waiting',
          host: target.host,
          seconds: Math.ceil(wait / 1000),
          why: error.message,
        });
        await context.clock.sleep(wait, signal);
      }
    }
  };

  /** One upload of a digest at a time over all repositories, so that the next one can be a mount. */
  const bring = async (target: Repository, blob: Descriptor, item: string): Promise<Came> => {
    const previous = underWay.get(blob.digest);
    const mine = (async () => {
      await previous?.catch(() => undefined);
      return uploads(async (): Promise<Came> => {
        signal.throwIfAborted();
        await context.pause.whenRunning(signal);
        const there = await target.stat(blob, { signal }).catch(rethrowAtTarget);
        if (there.state === 'held') return 'present';
        const holder = holders.get(blob.digest);
        if (holder !== undefined) target.offerMount(blob.digest, holder);
        return send(target, blob, item);
      });
    })();
    underWay.set(blob.digest, mine);
    try {
      const came = await mine;
      holders.set(blob.digest, target.name);
      return came;
    } finally {
      if (underWay.get(blob.digest) === mine) underWay.delete(blob.digest);
    }
  };

  return {
    foreign,
    async carry(target, blob, account) {
      if (leftOut.has(blob.digest)) {
        foreign.add(blob.digest);
        return 'absent';
      }
      const here = known.get(target.name) ?? new Map<Digest, Promise<Came>>();
      known.set(target.name, here);
      const running = here.get(blob.digest);
      const bringing = running ?? bring(target, blob, account.item);
      here.set(blob.digest, bringing);
      const came = await bringing;
      if (running === undefined && came === 'sent') account.bytes += blob.size;
      else tally.isThere([blob.digest], account);
      return came;
    },
    async carryAgain(target, blob, account) {
      if (leftOut.has(blob.digest)) return;
      if ((await uploads(() => send(target, blob, account.item))) === 'sent') account.bytes += blob.size;
    },
  };
}

/** What the target answered, told as the target's; what the bundle lacks stays the bundle's. */
function atTarget(error: unknown): unknown {
  return isAirlockError(error) && ERRORS[error.code].side === 'bundle' ? error : onSide(error, 'target');
}

export function rethrowAtTarget(error: unknown): never {
  throw atTarget(error);
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

function damagedBlob(bundle: Bundle, blob: Descriptor, cause: AirlockError): AirlockError {
  const path = blobPath(blob.digest);
  return new AirlockError(
    'BUNDLE_DAMAGED',
    `${bundle.label}: ${path} is damaged: its bytes are not those of ${shortDigest(blob.digest)}.`,
    { cause, details: { files: [path], digest: blob.digest } },
  );
}
