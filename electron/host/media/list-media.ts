// The places of this machine that a bundle can go to or come from, with their room and what lies on them.
import { execFile } from 'node:child_process';
import { readdir, readFile, realpath, stat, statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import { visible } from '../../../shared/messages/visible.ts';
import type { Medium } from '../../../shared/station/media.ts';
import { findProgram } from '../../engine/index.ts';
import type { BundleFinder } from './find-bundles.ts';
import { linuxMedia, parseMounts } from './linux-media.ts';
import { namedMedia } from './mounted.ts';
import type { Mounted, SystemReaders } from './mounted.ts';
import { darwinMedia, windowsMedia } from './other-media.ts';
import { within } from './within.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export const systemReaders: SystemReaders = {
  text: (path) => readFile(path, 'utf8').catch(() => undefined),
  names: (folder) => readdir(folder).catch(() => []),
  real: (path) => realpath(path).catch(() => undefined),
};

const STAT_MS = 2_000;

/**
 * Removable media first, then by name; `bundlesFolder` is the operator's own folder for bundles, or empty.
 */
export async function listMedia(
  environment: Environment,
  bundlesFolder: string,
  finder: BundleFinder,
): Promise<Medium[]> {
  const stand = await named(environment);
  const mounted = [
    ...stand,
    ...(await mountedHere(environment)).filter(({ path }) => !stand.some((each) => each.path === path)),
  ];
  if (bundlesFolder !== '' && !mounted.some(({ path }) => path === bundlesFolder))
    mounted.push(await folderAsMedium(bundlesFolder));
  const media = await Promise.all(mounted.map((each) => measured(each, finder)));
  return media
    .filter((medium) => medium !== undefined)
    .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en'));
}

function rank({ removable, kind }: Medium): number {
  if (kind === 'folder') return 2;
  return removable ? 0 : 1;
}

async function named(environment: Environment): Promise<Mounted[]> {
  return Promise.all(
    namedMedia(environment).map(async (path) => ({
      ...(await folderAsMedium(path)),
      kind: 'usb' as const,
      removable: true,
    })),
  );
}

async function mountedHere(environment: Environment): Promise<readonly Mounted[]> {
  switch (process.platform) {
    case 'linux':
      return linuxMedia(systemReaders);
    case 'darwin':
      return darwinMedia(await mountOutput(environment));
    case 'win32':
      return windowsMedia(environment['SystemDrive'] ?? 'C:', async (path) =>
        within(STAT_MS, stat(path)).then(
          () => true,
          () => false,
        ),
      );
    default:
      return [];
  }
}

/** A folder, with the file system it lies on. */
async function folderAsMedium(path: string): Promise<Mounted> {
  const mount = parseMounts((await systemReaders.text('/proc/self/mountinfo')) ?? '')
    .filter((each) => path === each.path || path.startsWith(each.path === '/' ? '/' : `${each.path}/`))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
  return {
    path,
    name: basename(path) === '' ? path : basename(path),
    kind: 'folder',
    device: null,
    fileSystem: mount?.fileSystem ?? '',
    removable: false,
    readOnly: mount?.options.includes('ro') ?? false,
  };
}

/** Undefined where it is gone, or does not answer. */
async function measured(mounted: Mounted, finder: BundleFinder): Promise<Medium | undefined> {
  try {
    const { bsize, bavail, blocks } = await within(STAT_MS, statfs(mounted.path));
    return {
      ...mounted,
      // A label is whatever somebody gave the medium.
      name: visible(mounted.name),
      freeBytes: bsize * bavail,
      totalBytes: bsize * blocks,
      bundles: await finder.in(mounted.path),
    };
  } catch {
    return undefined;
  }
}

async function mountOutput(environment: Environment): Promise<string> {
  const program = await findProgram('mount', environment);
  if (program === undefined) return '';
  return new Promise((resolve) => {
    execFile(program, [], { timeout: STAT_MS }, (_error, output) => resolve(output));
  });
}
