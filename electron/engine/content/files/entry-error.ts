// Puts a list entry's position before what went wrong with it.
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { Position } from '../index.ts';
import { formatPosition } from '../positions.ts';

/** The same error, its message beginning `list.yaml:7:5: `. What is no AirlockError (a cancel, a fault of ours) stays as it is. */
export function atEntry(at: Position, error: unknown): unknown {
  if (!(error instanceof AirlockError)) return error;
  return new AirlockError(error.code, `${formatPosition(at)}: ${error.message}`, {
    side: error.side,
    details: error.details,
    cause: error.cause,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}
