// Starts the engine process as Electron's utility process: the packaged program may not act as Node.
import { fileURLToPath } from 'node:url';
import type { utilityProcess } from 'electron';
import { ENGINE_FLAGS } from '../host/fork-engine.ts';
import type { EngineChild } from '../host/supervisor.ts';

/** As crash accounts name it. */
export const ENGINE_SERVICE = 'Airlock engine';

/** After Electron's ready. */
export function startUtilityEngine(
  processes: Pick<typeof utilityProcess, 'fork'>,
  environment: NodeJS.ProcessEnv,
): EngineChild {
  const entry = fileURLToPath(new URL('./engine-process.mjs', import.meta.url));
  const child = processes.fork(entry, [], {
    serviceName: ENGINE_SERVICE,
    execArgv: [...ENGINE_FLAGS],
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let isGone = false;
  child.once('exit', () => {
    isGone = true;
  });
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => {
      if (!isGone) child.postMessage(message, []);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', () => listener()),
    kill: () => void child.kill(),
  };
}
