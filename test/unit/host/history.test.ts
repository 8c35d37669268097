// The history over receipts that any host left.
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHistory } from '../../../electron/host/history/history.ts';
import type { History, HistoryQuery } from '../../../electron/host/history/history.ts';
import type { Receipt } from '../../../shared/format/receipt.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { makeReceipt } from './receipts.ts';

const ALL: HistoryQuery = { text: '', desk: null, outcome: null, offset: 0, limit: 50 };

async function keep(folder: string, receipts: readonly Receipt[]): Promise<void> {
  await mkdir(join(folder, 'receipts'), { recursive: true });
  for (const receipt of receipts)
    await writeFile(join(folder, 'receipts', `${receipt.job}.json`), JSON.stringify(receipt));
}

async function open(...receipts: readonly Receipt[]): Promise<{ folder: string; history: History }> {
  const folder = await tempFolder();
  await keep(folder, receipts);
  const history = createHistory(folder);
  onTestFinished(() => history.close());
  return { folder, history };
}

const find = async (history: History, text: string) =>
  (await history.list({ ...ALL, text })).rows.map(({ bundle }) => bundle);

describe('history', () => {
  it('is empty where no job has run', async () => {
    const { history } = await open();
    expect(await history.list(ALL)).toEqual({ rows: [], total: 0 });
    expect(await history.suggest('quay', 20)).toEqual([]);
    expect(await history.lastVerify(`sha256:${'0'.repeat(64)}`)).toBeNull();
  });

  it('takes up receipts that another host writes meanwhile, and forgets those that are gone', async () => {
    const { folder, history } = await open(makeReceipt(1));
    expect((await history.list(ALL)).rows).toMatchObject([
      { bundle: 'plant-1', desk: 'import', doneItems: 1, totalItems: 1, bytes: 1000, host: 'bench-07' },
    ]);
    await keep(folder, [makeReceipt(2)]);
    expect(await find(history, '')).toEqual(['plant-2', 'plant-1']);
    await rm(join(folder, 'receipts', `${makeReceipt(1).job}.json`));
    expect(await find(history, '')).toEqual(['plant-2']);
  });

  it('puts jobs of one second in the order in which they ended', async () => {
    const receiptOf = (job: string, name: string): Receipt => {
      const receipt = makeReceipt(1);
      return { ...receipt, job, ...(receipt.bundle ? { bundle: { ...receipt.bundle, name } } : {}) };
    };
    const ended = [
      receiptOf('20260101T000100Z-lock-ffffff', 'first'),
      receiptOf('20260101T000100Z-pack-000000', 'second'),
      receiptOf('20260101T000100Z-import-888888', 'third'),
    ];
    const { folder, history } = await open(...ended);
    for (const [at, { job }] of ended.entries())
      await utimes(join(folder, 'receipts', `${job}.json`), 1_800_000_000, 1_800_000_000 + at / 100);
    expect(await find(history, '')).toEqual(['third', 'second', 'first']);
  });

  it('passes over files that are no receipt, or one of another job', async () => {
    const { folder, history } = await open(makeReceipt(1));
    const receipts = join(folder, 'receipts');
    await writeFile(join(receipts, '20260101T000000Z-pack-aaaaaa.json'), '{');
    await writeFile(join(receipts, '20260101T000000Z-pack-bbbbbb.json'), JSON.stringify(makeReceipt(9)));
    await writeFile(join(receipts, 'notes.json'), '{}');
    expect(await find(history, '')).toEqual(['plant-1']);
  });

  it.each([
    ['the bundle', 'plant-4'],
    ['an item', 'cert-manager-4'],
    ['the beginning of an item', 'quay.io/team/cert-manager-4:1'],
    ['the beginning of a digest', 'sha256:000000040123'],
    ['a note', 'told twice'],
    ['several words in any order', 'TWICE plant'],
    ['an error', 'UNAUTHORIZED'],
  ])('finds a job by %s', async (_what, text) => {
    const special = makeReceipt(4, { notes: ['it was told twice'] });
    const { history } = await open(makeReceipt(3), {
      ...special,
      items: special.items.map((item) => ({
        ...item,
        outcome: 'failed',
        error: { code: 'UNAUTHORIZED', message: 'No.', side: 'target', remedy: '', details: {}, causes: [] },
      })),
    });
    expect(await find(history, text)).toEqual(['plant-4']);
  });

  it.each(['"', "'; DROP TABLE receipts", 'NEAR(', 'a AND', '*', '\\', '%', 'nothing-like-it'])(
    'takes %s as text and not as a command',
    async (text) => {
      const { history } = await open(makeReceipt(1));
      expect(await history.list({ ...ALL, text })).toMatchObject({ rows: expect.any(Array) });
      expect(await find(history, '')).toEqual(['plant-1']);
    },
  );

  it('filters by desk and outcome and pages through the rest', async () => {
    const { history } = await open(
      ...Array.from({ length: 5 }, (_, index) => makeReceipt(index)),
      makeReceipt(7, { outcome: 'failed' }),
      makeReceipt(8, { desk: 'verify' }),
    );
    expect(await history.list({ ...ALL, outcome: 'failed' })).toMatchObject({
      total: 1,
      rows: [{ bundle: 'plant-7' }],
    });
    expect(await history.list({ ...ALL, desk: 'verify' })).toMatchObject({
      total: 1,
      rows: [{ bundle: 'plant-8' }],
    });
    expect(await history.list({ ...ALL, desk: 'import', offset: 1, limit: 2 })).toMatchObject({
      total: 6,
      rows: [{ bundle: 'plant-4' }, { bundle: 'plant-3' }],
    });
  });

  it('suggests references, those that begin so first', async () => {
    const named = (index: number, item: string) => {
      const receipt = makeReceipt(index);
      return { ...receipt, items: receipt.items.map((row) => ({ ...row, item })) };
    };
    const { history } = await open(
      named(1, 'quay.io/a/redis:1'),
      named(2, 'redis:7'),
      named(3, 'docker.io/library/nginx:1'),
    );
    expect(await history.suggest('redis', 20)).toEqual(['redis:7', 'quay.io/a/redis:1']);
    expect(await history.suggest('_', 20)).toEqual([]);
  });

  it('knows what a verify said of a bundle last', async () => {
    const { bundle } = makeReceipt(1);
    const { history } = await open(
      makeReceipt(1, { desk: 'verify', outcome: 'failed' }),
      makeReceipt(2, { desk: 'verify', ...(bundle === undefined ? {} : { bundle }) }),
    );
    expect(await history.lastVerify(bundle?.id ?? '')).toMatchObject({
      job: makeReceipt(2).job,
      outcome: 'done',
    });
  });

  it('is made anew from the receipts where its file is damaged', async () => {
    const { folder, history } = await open(makeReceipt(1));
    expect(await find(history, '')).toEqual(['plant-1']);
    history.close();
    const path = join(folder, 'history.db');
    await rm(`${path}-wal`, { force: true });
    await writeFile(path, 'no database at all, and longer than a header has to be'.repeat(100));
    const again = createHistory(folder);
    onTestFinished(() => again.close());
    expect(await find(again, 'plant-1')).toEqual(['plant-1']);
    expect((await readFile(path)).subarray(0, 15).toString()).toBe('SQLite format 3');
  });

  it('looks through plain words where SQLite was built without its index', async () => {
    const { folder, history } = await open(makeReceipt(1), makeReceipt(2));
    await history.list(ALL);
    history.close();
    const database = new DatabaseSync(join(folder, 'history.db'));
    database.exec(
      'DROP TABLE words; CREATE TABLE words (rowid INTEGER PRIMARY KEY, text TEXT); DELETE FROM receipts',
    );
    database.close();
    const plain = createHistory(folder);
    onTestFinished(() => plain.close());
    expect(await find(plain, 'cert-manager-2')).toEqual(['plant-2']);
    expect(await find(plain, 'zz%')).toEqual([]);
  });

  it('says that it cannot be opened where the state folder takes no files', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'file'), '');
    await expect(createHistory(join(folder, 'file')).list(ALL)).rejects.toMatchObject({ code: 'LOCAL_IO' });
  });

  it('is shared by two stations at once', async () => {
    const { folder, history } = await open(...Array.from({ length: 150 }, (_, index) => makeReceipt(index)));
    const other = createHistory(folder);
    onTestFinished(() => other.close());
    const [one, two] = await Promise.all([history.list(ALL), other.list(ALL)]);
    expect([one.total, two.total]).toEqual([150, 150]);
  });

  it('searches 10,000 receipts in well under a second', { timeout: 60_000 }, async () => {
    const { history } = await open(...Array.from({ length: 10_000 }, (_, index) => makeReceipt(index)));
    const first = await history.list(ALL);
    expect(first.isReading).toBe(true);
    expect(first.rows[0]).toMatchObject({ bundle: 'plant-9999' });
    expect(first.total).toBeLessThan(1_000);
    // Whoever looks for something looks in all of them.
    expect((await history.list({ ...ALL, desk: 'import' })).total).toBe(10_000);
    expect(await history.list(ALL)).not.toHaveProperty('isReading');
    const began = performance.now();
    expect(await find(history, 'cert-manager-9876')).toEqual(['plant-9876']);
    expect((await history.list({ ...ALL, text: 'ribbon', offset: 9_000 })).rows).toHaveLength(50);
    expect(await history.suggest('manager-98', 20)).toHaveLength(20);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
