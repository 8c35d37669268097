// One step of a test: what it found out, or the fault that ends the test there; bounded in time.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import type { ProbeStep } from '../../../shared/station/target.ts';

export interface Found {
  readonly state: 'ok' | 'warn';
  readonly word: string;
  readonly fact: string;
}

/** What is wrong, in a step's own short words and as the error that says what to do. */
export class Fault extends Error {
  readonly word: string;
  readonly fact: string;
  readonly error: AirlockError;

  constructor(word: string, fact: string, error: AirlockError) {
    super(error.message, { cause: error });
    this.word = word;
    this.fact = fact;
    this.error = error;
  }
}

const WORDS: Partial<Readonly<Record<ErrorCode, string>>> = {
  HOST_UNKNOWN: 'Not found',
  HOST_UNREACHABLE: 'No answer',
  STALLED: 'No answer',
  CONNECTION_LOST: 'Broken off',
  HOST_NOT_NAMED: 'Not allowed',
  UNAUTHORIZED: 'Refused',
  DENIED: 'Refused',
  REALM_REFUSED: 'Refused',
  TLS_UNTRUSTED: 'Not trusted',
  PROXY_LOGIN: 'Proxy login',
  PROTOCOL: 'No registry',
  SERVER_FAULT: 'Server fault',
  RATE_LIMITED: 'Busy',
  QUOTA_EXCEEDED: 'Full',
};

/** Any error as a fault of its step: its own sentence is the fact. Throws what is no AirlockError. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (!(error instanceof AirlockError)) throw error;
  return new Fault(WORDS[error.code] ?? 'Failed', error.message.replace(/\.$/, ''), error);
}

export function notTested(step: ProbeStep['step'], fact: string): ProbeStep {
  return { step, state: 'notTested', word: 'Not tested', fact };
}

/**
 * Runs with a signal that aborts after so many milliseconds, and does not wait for what does not hear it. Throws STALLED then,
 * and the outer signal's reason when that is aborted.
 */
export async function bounded<T>(
  host: string,
  milliseconds: number,
  outer: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const late = new AbortController();
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  const error = new AirlockError('STALLED', `${host} did not answer within ${seconds} s.`, {
    details: { host },
    remedy: 'Check that the host runs, the port is right and no firewall lies between.',
  });
  const timer = setTimeout(() => late.abort(error), milliseconds);
  const signal = AbortSignal.any([outer, late.signal]);
  const ended = Promise.withResolvers<never>();
  const onAbort = () => ended.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([run(signal), ended.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
