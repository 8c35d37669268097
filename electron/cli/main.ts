// The first thing that runs: finds compiled code of an earlier run, then loads the command.
import { existsSync } from 'node:fs';
import { stateFolder } from '../engine/jobs/state-folder.ts';
import { keepCompiledCode } from './compile-cache.ts';

keepCompiledCode(stateFolder(process.env, process.platform));

const bundled = new URL('./command.mjs', import.meta.url);
const command = existsSync(bundled) ? bundled : new URL('./command.ts', import.meta.url);
await import(command.href);
