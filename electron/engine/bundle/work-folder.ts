// The folder beside a bundle's place in which it is made: whose it is, the lock it is made from, what is safely on the medium.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { DigestSchema } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Lock } from '../../../shared/format/lock.ts';
import { fileFailure } from '../disk/file-failure.ts';
import { readLock } from '../content/lock-file.ts';
import { FRONT_FILES, SUMS } from './sums.ts';
import { NO_FOLLOW } from './write-files.ts';

export interface WorkPaths {
  readonly folder: string;
  readonly owner: string;
  readonly journal: string;
  /** The lock that the bundle is made from; pack may put it here before there is a writer. */
  readonly lock: string;
  /** Blobs on their way, under names of their own. */
  readonly partial: string;
  /** What gets the bundle's name in the end: a folder, or a tar. */
  readonly bundle: string;
}

/** `NAME.airlock.work/` beside `NAME.airlock`, and so for a tar (FORMAT §4, Sealing). */
export function workPaths(place: string): WorkPaths {
  const folder = `${place}.work`;
  return {
    folder,
    owner: join(folder, 'owner.json'),
    journal: join(folder, 'journal.jsonl'),
    lock: join(folder, 'lock.json'),
    partial: join(folder, 'partial'),
    bundle: join(folder, 'bundle'),
  };
}

/**
 * A medium may have been prepared by anybody: a link where pack makes a file or a folder would have it overwrite, or clear away,
 * what lies elsewhere on this machine, and a pipe would hold it for ever. Throws PLACE_TAKEN.
 */
async function refuseLinks(place: string): Promise<void> {
  const { folder, owner, journal, lock, bundle } = workPaths(place);
  const store = join(folder, 'store');
  const made = [
    folder,
    owner,
    journal,
    lock,
    bundle,
    `${place}.sha256`,
    ...[...FRONT_FILES, SUMS, 'blobs', 'blobs/sha256', 'blobs/sha512'].map((path) => join(bundle, path)),
    store,
    join(store, 'blobs'),
    join(store, 'blobs/sha256'),
  ];
  for (const path of made) {
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined || found.isFile() || found.isDirectory()) continue;
    throw new AirlockError('PLACE_TAKEN', `${path} is a link or a device, and Airlock makes neither.`, {
      remedy: `Somebody else prepared this place. Remove ${path}, or choose another place.`,
      details: { place, path },
    });
  }
}

/** The lock of unfinished work at a place; undefined where there is none. Throws PLACE_TAKEN, LOCK_INVALID, NO_ACCESS. */
export async function readUnfinishedLock(place: string): Promise<Lock | undefined> {
  await refuseLinks(place);
  try {
    return await readLock(workPaths(place).lock);
  } catch (error) {
    if (isAirlockError(error, 'FILE_NOT_FOUND')) return undefined;
    throw error;
  }
}

const Owner = z.object({
  pid: z.number().int(),
  host: z.string(),
  boot: z.string(),
  /** One run of one process: its file may outlive it on a medium that was pulled out. */
  claim: z.string().optional(),
});
type Owner = z.infer<typeof Owner>;

/** Claims of this process that are not given back yet. */
const held = new Set<string>();

/**
 * Makes the work folder this process's own until the answer is called. Throws IN_USE where another process works in it;
 * what a dead one, or one before the last boot, left is taken over. PLACE_TAKEN where somebody else prepared it.
 */
export async function claimWorkFolder(place: string): Promise<() => Promise<void>> {
  const paths = workPaths(place);
  const claim = randomUUID();
  const own: Owner = { pid: process.pid, host: hostname(), boot: await bootId(), claim };
  const text = JSON.stringify(own);
  await refuseLinks(place);
  held.add(claim);
  try {
    await mkdir(paths.folder, { recursive: true });
    for (let attempt = 0; ; attempt += 1) {
      if (await createExclusively(paths.owner, text)) break;
      const found = await readFile(paths.owner, 'utf8').catch(() => '');
      const owner = parseOwner(found);
      if (owner !== undefined && isAtWork(owner, own)) throw inUse(place, owner);
      if (attempt > 3) throw inUse(place, owner);
      await removeStale(paths, found);
    }
  } catch (error) {
    held.delete(claim);
    throw fileFailure(error, paths.folder);
  }
  return async () => {
    if ((await readFile(paths.owner, 'utf8').catch(() => '')) === text)
      await rm(paths.owner, { force: true }).catch(() => undefined);
    held.delete(claim);
  };
}

