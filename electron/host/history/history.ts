// Every job of this machine, found again by what it was about: an index over the receipts, whoever wrote them.
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SQLInputValue } from 'node:sqlite';
import type { z } from 'zod';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { Receipt } from '../../../shared/format/receipt.ts';
import { HistoryRow } from '../../../shared/ipc/schemas.ts';
import type { schemas } from '../../../shared/ipc/schemas.ts';
import { asRow, rowOf, wordsOf } from './receipt-row.ts';
import { isDamage, openDatabase, removeDatabase } from './schema.ts';

export type HistoryQuery = z.infer<(typeof schemas)['history']['list']['input']>;

export type HistoryList = z.infer<(typeof schemas)['history']['list']['output']>;

export interface LastVerify {
  readonly job: string;
  readonly at: string;
  readonly outcome: Receipt['outcome'];
}

export interface History {
  /**
   * Newest first. Takes up what was written since, by any host. Of a long history that is new to the index the newest are told at
   * once, `isReading` then says that others follow; what is looked for is looked for in all of them.
   */
  readonly list: (query: HistoryQuery) => Promise<HistoryList>;
  /** References that begin with, or hold, the text; those that begin so first, then the newest. */
  readonly suggest: (text: string, most: number) => Promise<string[]>;
  /** What a verify of this machine said of a bundle last. */
  readonly lastVerify: (bundleId: string) => Promise<LastVerify | null>;
  readonly close: () => void;
}

/** Receipts read at once, and put into the index in one step. */
const BATCH = 100;
/** Receipts that a list waits for: what its first page shows. */
const AT_ONCE = 200;
const NEWEST_FIRST = 'ORDER BY started DESC, written DESC, job DESC';
const NAME = /^[0-9]{8}T[0-9]{6}Z-[a-z]+-[0-9a-f]{6}\.json$/;

/** Opened when first asked, and made anew once where it turns out to be damaged. Throws where the state folder takes no files. */
export function createHistory(stateFolder: string): History {
  let opened: Promise<History> | undefined;

  /** What failed to open is tried anew with the next question. */
  const open = (): Promise<History> =>
    openHistory(stateFolder).catch((error: unknown) => {
      opened = undefined;
      throw new AirlockError('LOCAL_IO', `The history in ${pathIn(stateFolder)} could not be opened.`, {
        cause: error,
        remedy: 'Receipts are kept as files all the same. Look whether this user may write to that folder.',
      });
    });

  const asking = async <T>(ask: (history: History) => Promise<T>): Promise<T> => {
    opened ??= open();
    const current = opened;
    try {
      return await ask(await current);
    } catch (error) {
      if (!isDamage(error)) throw error;
      if (opened === current) {
        await current.then((history) => history.close()).catch(() => undefined);
        removeDatabase(pathIn(stateFolder));
        opened = open();
      }
      return ask(await opened);
    }
  };

  return {
    list: (query) => asking((history) => history.list(query)),
    suggest: (text, most) => asking((history) => history.suggest(text, most)),
    lastVerify: (bundleId) => asking((history) => history.lastVerify(bundleId)),
    close: () => void opened?.then((history) => history.close()).catch(() => undefined),
  };
}

function pathIn(stateFolder: string): string {
  return join(stateFolder, 'history.db');
}

