#!/usr/bin/env node
// `npm start`: builds what is absent or out of date, then opens the window; without Electron's runtime, the web station.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeToRunOn } from './bundled-node.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = nodeToRunOn();

if (isOutOfDate()) {
  console.error('building the station …');
  const { status } = spawnSync(node, [join(root, 'build/build.ts')], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 70);
}

const electron = electronProgram();
const why = whyNoWindow();
if (why !== undefined) console.error(`${why} The station opens in a browser instead.`);
const [program, args] =
  why === undefined
    ? [electron, [root, ...process.argv.slice(2)]]
    : [node, [join(root, 'out/airlock.mjs'), 'web', ...process.argv.slice(2)]];
const child = spawn(program, args, { stdio: 'inherit' });
child.on('error', (error) => {
  console.error(`${program} could not be started: ${error.message}`);
  process.exit(6);
});
// Ctrl-C reaches the child from the terminal by itself.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 70) : 130));

/** One sentence, or undefined where a window can be had. */
function whyNoWindow() {
  if (electron === undefined)
    return 'Electron’s runtime is not installed: `npx install-electron` fetches it.';
  const { DISPLAY = '', WAYLAND_DISPLAY = '' } = process.env;
  if (process.platform === 'linux' && DISPLAY === '' && WAYLAND_DISPLAY === '')
    return 'This host has no display for a window.';
  return undefined;
}

/** Whether a source is newer than what was built of it. */
function isOutOfDate() {
  const built = ['out/airlock.mjs', 'out/main.mjs', 'out/preload.cjs', 'out/renderer/index.html'].map(
    (file) => modifiedAt(join(root, file)),
  );
  const sources = ['electron', 'renderer', 'shared', 'build', 'package.json', 'package-lock.json'];
  return Math.min(...built) < Math.max(...sources.map((part) => newestBelow(join(root, part))));
}

function newestBelow(path) {
  const own = statSync(path);
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestBelow(join(path, name))));
}

function modifiedAt(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** Where `npx install-electron` put the runtime, as its own package looks for it. */
function electronProgram() {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules/electron/dist');
  const named = join(root, 'node_modules/electron/path.txt');
  if (!existsSync(named)) return undefined;
  const runtime = join(folder, readFileSync(named, 'utf8').trim());
  return existsSync(runtime) ? runtime : undefined;
}
