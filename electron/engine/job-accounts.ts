// What receipts say of jobs whose results are shaped for their own desk.
import { isDigest } from '../../shared/domain/digest.ts';
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import { toWire } from '../../shared/errors/wire.ts';
import type { WireError } from '../../shared/errors/wire.ts';
import type { LockItem } from '../../shared/format/lock.ts';
import type { Receipt } from '../../shared/format/receipt.ts';
import type { BundleSummary } from './index.ts';
import { describeSource, itemNotes } from './jobs/item-account.ts';
import type { JobAccount } from './jobs/run-job.ts';
import type { LockDone } from './lock/run-lock.ts';
import type { VerifyResult } from './verify/verify-result.ts';

export function forReceipt({ name, id, fingerprint, signed }: BundleSummary): NonNullable<Receipt['bundle']> {
  return { name, id, fingerprint: fingerprint.hex, words: fingerprint.words, signed };
}

export function lockAccount({ lock, path, summary }: LockDone): JobAccount {
  return {
    outcome: 'done',
    exit: 0,
    place: path,
    items: lock.items.map((item) => ({
      kind: item.kind,
      item: item.reference,
      source: describeSource(item.source),
      ...(item.root === undefined ? {} : { digest: item.root.digest }),
      outcome: 'carried',
      bytes: 0,
      notes: itemNotes(item),
    })),
    notes: summary.notes,
  };
}

const VERDICT_OUTCOMES = { whole: 'done', incomplete: 'partial', damaged: 'failed' } as const;
const MOST_FILES = 1000;

/** `locked` are the items of the bundle's lock: who stated a digest is part of every verdict (FORMAT §1). */
export function verifyAccount(result: VerifyResult, locked: readonly LockItem[]): JobAccount {
  const { verdict, exit, files, items, totals, notes } = result;
  const known = new Map(locked.map((item) => [`${item.kind} ${item.reference}`, item]));
  const notOk = files.filter(({ state }) => state !== 'ok');
  return {
    outcome: VERDICT_OUTCOMES[verdict],
    exit,
    bytesSent: bytesRead(files),
    items: items.map(({ kind, reference, digest, state, files: wrong }) => {
      const item = known.get(`${kind} ${reference}`);
      return {
        kind,
        item: reference,
        source: item === undefined ? '' : describeSource(item.source),
        ...(isDigest(digest) ? { digest } : {}),
        outcome: state === 'damaged' ? 'failed' : 'present',
        bytes: 0,
        notes: [
          ...(item === undefined ? [] : itemNotes(item)),
          ...(state === 'incomplete' ? ['could not be had whole when the bundle was sealed'] : []),
        ],
        ...(state === 'damaged' ? { error: damaged(reference, wrong) } : {}),
      };
    }),
    notes: [
      `${totals.ok} files ok, ${totals.bytes} bytes`,
      ...notOk
        .slice(0, MOST_FILES)
        .map(({ path, state, why }) => `${state}: ${path}${why === undefined ? '' : ` ${why}`}`),
      ...notes,
    ],
  };
}

/** What is not there, and what is of another length, was not read. */
function bytesRead(files: VerifyResult['files']): number {
  return files
    .filter(({ state, foundSha256 }) => state === 'ok' || foundSha256 !== undefined)
    .reduce((sum, { size = 0 }) => sum + size, 0);
}

function damaged(reference: string, files: readonly string[]): WireError {
  return toWire(new AirlockError('BUNDLE_DAMAGED', `${reference} is damaged.`, { details: { files } }));
}
