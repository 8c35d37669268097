// The command for hosts without a desktop: one archive with Node in it, that runs from wherever it is unpacked.
// `npm run dist:command`, after `npm run build`. For the system it is run on, since npm installs no other's Node.
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';

const ROOT = resolve(import.meta.dirname, '..');

const PROGRAMS = ['airlock', 'command', 'engine-process', 'hash-worker', 'sink-worker'];

/** Needs no other program, unless it was called by a link. */
const LAUNCHER = `#!/bin/sh
# Runs Airlock with the Node that lies beside it.
self=$0
while :; do
  case $self in
    */*) here=\${self%/*} ;;
    *) here=. ;;
  esac
  [ -h "$self" ] || break
  target=$(PATH=/usr/bin:/bin; readlink "$self") || exit 70
  case $target in
    /*) self=$target ;;
    *) self=$here/$target ;;
  esac
done
exec "$here/node/bin/node" "$here/out/airlock.mjs" "$@"
`;
const LAUNCHER_WINDOWS = '@"%~dp0node\\bin\\node.exe" "%~dp0out\\airlock.mjs" %*\r\n';

interface Entry {
  readonly name: string;
  readonly isProgram?: boolean;
  readonly from: { readonly file: string } | { readonly text: string };
}

/** Writes the archive below `folder`; its path. The same tree gives the same tar. */
export async function packCommand(folder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const name = `airlock-${version}-${platform}`;
  const path = join(folder, `${name}.tar.gz`);
  await mkdir(folder, { recursive: true });
  const archive = pack();
  const written = pipeline(archive, createGzip({ level: 6 }), createWriteStream(path));
  for (const entry of await entries(platform)) await add(archive, name, entry);
  archive.finalize();
  await written;
  await chmod(path, 0o644);
  return path;
}

async function entries(platform: string): Promise<Entry[]> {
  const isWindows = platform.startsWith('win-');
  const node = dirname(createRequire(import.meta.url).resolve(`node-${platform}/package.json`));
  const program = isWindows ? 'node.exe' : 'node';
  const file = (from: string, name = from): Entry => ({ name, from: { file: join(ROOT, from) } });
  return [
    isWindows
      ? { name: 'airlock.cmd', from: { text: LAUNCHER_WINDOWS } }
      : { name: 'airlock', isProgram: true, from: { text: LAUNCHER } },
    file('LICENSE'),
    file('README.md'),
    file('out/THIRD-PARTY.txt', 'THIRD-PARTY.txt'),
    { name: 'node/LICENSE', from: { file: join(node, 'LICENSE') } },
    { name: `node/bin/${program}`, isProgram: true, from: { file: join(node, 'bin', program) } },
    ...PROGRAMS.map((part) => file(`out/${part}.mjs`)),
    ...(await filesBelow('out/renderer')).map((found) => file(found)),
  ];
}

async function add(archive: Pack, folder: string, { name, from, isProgram = false }: Entry): Promise<void> {
  const header = {
    name: `${folder}/${name}`,
    mode: isProgram ? 0o755 : 0o644,
    mtime: new Date(0),
    uid: 0,
    gid: 0,
    uname: 'root',
    gname: 'root',
  };
  if ('text' in from) {
    archive.entry(header, from.text);
    return;
  }
  const { size } = await stat(from.file);
  await pipeline(createReadStream(from.file), archive.entry({ ...header, size }));
}

async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await packCommand(join(ROOT, 'dist')));
