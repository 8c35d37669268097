// Finds a thread's script: bundled beside the bundled command, or the module itself when run from source.
import { existsSync } from 'node:fs';

export function workerScript(name: 'hash-worker' | 'sink-worker'): URL {
  const bundled = new URL(`./${name}.mjs`, import.meta.url);
  return existsSync(bundled) ? bundled : new URL(`./${name}.ts`, import.meta.url);
}
