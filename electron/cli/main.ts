// The first thing that runs: lets Node keep compiled code between runs, then loads the command.
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { stateFolder } from '../engine/jobs/state-folder.ts';

// Half of what a short command takes is compiling its own code. In the state folder, since what lies there is run: a shared
// temporary folder could be prepared by somebody else. Where nothing can be written, Node does without.
enableCompileCache(join(stateFolder(process.env, process.platform), 'compiled'));

const bundled = new URL('./command.mjs', import.meta.url);
const command = existsSync(bundled) ? bundled : new URL('./command.ts', import.meta.url);
await import(command.href);
