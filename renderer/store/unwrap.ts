// What a call over the bridge answered, or its failure thrown as something that can be shown.
import type { WireError } from '../../shared/errors/wire.ts';
import type { Result } from '../../shared/ipc/types.ts';

/** A failed call. `wire` is all there is to say about it. */
export class WireFailure extends Error {
  override readonly name = 'WireFailure';
  readonly wire: WireError;

  constructor(wire: WireError) {
    super(wire.message);
    this.wire = wire;
  }
}

/** The value of an answer. Throws WireFailure. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new WireFailure(result.error);
}

/** Anything thrown, as an error that can be shown; what no call threw is a fault of these screens. */
export function wireOf(thrown: unknown): WireError {
  if (thrown instanceof WireFailure) return thrown.wire;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'INTERNAL',
    message: 'This screen met a fault of its own.',
    side: 'airlock',
    remedy: 'Report it with the details; nothing was lost that had been finished.',
    details: {},
    causes: [message],
  };
}