async function openHistory(stateFolder: string): Promise<History> {
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  const folder = join(stateFolder, 'receipts');
  const { database, isIndexed } = openDatabase(pathIn(stateFolder));
  const insert = database.prepare(`
    INSERT INTO receipts (job, desk, started, written, seconds, bundle, bundle_id, words, place, outcome, done_items, total_items,
      bytes, first_note, host)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const insertWords = database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
  const insertName = database.prepare(
    'INSERT INTO names (reference, job) VALUES (?, ?) ON CONFLICT DO UPDATE SET job = max(job, excluded.job)',
  );
  const removeWords = database.prepare(
    'DELETE FROM words WHERE rowid = (SELECT id FROM receipts WHERE job = ?)',
  );
  const remove = database.prepare('DELETE FROM receipts WHERE job = ?');
  let syncing: Sync | undefined;
  let seen = Number.NaN;

  const together = (act: () => void): void => {
    database.exec('BEGIN IMMEDIATE');
    try {
      act();
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  };

  const drop = (job: string): void => {
    removeWords.run(job);
    remove.run(job);
  };

  const put = ({ receipt, written }: Kept): void => {
    drop(receipt.job);
    const row = rowOf(receipt);
    const { lastInsertRowid } = insert.run(
      row.job,
      row.desk,
      row.started,
      written,
      row.seconds,
      row.bundle,
      receipt.bundle?.id ?? null,
      row.words,
      row.place,
      row.outcome,
      row.doneItems,
      row.totalItems,
      row.bytes,
      row.firstNote,
      row.host,
    );
    insertWords.run(lastInsertRowid, wordsOf(receipt));
    for (const { item } of receipt.items) insertName.run(item, receipt.job);
  };

  const takeUp = async (onNewest: () => void): Promise<void> => {
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: 0 }));
    // A folder that was not touched has the same files; one of this moment may be touched again within its time's grain.
    if (mtimeMs === seen && Date.now() - mtimeMs > 2_000) return;
    const names = mtimeMs === 0 ? [] : (await readdir(folder)).filter((name) => NAME.test(name));
    const known = new Set(
      database
        .prepare('SELECT job FROM receipts')
        .all()
        .map((row) => `${String(row['job'])}.json`),
    );
    const there = new Set(names);
    const gone = [...known].filter((name) => !there.has(name));
    if (gone.length > 0) together(() => gone.forEach((name) => drop(name.slice(0, -5))));
    const fresh = names
      .filter((name) => !known.has(name))
      .sort()
      .toReversed();
    for (let start = 0; start < fresh.length; start += BATCH) {
      const batch = fresh.slice(start, start + BATCH);
      const receipts = await Promise.all(batch.map((name) => readReceipt(join(folder, name))));
      if (!database.isOpen) return;
      together(() => {
        for (const [index, kept] of receipts.entries())
          // The name is what a receipt is found by; one that says otherwise of itself is none of ours.
          if (kept !== undefined && `${kept.receipt.job}.json` === batch[index]) put(kept);
      });
      if (start + BATCH >= AT_ONCE && start + BATCH < fresh.length) onNewest();
    }
    seen = mtimeMs;
  };

  /** One at a time; whoever comes while it runs gets the same. */
  const sync = (): Sync => {
    if (syncing !== undefined) return syncing;
    const newest = Promise.withResolvers<void>();
    const all = takeUp(newest.resolve).finally(() => (syncing = undefined));
    // What stops the rest of it meets whoever asks next.
    void all.then(newest.resolve, newest.reject);
    newest.promise.catch(() => undefined);
    syncing = { newest: newest.promise, all };
    return syncing;
  };

  return {
    async list({ text, desk, outcome, offset, limit }) {
      const asked = wordsAsked(text);
      const isEverything = asked.length === 0 && desk === null && outcome === null;
      await (isEverything ? sync().newest : sync().all);
      const wheres: string[] = [];
      const values: SQLInputValue[] = [];
      if (desk !== null) {
        wheres.push('desk = ?');
        values.push(desk);
      }
      if (outcome !== null) {
        wheres.push('outcome = ?');
        values.push(outcome);
      }
      if (asked.length > 0 && isIndexed) {
        wheres.push('id IN (SELECT rowid FROM words WHERE words MATCH ?)');
        values.push(asked.map((word) => `"${word}"*`).join(' AND '));
      } else
        for (const word of asked) {
          wheres.push(`id IN (SELECT rowid FROM words WHERE text LIKE ? ESCAPE '\\')`);
          values.push(`%${likeSafe(word).replaceAll(' ', '%')}%`);
        }
      const where = wheres.length === 0 ? '' : `WHERE ${wheres.join(' AND ')}`;
      const total = database.prepare(`SELECT count(*) AS count FROM receipts ${where}`).get(...values);
      const rows = database
        .prepare(`SELECT * FROM receipts ${where} ${NEWEST_FIRST} LIMIT ? OFFSET ?`)
        .all(...values, limit, offset);
      return {
        rows: rows.map(asRow),
        total: Number(total?.['count']),
        ...(syncing === undefined ? {} : { isReading: true }),
      };
    },

    async suggest(text, most) {
      await sync().newest;
      const asked = text.trim();
      if (asked === '') return [];
      return database
        .prepare(
          `SELECT reference FROM names WHERE reference LIKE ? ESCAPE '\\'
           ORDER BY reference LIKE ? ESCAPE '\\' DESC, job DESC, reference LIMIT ?`,
        )
        .all(`%${likeSafe(asked)}%`, `${likeSafe(asked)}%`, most)
        .map((row) => String(row['reference']));
    },

    async lastVerify(bundleId) {
      await sync().all;
      const row = database
        .prepare(
          `SELECT job, started, outcome FROM receipts WHERE bundle_id = ? AND desk = 'verify' ${NEWEST_FIRST} LIMIT 1`,
        )
        .get(bundleId);
      if (row === undefined) return null;
      const { job, started, outcome } = row;
      return {
        job: String(job),
        at: String(started),
        outcome: HistoryRow.shape.outcome.parse(outcome),
      };
    },

    close: () => {
      if (database.isOpen) database.close();
    },
  };
}

/** The parts that letters and digits make; each must be there, the last letters of it may be missing. */
function wordsAsked(text: string): readonly string[] {
  return text
    .slice(0, 500)
    .split(/\s+/)
    .map((word) => word.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim())
    .filter((word) => word !== '');
}

function likeSafe(text: string): string {
  return text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}

interface Sync {
  /** The newest are in, or all. */
  readonly newest: Promise<void>;
  readonly all: Promise<void>;
}

interface Kept {
  readonly receipt: Receipt;
  /** When its file was written. */
  readonly written: number;
}

async function readReceipt(path: string): Promise<Kept | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const receipt = Receipt.safeParse(JSON.parse(text)).data;
    return receipt === undefined ? undefined : { receipt, written: mtimeMs };
  } catch {
    return undefined;
  }
}
