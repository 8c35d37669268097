// Holds a job where it is until the operator goes on.
import type { JobContext, Pause } from './job-context.ts';
import { orAborted } from './or-aborted.ts';

export interface PauseControl extends Pause {
  hold(): void;
  goOn(): void;
}

/** A pause that a host works. Holding twice, or going on twice, changes nothing. */
export function createPause(): PauseControl {
  let gate: { readonly opened: Promise<void>; readonly open: () => void } | undefined;
  return {
    get paused() {
      return gate !== undefined;
    },
    hold() {
      if (gate !== undefined) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = { opened: promise, open: resolve };
    },
    goOn() {
      gate?.open();
      gate = undefined;
    },
    whenRunning(signal) {
      return gate === undefined ? undefined : orAborted(gate.opened, signal);
    },
  };
}

/** The same bytes, held back while the job is paused. */
export async function* whileRunning(
  bytes: AsyncIterable<Uint8Array>,
  { pause, signal }: Pick<JobContext, 'pause' | 'signal'>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    const held = pause.whenRunning(signal);
    if (held !== undefined) await held;
    yield chunk;
  }
}
