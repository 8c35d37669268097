// Bundles the command into files that need nothing but Node 24 (DESIGN §7): what starts it, the command, and each of its
// threads, none of which shares code with another. Type stripping is refused under node_modules, so what is shipped must be
// JavaScript.
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const ENTRIES = {
  airlock: 'electron/cli/main.ts',
  command: 'electron/cli/command.ts',
  'hash-worker': 'electron/engine/trust/hash-worker.ts',
  'sink-worker': 'electron/engine/trust/sink-worker.ts',
};

for (const [name, file] of Object.entries(ENTRIES))
  await build({
    root: at('.'),
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: at(file),
      target: 'node24',
      outDir: at('out'),
      emptyOutDir: false,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        output: { format: 'es', entryFileNames: `${name}.mjs`, codeSplitting: false },
      },
    },
  });
