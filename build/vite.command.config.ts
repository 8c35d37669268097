// Bundles the command into one file that needs nothing but Node 24 (DESIGN §7), and each of its threads into another.
// Type stripping is refused under node_modules, so what is shipped must be JavaScript.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const ENTRIES = {
  command: { name: 'airlock', file: 'electron/cli/main.ts' },
  'sink-worker': { name: 'sink-worker', file: 'electron/engine/trust/sink-worker.ts' },
  'hash-worker': { name: 'hash-worker', file: 'electron/engine/trust/hash-worker.ts' },
} as const;

/** `--mode hash-worker` or `sink-worker` makes that thread; else the command is made. None shares a file with another. */
export default defineConfig(({ mode }) => {
  const entry = mode === 'hash-worker' || mode === 'sink-worker' ? ENTRIES[mode] : ENTRIES.command;
  return {
    root: at('.'),
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: at(entry.file),
      target: 'node24',
      outDir: at('out'),
      emptyOutDir: false,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        output: { format: 'es', entryFileNames: `${entry.name}.mjs`, codeSplitting: false },
      },
    },
  };
});
