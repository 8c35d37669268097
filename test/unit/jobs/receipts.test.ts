import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createJobId,
  listReceipts,
  readReceipt,
  writeReceipt,
} from '../../../electron/engine/jobs/receipts.ts';
import type { Receipt } from '../../../shared/format/receipt.ts';

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'airlock-receipts-'));
});
afterEach(() => rm(state, { recursive: true, force: true }));

function receiptAt(now: number): Receipt {
  return {
    receipt: 1,
    job: createJobId('pack', now),
    desk: 'pack',
    started: '2026-11-21T09:23:12Z',
    ended: '2026-11-21T09:23:13Z',
    host: 'desk',
    airlock: '0.1.0',
    outcome: 'done',
    exit: 0,
    bytesSent: 0,
    bytesResent: 0,
    items: [],
    notes: [],
    tools: [],
  };
}

it('names a job so that names sort by time', () => {
  expect(createJobId('pack', Date.UTC(2026, 10, 21, 9, 23, 12, 345))).toMatch(
    /^20261121T092312Z-pack-[0-9a-f]{6}$/,
  );
});

it('keeps one file a job that only its owner reads, and lists the newest first', async () => {
  const old = receiptAt(1_000_000_000_000);
  const recent = receiptAt(1_000_000_060_000);
  await writeReceipt(state, old);
  const path = await writeReceipt(state, recent);
  expect((await listReceipts(state)).map((receipt) => receipt.job)).toEqual([recent.job, old.job]);
  expect(await readReceipt(state, old.job)).toEqual(old);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await readdir(join(state, 'receipts'))).every((name) => name.endsWith('.json'))).toBe(true);
});

it('passes over what is no receipt, and has none where no job ran', async () => {
  expect(await listReceipts(state)).toEqual([]);
  const one = receiptAt(1_000_000_000_000);
  await writeReceipt(state, one);
  await writeFile(join(state, 'receipts', '20261121T092312Z-pack-000000.json'), '{"cut');
  expect(await listReceipts(state)).toEqual([one]);
});

it('refuses names that are no job, so that none leads out of the folder', async () => {
  await expect(readReceipt(state, '../auth')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});
