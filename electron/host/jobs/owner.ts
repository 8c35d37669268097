// Tells whether the process that keeps a journal still lives: each holds a lock that its system lets go of when it ends.
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface Owner {
  readonly name: string;
  /** Lets go, and takes the lock's file away. */
  release(): void;
}

const MOST_ATTEMPTS = 5;

/** This process as one that keeps journals in a folder. */
export async function claimOwner(folder: string): Promise<Owner> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const name = randomUUID();
    const path = pathOf(folder, name);
    const database = lock(path);
    // Another that looks for the dead may have met the file before it was locked, and have taken it away.
    if (database !== undefined && existsSync(path)) {
      await chmod(path, 0o600);
      return ownerOf(folder, name, database);
    }
    database?.close();
  }
  throw new Error(`no file in ${folder} can be locked`);
}

/** The lock of a process that is gone; undefined while that lives, or another takes over from it right now. */
export function takeOver(folder: string, name: string): Owner | undefined {
  if (!/^[0-9a-f-]{36}$/.test(name)) return undefined;
  const database = lock(pathOf(folder, name));
  return database === undefined ? undefined : ownerOf(folder, name, database);
}

function ownerOf(folder: string, name: string, database: DatabaseSync): Owner {
  return {
    name,
    release() {
      if (!database.isOpen) return;
      // Removed while it is held: whoever comes after makes a new one.
      if (process.platform !== 'win32') removeLock(folder, name);
      database.close();
      if (process.platform === 'win32') removeLock(folder, name);
    },
  };
}

/** SQLite's lock on a file is the one that Node has on every system, and it dies with its process. */
function lock(path: string): DatabaseSync | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch {
    database.close();
    return undefined;
  }
}

function pathOf(folder: string, name: string): string {
  return join(folder, `${name}.lock`);
}

function removeLock(folder: string, name: string): void {
  if (existsSync(pathOf(folder, name))) rmSync(pathOf(folder, name), { force: true });
}
