// Starts an engine process under Node, for the web station and for tests. The window has its own way (utilityProcess).
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EngineChild } from './supervisor.ts';

/** The engine's entry: beside the bundle that this was built into, or its source. */
export function engineEntry(): string {
  const bundled = new URL('./engine-process.mjs', import.meta.url);
  return fileURLToPath(existsSync(bundled) ? bundled : new URL('./engine-process.ts', import.meta.url));
}

/** node:sqlite is stable enough for what history keeps; its warning is no news for an operator. */
export const ENGINE_FLAGS: readonly string[] = ['--disable-warning=ExperimentalWarning'];

/** A child with this environment. It ends when this process does. */
export function forkEngine(environment: NodeJS.ProcessEnv, entry = engineEntry()): EngineChild {
  const child = fork(entry, [], {
    env: environment,
    execArgv: [...ENGINE_FLAGS],
    // Bodies of messages keep undefined and big texts as they are.
    serialization: 'advanced',
    // Ctrl-C in the terminal is for the station, which ends the engine in order.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let isGone = false;
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => {
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      const once = () => {
        if (isGone) return;
        isGone = true;
        listener();
      };
      child.once('exit', once);
      child.on('error', () => {
        if (child.pid === undefined) once();
      });
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
