// What is kept of a job, and who may take it over.
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openJournal } from '../../../electron/host/jobs/journal.ts';
import type { Journal, JournalEntry } from '../../../electron/host/jobs/journal.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const NOW = Date.UTC(2026, 5, 1);
const DAY = 24 * 3600 * 1000;

const entry = (id: string, more: Partial<JournalEntry> = {}): JournalEntry => ({
  id,
  title: 'plant',
  request: { desk: 'verify', bundle: '/media/plant.airlock', deep: false, strict: false },
  started: NOW,
  ended: null,
  state: 'running',
  error: null,
  receipt: null,
  ...more,
});

async function open(folder: string): Promise<Journal> {
  const journal = await openJournal(folder, () => NOW);
  onTestFinished(() => journal.close());
  return journal;
}

describe('journal', () => {
  it('leaves to a living station what is its own, and gives it to the next one after that', async () => {
    const folder = await tempFolder();
    const one = await open(folder);
    await one.keep(entry('a'));
    expect(await (await open(folder)).takeOver()).toEqual([]);
    one.close();
    const next = await open(folder);
    expect(await next.takeOver()).toEqual([entry('a')]);
    expect(await (await open(folder)).takeOver()).toEqual([]);
  });

  it('keeps its files for their owner alone, and forgets what ended well', async () => {
    const folder = await tempFolder();
    const journal = await open(folder);
    await journal.keep(entry('a'));
    expect((await stat(join(folder, 'jobs', 'a.json'))).mode & 0o777).toBe(0o600);
    await journal.forget('a');
    await journal.forget('a');
    journal.close();
    expect(await readdir(join(folder, 'jobs'))).toEqual([]);
  });

  it('passes over what is no journal, and what ended a month ago', async () => {
    const folder = await tempFolder();
    const one = await open(folder);
    await one.keep(entry('old', { ended: NOW - 31 * DAY, state: 'failed' }));
    await one.keep(entry('new', { ended: NOW - 29 * DAY, state: 'partial' }));
    one.close();
    await writeFile(join(folder, 'jobs', 'broken.json'), '{');
    const taken = await (await open(folder)).takeOver();
    expect(taken.map(({ id }) => id)).toEqual(['new']);
  });
});
