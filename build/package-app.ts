// Packages the desktop application as `npm run dist` does, save for Electron's own runtime: the one thing that cannot be had
// everywhere. In its place stands a file with nothing but Electron's fuses.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { extractAll, listPackage, statFile } from '@electron/asar';
import { Arch, build, Platform } from 'electron-builder';
import { BUILDER_CONFIG } from './electron-builder.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** Stands before the fuses in Electron's binary (docs/tutorial/fuses.md of Electron), which are a version, a count, a character each. */
const SENTINEL = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
const FUSES = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const;

export interface PackagedApp {
  /** Paths in the archive, files alone, sorted. */
  readonly files: readonly string[];
  /** The archive's content, laid out. */
  readonly content: string;
  /** What was burnt into the runtime. */
  readonly fuses: Readonly<Record<string, boolean>>;
}

/** Runs electron-builder, which judges the configuration by its own schema first. `folder` is this run's own. */
export async function packageApp(folder: string): Promise<PackagedApp> {
  const runtime = join(folder, 'runtime');
  await mkdir(join(runtime, 'resources'), { recursive: true });
  await writeFile(
    join(runtime, 'electron'),
    // Each the other way round from what is wanted of most, so that none is right by chance.
    Buffer.concat([SENTINEL, Buffer.from([1, FUSES.length]), Buffer.from('10110011')]),
  );
  const output = join(folder, 'packaged');
  await build({
    projectDir: ROOT,
    config: {
      // The builder writes into what it is given.
      ...structuredClone(BUILDER_CONFIG),
      electronDist: runtime,
      directories: { ...BUILDER_CONFIG.directories, output },
    },
    publish: 'never',
    targets: Platform.LINUX.createTarget('dir', Arch.x64),
  });
  const unpacked = join(output, 'linux-unpacked');
  const archive = join(unpacked, 'resources', 'app.asar');
  const content = join(folder, 'content');
  extractAll(archive, content);
  return {
    files: listPackage(archive, { isPack: false })
      .map((path) => path.replaceAll('\\', '/').replace(/^\//, ''))
      .filter((path) => !('files' in statFile(archive, path)))
      .sort(),
    content,
    fuses: readFuses(await readFile(join(unpacked, 'airlock'))),
  };
}

function readFuses(binary: Buffer): Record<string, boolean> {
  const start = binary.indexOf(SENTINEL) + SENTINEL.byteLength + 2;
  return Object.fromEntries(
    FUSES.map((name, index) => [name, binary.toString('latin1', start + index, start + index + 1) === '1']),
  );
}
