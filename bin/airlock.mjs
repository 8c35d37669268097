#!/usr/bin/env node
// Starts the command from source under Node 24, whatever Node the system has (DESIGN: the repository brings its own).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../electron/cli/main.ts', import.meta.url));

/** The Node 24 that `npm ci` brought for this platform, or undefined where no package carries one. */
function bundledNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const binary = fileURLToPath(
      new URL(process.platform === 'win32' ? 'bin/node.exe' : 'bin/node', `file://${manifest}`),
    );
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

if (Number.parseInt(process.versions.node, 10) >= 24) {
  await import(`file://${entry}`);
} else {
  const node = bundledNode();
  if (node === undefined) {
    console.error(
      `airlock needs Node 24; this is ${process.version} and no bundled one was installed for ${process.platform}-${process.arch}.\n` +
        'Install Node 24 (https://nodejs.org) and run the same command again.',
    );
    process.exit(6);
  }
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // Ctrl-C reaches the child by the terminal too, and a second one while it ends would end it as killed, not as done.
  process.on('SIGINT', () => setTimeout(() => child.kill('SIGINT'), 150));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 70) : 130));
}
