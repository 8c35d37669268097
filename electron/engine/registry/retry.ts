// Repeats what may succeed later, as the error table says, and tells the operator about every wait worth knowing.
import { isAirlockError, triedTimes } from '../../../shared/errors/airlock-error.ts';
import type { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { ERRORS } from '../../../shared/errors/codes.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import type { Clock } from '../jobs/job-context.ts';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A name typed wrong must not cost half a minute: a host that never answered gets this many more attempts. */
const RETRIES_OF_A_STRANGER = 1;
/** Replicas need a moment to see a blob that another one took; after that, sending it again is what helps. */
const RETRIES_OF_CONSISTENCY = 3;

export interface Retrying {
  readonly host: string;
  readonly retries: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly onWait: (host: string, seconds: number, why: string) => void;
  /** True once the host has answered anything. */
  readonly answered: () => boolean;
}

/** Exponential with jitter: half to all of 0.5 s, 1 s, 2 s … 30 s. */
export function backoffMs(attempt: number, random: number = Math.random()): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return full * (0.5 + random / 2);
}

/**
 * How long to wait before attempt `attempt + 1`, or undefined where it is over. A Retry-After counts in full, however
 * long it is.
 */
export function waitBefore(
  error: unknown,
  attempt: number,
  retrying: Pick<Retrying, 'retries' | 'answered'>,
): number | undefined {
  if (!isAirlockError(error) || ERRORS[error.code].retry !== 'backoff') return undefined;
  if (attempt >= Math.min(retrying.retries, mostRetries(error.code, retrying.answered()))) return undefined;
  const asked = error.details['retryAfterSeconds'];
  return typeof asked === 'number' ? asked * 1000 : backoffMs(attempt);
}

function mostRetries(code: ErrorCode, answered: boolean): number {
  if (code === 'BLOB_UNKNOWN') return RETRIES_OF_CONSISTENCY;
  const unreachable = code === 'HOST_UNKNOWN' || code === 'HOST_UNREACHABLE';
  return unreachable && !answered ? RETRIES_OF_A_STRANGER : Number.POSITIVE_INFINITY;
}

/** Waits where another attempt may help, else throws the error, which then says how often it was tried. */
export async function waitOrThrow(error: unknown, attempt: number, retrying: Retrying): Promise<void> {
  if (retrying.signal.aborted) throw retrying.signal.reason;
  const wait = waitBefore(error, attempt, retrying);
  if (wait === undefined) throw triedTimes(error, attempt + 1);
  retrying.onWait(retrying.host, Math.ceil(wait / 1000), (error as AirlockError).message);
  await retrying.clock.sleep(wait, retrying.signal);
}

/** Runs `attempt` until it succeeds, fails for good, or the attempts are used up. */
export async function withRetries<T>(attempt: () => Promise<T>, retrying: Retrying): Promise<T> {
  for (let count = 0; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      await waitOrThrow(error, count, retrying);
    }
  }
}
