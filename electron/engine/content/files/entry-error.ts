// Puts a list entry's position before what went wrong with it.
import { AirlockError, onSide, retold } from '../../../../shared/errors/airlock-error.ts';
import type { Position } from '../index.ts';
import { formatPosition } from '../positions.ts';

/** The same error on the side of the source, its message beginning `list.yaml:7:5: `. What is no AirlockError (a cancel, a fault of ours) stays as it is. */
export function atEntry(at: Position, error: unknown): unknown {
  const told = onSide(error, 'source');
  if (!(told instanceof AirlockError)) return told;
  return retold(told, { message: `${formatPosition(at)}: ${told.message}` });
}
