// The folder of one station in the state folder: what it keeps while it runs, and nobody needs afterwards.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stateFolderFailure } from '../engine/index.ts';

export interface StationFolder {
  readonly path: string;
  /** At once, since a second Ctrl-C waits for nobody. */
  remove(): void;
}

/**
 * Nobody else may look into it. What stations that were killed left is removed first. Throws NO_ACCESS, READ_ONLY, DISK_FULL
 * where nothing can be kept.
 */
export async function openStationFolder(stateFolder: string): Promise<StationFolder> {
  const all = join(stateFolder, 'web');
  // Folders are called by the process that made them.
  for (const name of await readdir(all).catch(() => []))
    if (!isAlive(Number.parseInt(name, 10))) await rm(join(all, name), { recursive: true, force: true });
  const path = join(all, `${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw stateFolderFailure(error, stateFolder);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
