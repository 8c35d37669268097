// The one error that crosses a room or a process: a code for machines, a sentence for people, details for both.
import { ERRORS } from './codes.ts';
import type { ErrorCode, Side } from './codes.ts';

export type ErrorDetails = Readonly<Record<string, string | number | readonly string[]>>;

export interface AirlockErrorOptions {
  readonly cause?: unknown;
  readonly details?: ErrorDetails;
  /** Overrides the side of the code's row, where the same failure can happen on both ends (a 401 from a source). */
  readonly side?: Side;
  /** What to do next, where the code's own remedy is too general for this case. */
  readonly remedy?: string;
}

/**
 * `message` is one sentence: what happened, to what, without a secret or a signed URL. The remedy is `remedy`, else the
 * one that `shared/messages` has for the code.
 */
export class AirlockError extends Error {
  override readonly name = 'AirlockError';
  readonly code: ErrorCode;
  readonly side: Side;
  readonly details: ErrorDetails;
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, message: string, options: AirlockErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.side = options.side ?? ERRORS[code].side;
    this.details = options.details ?? {};
    this.remedy = options.remedy;
  }
}

/** True for an AirlockError, of one of the given codes where any are given. */
export function isAirlockError(error: unknown, ...codes: readonly ErrorCode[]): error is AirlockError {
  return error instanceof AirlockError && (codes.length === 0 || codes.includes(error.code));
}

/** The same error in other words: whoever catches one often knows more of it than whoever threw it. */
export function retold(
  error: AirlockError,
  change: AirlockErrorOptions & { readonly message?: string },
): AirlockError {
  const { message = error.message, ...options } = change;
  const { code, side, details, cause, remedy } = error;
  return new AirlockError(code, message, {
    side,
    details,
    cause,
    ...(remedy === undefined ? {} : { remedy }),
    ...options,
  });
}

/** The same error, which says how often that was tried which failed; of counts within one another the innermost stays. */
export function triedTimes(error: unknown, attempts: number): unknown {
  if (!(error instanceof AirlockError) || attempts < 2 || 'attempts' in error.details) return error;
  return retold(error, { details: { ...error.details, attempts } });
}

/** The same error with its side told anew: a registry room does not know whether it is source or target, its caller does. */
export function onSide(error: unknown, side: Side): unknown {
  if (!(error instanceof AirlockError) || error.side === 'machine' || error.side === 'input') return error;
  return retold(error, { side });
}
