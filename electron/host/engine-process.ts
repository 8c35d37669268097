// The engine as a process of its own, started by the web station (fork) or by the window (utilityProcess).
import { runEngineProcess } from './run-engine-process.ts';
import type { ParentLine } from './run-engine-process.ts';

/** What Electron gives a utility process; Node's own types do not know it. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

runEngineProcess(lineToParent(), process.env);

function lineToParent(): ParentLine {
  const port = (process as { readonly parentPort?: ParentPort }).parentPort;
  if (port !== undefined)
    return {
      send: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
      // Electron ends its utility processes itself.
      onGone: () => undefined,
    };
  return {
    send: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => process.on('message', listener),
    onGone: (listener) => process.once('disconnect', listener),
  };
}
