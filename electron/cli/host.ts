// What the command needs of the process that runs it: streams, environment, the signal of Ctrl-C.
import type { Clock } from '../engine/index.ts';

export interface CommandHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted with CANCELLED by the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}
