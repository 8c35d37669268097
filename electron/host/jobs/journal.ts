// Keeps what was asked of a job in `<state>/jobs/<id>.json` until it has ended well, so that it can be gone on with.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { WireError } from '../../../shared/errors/wire.ts';
import { JobId, JobRequest } from '../../../shared/station/job.ts';
import { writeStateFile } from '../write-file.ts';
import { claimOwner, takeOver } from './owner.ts';
import type { Owner } from './owner.ts';

const JournalEntry = z.strictObject({
  journal: z.literal(1),
  id: JobId,
  title: z.string(),
  request: JobRequest,
  /** Milliseconds since the epoch. */
  started: z.number(),
  /** Null while it runs; where its process is gone, it was interrupted. */
  ended: z.number().nullable(),
  state: z.enum(['running', 'partial', 'failed', 'cancelled']),
  error: WireError.nullable(),
  /** The job's receipt, where it left one. */
  receipt: z.string().nullable(),
  /** Names the process that keeps it (owner.ts). */
  owner: z.string(),
});
export type JournalEntry = Omit<z.infer<typeof JournalEntry>, 'journal' | 'owner'>;

export interface Journal {
  /** Entries whose process is gone; they are this one's from now on. Those of a station that lives are left to it. */
  takeOver(): Promise<readonly JournalEntry[]>;
  /** Throws LOCAL_IO. */
  keep(entry: JournalEntry): Promise<void>;
  forget(id: string): Promise<void>;
  /** What is left can be taken over by others. */
  close(): void;
}

/** What ended so long ago without anybody going on with it is forgotten. */
const KEPT_MS = 30 * 24 * 3600 * 1000;

/** Throws where the state folder cannot be written. */
export async function openJournal(stateFolder: string, now: () => number): Promise<Journal> {
  const folder = join(stateFolder, 'jobs');
  const owner = await claimOwner(folder);
  const pathOf = (id: string) => join(folder, `${id}.json`);
  const keep = (entry: JournalEntry) =>
    writeStateFile(
      pathOf(entry.id),
      `${JSON.stringify({ journal: 1, ...entry, owner: owner.name }, null, 2)}\n`,
    );
  const forget = (id: string) => rm(pathOf(id), { force: true });

  return {
    keep,
    forget,
    close: () => owner.release(),
    async takeOver() {
      const taken: JournalEntry[] = [];
      const dead = new Map<string, Owner | undefined>();
      const names = await readdir(folder);
      // Also those of processes that left nothing but their lock.
      for (const name of names)
        if (name.endsWith('.lock')) dead.set(name.slice(0, -5), takeOver(folder, name.slice(0, -5)));
      for (const name of names) {
        const found = name.endsWith('.json') ? await readEntry(join(folder, name)) : undefined;
        if (found === undefined) continue;
        const { journal: _journal, owner: keeper, ...entry } = found;
        if (!dead.has(keeper)) dead.set(keeper, takeOver(folder, keeper));
        if (dead.get(keeper) === undefined) continue;
        if (entry.ended !== null && now() - entry.ended > KEPT_MS) await forget(entry.id);
        else {
          await keep(entry);
          taken.push(entry);
        }
      }
      for (const former of dead.values()) former?.release();
      return taken;
    },
  };
}

async function readEntry(path: string): Promise<z.infer<typeof JournalEntry> | undefined> {
  try {
    return JournalEntry.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
