// Which Node runs Airlock: this one where it is 24 or newer, else the one that `npm ci` brought (DESIGN §7).
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Its absolute path. Ends the process with a sentence where there is none. */
export function nodeToRunOn() {
  if (isNewEnough()) return process.execPath;
  const node = bundledNode();
  if (node !== undefined) return node;
  console.error(
    `airlock needs Node 24; this is ${process.version} and no bundled one was installed for ${process.platform}-${process.arch}.\n` +
      'Install Node 24 (https://nodejs.org) and run the same command again.',
  );
  return process.exit(6);
}

export function isNewEnough() {
  return Number.parseInt(process.versions.node, 10) >= 24;
}

/** The Node 24 for this platform, or undefined where no package carries one. */
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
