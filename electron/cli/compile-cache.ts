// Lets Node keep compiled code between runs: half of what a short command takes is compiling its own code.
import { chmodSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Keeps it in the state folder, since what lies there is run: a shared temporary folder could be prepared by somebody else. Does
 * without where the folder can't be made, or is somebody else's. Never throws.
 */
export function keepCompiledCode(stateFolder: string): void {
  const folder = join(stateFolder, 'compiled');
  try {
    makeFolder(folder);
    // One that was there may be open to others; of a folder that is not ours the mode can't be set.
    chmodSync(folder, 0o700);
  } catch {
    return;
  }
  enableCompileCache(folder);
}

/** Node's own `recursive` never comes back where a folder that is there refuses to hold another, as /proc does. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    mkdirSync(path, { mode: 0o700 });
  }
}