/** Moves a dead owner's file aside; where another process was faster, what was moved is its file and goes back. */
async function removeStale(paths: WorkPaths, expected: string): Promise<void> {
  const aside = `${paths.owner}.${randomUUID()}`;
  try {
    await rename(paths.owner, aside);
  } catch {
    return;
  }
  const moved = await readFile(aside, 'utf8').catch(() => expected);
  if (moved === expected) await rm(aside, { force: true });
  else await rename(aside, paths.owner);
}

async function createExclusively(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    return Owner.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isAtWork(owner: Owner, own: Owner): boolean {
  // Of a process on another host nothing can be known; a medium that is shared over a network is rare, a lost bundle is worse.
  if (owner.host !== own.host) return true;
  if (owner.boot !== own.boot) return false;
  if (owner.pid === own.pid && owner.claim !== undefined) return held.has(owner.claim);
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function inUse(place: string, owner: Owner | undefined): AirlockError {
  const who = owner === undefined ? 'Another Airlock' : `Process ${owner.pid} on ${owner.host}`;
  return new AirlockError('IN_USE', `${who} is making the bundle ${place}.`, {
    remedy: `Wait for it to finish, or stop it; if it no longer runs, remove ${workPaths(place).owner}.`,
    details: { place },
  });
}

/** Changes with every start of the machine. Elsewhere than on Linux: the minute of the start. */
async function bootId(): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  } catch {
    return `started ${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  }
}

const JournalHead = z.object({
  journal: z.literal(1),
  id: DigestSchema,
  /** Of the Airlock that lays the tar out. */
  version: z.string(),
  /** Digest of where everything lies in a tar. */
  layout: DigestSchema.optional(),
});
export type JournalHead = z.infer<typeof JournalHead>;

const JournalEntry = z.object({
  blob: DigestSchema,
  /** Hex, for a blob that is named by another algorithm. */
  sha256: z.string().optional(),
});
export type JournalEntry = z.infer<typeof JournalEntry>;

export interface Journal {
  readonly head: JournalHead;
  readonly entries: ReadonlyMap<Digest, JournalEntry>;
}

/** Undefined where there is none. A last line that was cut short is left out. */
export async function readJournal(path: string): Promise<Journal | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw fileFailure(error, path);
  }
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const head = JournalHead.safeParse(parseLine(lines[0] ?? ''));
  if (!head.success) return undefined;
  const entries = new Map<Digest, JournalEntry>();
  for (const line of lines.slice(1)) {
    const entry = JournalEntry.safeParse(parseLine(line));
    if (entry.success) entries.set(entry.data.blob, entry.data);
  }
  return { head: head.data, entries };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export interface JournalWriter {
  /** Resolves when the lines are on the medium. */
  append(entries: readonly JournalEntry[]): Promise<void>;
  close(): Promise<void>;
}

/** Goes on after the lines of an earlier run, or begins a journal with `head`. */
export async function openJournal(path: string, head: JournalHead, begin: boolean): Promise<JournalWriter> {
  const { O_WRONLY, O_CREAT, O_APPEND, O_TRUNC } = constants;
  const file = await open(path, O_WRONLY | O_CREAT | O_APPEND | NO_FOLLOW | (begin ? O_TRUNC : 0));
  const write = async (lines: readonly unknown[]) => {
    await file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await file.datasync();
  };
  // The line feed ends a line that an earlier run may have been cut off in.
  if (begin) await write([head]);
  else await file.appendFile('\n');
  return { append: write, close: () => file.close() };
}

/** Removes what a writer made in a work folder; what others keep in it stays. */
export async function undoWork(place: string, withLock: boolean): Promise<void> {
  const paths = workPaths(place);
  for (const path of [paths.partial, paths.bundle, paths.journal, ...(withLock ? [paths.lock] : [])])
    await rm(path, { recursive: true, force: true });
}
