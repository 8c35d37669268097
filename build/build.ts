// Builds everything that ships: the command and its threads, the stations' engine process, the web station's and the window's
// parts, and the screens. `node build/build.ts command` builds one part alone.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { thirdPartyNotices } from './notices.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What runs in Node, each in one file that needs nothing beside it: type stripping is refused under node_modules (DESIGN §7). */
const PROGRAMS = {
  command: {
    airlock: 'electron/cli/main.ts',
    command: 'electron/cli/command.ts',
    'hash-worker': 'electron/engine/trust/hash-worker.ts',
    'sink-worker': 'electron/engine/trust/sink-worker.ts',
    'engine-process': 'electron/host/engine-process.ts',
  },
  window: { main: 'electron/main/main.ts', preload: 'electron/preload/preload.ts' },
} as const;

async function buildProgram(name: string, file: string): Promise<void> {
  // A sandboxed preload cannot be an ES module (Electron, Process Sandboxing).
  const isPreload = name === 'preload';
  await build({
    root: at('.'),
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, external: ['electron'], target: 'node' },
    build: {
      ssr: at(file),
      target: 'node24',
      outDir: at('out'),
      emptyOutDir: false,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        external: ['electron'],
        output: {
          format: isPreload ? 'cjs' : 'es',
          entryFileNames: isPreload ? `${name}.cjs` : `${name}.mjs`,
          codeSplitting: false,
        },
      },
    },
  });
}

async function buildScreens(): Promise<void> {
  await build({
    root: at('renderer'),
    base: './',
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [react()],
    // Whoever hands out the page puts the nonce of that answer here (electron/host/screens.ts).
    html: { cspNonce: '__AIRLOCK_NONCE__' },
    build: {
      target: 'chrome140',
      outDir: at('out/renderer'),
      emptyOutDir: true,
      // Inlined fonts and icons would be data: addresses, which the content policy has no need to allow.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      modulePreload: { polyfill: false },
    },
  });
}

const wanted = process.argv.slice(2);
const isWanted = (part: string) => wanted.length === 0 || wanted.includes(part);

for (const [part, programs] of Object.entries(PROGRAMS))
  if (isWanted(part)) for (const [name, file] of Object.entries(programs)) await buildProgram(name, file);
if (isWanted('screens')) await buildScreens();
await mkdir(at('out'), { recursive: true });
await copyFile(at('build/icons/icon.png'), at('out/icon.png'));
await writeFile(at('out/THIRD-PARTY.txt'), await thirdPartyNotices());
