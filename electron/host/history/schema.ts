// The tables of `<state>/history.db`. What is in them comes from the receipts and can be made again from them.
import { chmodSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Another number makes the whole anew. */
const VERSION = 2;

const TABLES = `
  CREATE TABLE receipts (
    id INTEGER PRIMARY KEY,
    job TEXT NOT NULL UNIQUE,
    desk TEXT NOT NULL,
    started TEXT NOT NULL,
    -- Milliseconds: jobs tell whole seconds, and several begin within one.
    written REAL NOT NULL,
    seconds INTEGER NOT NULL,
    bundle TEXT,
    bundle_id TEXT,
    words TEXT,
    place TEXT,
    outcome TEXT NOT NULL,
    done_items INTEGER NOT NULL,
    total_items INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    first_note TEXT,
    host TEXT NOT NULL
  ) STRICT;
  CREATE INDEX receipts_by_time ON receipts (started, written, job);
  CREATE INDEX receipts_of_bundle ON receipts (bundle_id, started);
  CREATE TABLE names (
    reference TEXT PRIMARY KEY,
    job TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** Words of any receipt; without the module the same words in a plain table, looked through one by one. */
const WORDS_INDEXED = `CREATE VIRTUAL TABLE words USING fts5 (text, prefix = '3', detail = 'full')`;
const WORDS_PLAIN = `CREATE TABLE words (rowid INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT`;

export interface HistoryDatabase {
  readonly database: DatabaseSync;
  /** Whether `words` answers MATCH. */
  readonly isIndexed: boolean;
}

/** Opens it, and makes it anew where it is missing, damaged or of another version. */
export function openDatabase(path: string): HistoryDatabase {
  try {
    return prepare(path);
  } catch (error) {
    // One that another process keeps busy is no damage.
    if (!isDamage(error)) throw error;
    removeDatabase(path);
    return prepare(path);
  }
}

export function removeDatabase(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
}

function prepare(path: string): HistoryDatabase {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    chmodSync(path, 0o600);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF');
    const found = numberOf(database, 'PRAGMA user_version', 'user_version');
    if (found !== VERSION) {
      // A second station that starts at this moment waits here, and finds it done.
      database.exec('BEGIN IMMEDIATE');
      if (numberOf(database, 'PRAGMA user_version', 'user_version') !== VERSION) create(database);
      database.exec('COMMIT');
    }
    // The pages that every search needs.
    numberOf(database, 'SELECT count(*) AS count FROM receipts', 'count');
    const kind = database.prepare(`SELECT sql FROM sqlite_master WHERE name = 'words'`).get();
    return { database, isIndexed: /fts5/i.test(String(kind?.['sql'])) };
  } catch (error) {
    database.close();
    throw error;
  }
}

function create(database: DatabaseSync): void {
  for (const table of ['words', 'names', 'receipts']) database.exec(`DROP TABLE IF EXISTS ${table}`);
  database.exec(TABLES);
  try {
    database.exec(WORDS_INDEXED);
  } catch {
    database.exec(WORDS_PLAIN);
  }
  database.exec(`PRAGMA user_version = ${VERSION}`);
}

function numberOf(database: DatabaseSync, sql: string, column: string): number {
  return Number(database.prepare(sql).get()?.[column]);
}

/** SQLITE_CORRUPT, SQLITE_NOTADB, and a table or column that is not as we made it. */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false;
  const primary = Number(error.errcode) & 0xff;
  return primary === 11 || primary === 26 || primary === 1;
}
