// Every call that the engine process answers, put together from the rooms of this folder.
import type { Events } from '../../shared/ipc/types.ts';
import type { SomeHandlers } from './bind.ts';
import type { AskParent } from './run-engine-process.ts';
import type { EngineStart } from './wire.ts';

export interface HandlersOptions extends EngineStart {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly askParent: AskParent;
  readonly events: Events;
}

export interface HandlersInUse {
  readonly handlers: SomeHandlers;
  /** Stops jobs and the server, and closes what is open. */
  close(): Promise<void>;
}

export function createHandlers(_options: HandlersOptions): Promise<HandlersInUse> {
  return Promise.resolve({ handlers: {}, close: () => Promise.resolve() });
}
