// An error as it leaves the process that met it: in `--json`, over IPC and in a receipt.
import { z } from 'zod';
import { remedyOf } from '../messages/remedies.ts';
import { visible } from '../messages/visible.ts';
import { AirlockError } from './airlock-error.ts';
import { ERRORS } from './codes.ts';
import type { ErrorCode } from './codes.ts';

export const ErrorCodeSchema = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

export const WireError = z.strictObject({
  code: ErrorCodeSchema,
  message: z.string(),
  side: z.enum(['source', 'bundle', 'target', 'machine', 'input', 'airlock']),
  remedy: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
  causes: z.array(z.string()),
});
export type WireError = z.infer<typeof WireError>;

/** Anything thrown, as data. What is not an AirlockError is a fault of ours: code INTERNAL, its message kept as a cause. */
export function toWire(error: unknown): WireError {
  const known =
    error instanceof AirlockError
      ? error
      : new AirlockError('INTERNAL', 'Airlock met a fault of its own.', { cause: error });
  const causes: string[] = [];
  for (let cause = known.cause; cause instanceof Error && causes.length < 8; cause = cause.cause)
    causes.push(visible(withoutSecrets(cause.message)));
  return {
    code: known.code,
    message: visible(known.message),
    side: known.side,
    remedy: visible(known.remedy ?? remedyOf(known.code)),
    details: Object.fromEntries(
      Object.entries(known.details).map(([key, value]) => [
        key,
        typeof value === 'object' ? [...value] : value,
      ]),
    ),
    causes,
  };
}

/** Causes are other people's sentences: queries of addresses, users in them and what authorises a request are cut out. */
function withoutSecrets(text: string): string {
  return text
    .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@"']+@/gi, '$1…@')
    .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#"'<>]+)\?[^\s"'<>]*/gi, '$1?…')
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 …');
}

/** The error that `toWire` described, thrown anew on this side of the wire. */
export function fromWire(wire: WireError): AirlockError {
  return new AirlockError(wire.code, wire.message, {
    side: wire.side,
    remedy: wire.remedy,
    details: wire.details,
    cause: wire.causes.length === 0 ? undefined : new Error(wire.causes.join(': ')),
  });
}
