// The bytes of one body, whole, over as many requests as it takes: a dropped connection is gone on with by Range.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { headerOf, lengthOf } from './wire.ts';
import type { WireBody, WireResponse } from './wire.ts';

/** Progress that makes the count of attempts begin anew: a bad link may drop a large blob any number of times. */
const PROGRESS_BYTES = 1024 * 1024;

export interface ResumingOptions {
  readonly start: number;
  /** Exclusive; undefined: until the server says that it is over. */
  readonly end: number | undefined;
  /** A body and how many of its first bytes come before `from`. */
  readonly open: (from: number) => Promise<{ readonly body: WireBody; readonly skip: number }>;
  /** Waits where another attempt may help, else throws. */
  readonly again: (error: unknown, attempt: number) => Promise<void>;
  /** Thrown where a body ended as it announced, before `end`. */
  readonly short: (at: number) => AirlockError;
}

/** Bytes handed out are never handed out again. */
export async function* resumingBytes(options: ResumingOptions): AsyncGenerator<Uint8Array, undefined> {
  const end = options.end ?? Number.POSITIVE_INFINITY;
  let at = options.start;
  let attempt = 0;
  let countedFrom = at;
  for (;;) {
    if (at >= end) return undefined;
    try {
      const { body, skip } = await options.open(at);
      let before = skip;
      for await (const chunk of body) {
        const from = Math.min(before, chunk.byteLength);
        before -= from;
        const to = Math.min(chunk.byteLength, from + end - at);
        if (to > from) {
          at += to - from;
          yield chunk.subarray(from, to);
        }
        if (to < chunk.byteLength) return undefined;
      }
      if (options.end === undefined || at === end) return undefined;
      throw options.short(at);
    } catch (error) {
      if (at - countedFrom >= PROGRESS_BYTES) attempt = 0;
      countedFrom = at;
      await options.again(error, attempt);
      attempt += 1;
    }
  }
}

/** Where a 200 or 206 stands in the whole: how many of its first bytes come before `from`, and how large the whole is. */
export function placeOf(
  response: WireResponse,
  from: number,
  host: string,
): { readonly skip: number; readonly total: number | undefined } {
  if (response.status !== 206) return { skip: from, total: lengthOf(response.headers) };
  const range = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(
    headerOf(response.headers, 'content-range') ?? '',
  );
  if (range === null || Number(range[1]) !== from)
    throw new AirlockError('PROTOCOL', `${host} answered with another range than it was asked for.`, {
      details: { host },
    });
  return { skip: 0, total: range[2] === '*' ? undefined : Number(range[2]) };
}
