#!/usr/bin/env node
// Starts the command from source under Node 24, whatever Node the system has (DESIGN: the repository brings its own).
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isNewEnough, nodeToRunOn } from './bundled-node.mjs';

const entry = fileURLToPath(new URL('../electron/cli/main.ts', import.meta.url));

if (isNewEnough()) {
  await import(`file://${entry}`);
} else {
  const child = spawn(nodeToRunOn(), [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // Ctrl-C reaches the child by the terminal too, and a second one while it ends would end it as killed, not as done.
  process.on('SIGINT', () => setTimeout(() => child.kill('SIGINT'), 150));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 70) : 130));
}
