// Runs one desk's job: times it, turns how it ended into a receipt, and keeps that.
import { hostname } from 'node:os';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { ERRORS } from '../../../shared/errors/codes.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { Receipt, ReceiptItem } from '../../../shared/format/receipt.ts';
import type { EngineOptions } from '../engine-options.ts';
import type { JobContext } from './job-context.ts';
import { createJobId, timestamp, writeReceipt } from './receipts.ts';

/** What a desk knows about its job; the rest of the receipt is the same for all. */
export interface JobAccount {
  readonly outcome: Receipt['outcome'];
  readonly exit: number;
  readonly items: readonly ReceiptItem[];
  readonly notes: readonly string[];
  readonly bundle?: Receipt['bundle'];
  readonly place?: string;
  readonly bytesSent?: number;
  readonly bytesResent?: number;
  readonly tools?: Receipt['tools'];
}

export interface JobResult<T> {
  readonly value: T;
  readonly receipt: Receipt;
  /** Undefined where it could not be kept; the operator was told. */
  readonly receiptPath: string | undefined;
}

/**
 * `body` does the work, `account` tells how it ended. A receipt that cannot be kept fails no job. What `body` throws is
 * thrown on; a receipt is left of it too, save where bad input was found before anything started (exit code 2).
 * `givenPlace` is where the job is about, known before it runs: it stands in the receipt of a failure as well.
 */
export async function runJob<T>(
  desk: Receipt['desk'],
  options: Pick<EngineOptions, 'stateFolder' | 'version'>,
  context: JobContext,
  body: () => Promise<T>,
  account: (value: T) => JobAccount,
  givenPlace?: string,
): Promise<JobResult<T>> {
  const started = context.clock.now();
  const receiptOf = ({ place = givenPlace, ...end }: JobAccount): Receipt => ({
    receipt: 1,
    job: createJobId(desk, started),
    desk,
    started: timestamp(started),
    ended: timestamp(context.clock.now()),
    host: hostname(),
    airlock: options.version,
    ...(end.bundle === undefined ? {} : { bundle: end.bundle }),
    ...(place === undefined ? {} : { place }),
    outcome: end.outcome,
    exit: end.exit,
    bytesSent: end.bytesSent ?? 0,
    bytesResent: end.bytesResent ?? 0,
    items: [...end.items],
    notes: [...end.notes],
    tools: end.tools ?? [],
  });
  const keep = async (receipt: Receipt): Promise<string | undefined> => {
    try {
      return await writeReceipt(options.stateFolder, receipt);
    } catch (error) {
      context.report({ kind: 'notice', text: `No receipt was kept. ${toWire(error).message}` });
      return undefined;
    }
  };
  let value: T;
  try {
    value = await body();
  } catch (error) {
    const failure = context.signal.aborted ? new AirlockError('CANCELLED', 'Cancelled.') : error;
    const { code, message } = toWire(failure);
    const { exit } = ERRORS[code];
    if (exit !== 2)
      await keep(
        receiptOf({
          outcome: code === 'CANCELLED' ? 'cancelled' : 'failed',
          exit,
          items: [],
          notes: [`${code}: ${message}`],
        }),
      );
    throw error;
  }
  const receipt = receiptOf(account(value));
  return { value, receipt, receiptPath: await keep(receipt) };
}
