// Ten thousand rows: every input is answered by a paint at once, and a job of thousands of items keeps the page from none.
import { join } from 'node:path';
import { writeLargeBundle, writeLargeList } from '../support/large-content.ts';
import { median, tasksWhile, watchInteractions } from './interactions.ts';
import type { Interaction } from './interactions.ts';
import { throughTable, throughTabs } from './large-screens.ts';
import { expect, test } from './station.ts';

const MANY = 10_000;
/**
 * What an operator takes for at once is 100 ms: `npm run bench:station` holds the screens to that, on a machine of its own. Here,
 * beside other specs, four times as much tells what is slow from what was held up.
 */
const HELD_UP_MS = 400;

function judge(found: readonly Interaction[]): void {
  for (const { name, milliseconds, longestTask } of found) {
    const figures = `${name}: ${milliseconds.length === 0 ? '' : `${median(milliseconds)} ms, at most ${Math.max(...milliseconds)} ms, `}longest task ${Math.round(longestTask)} ms`;
    console.log(figures);
    test.info().annotations.push({ type: 'interaction', description: figures });
    if (milliseconds.length > 0) expect(median(milliseconds), name).toBeLessThan(HELD_UP_MS);
    expect(longestTask, name).toBeLessThan(HELD_UP_MS);
  }
}

test('answers at once with a list of ten thousand images in Pack', async ({ openStation }) => {
  const { page, folder } = await openStation({ side: 'connected' });
  const list = await writeLargeList(join(folder, 'lists'), MANY);
  const field = page.getByRole('combobox', { name: 'Add to the contents' });
  await field.fill(list);
  await field.press('Enter');
  await expect(page.getByRole('button', { name: 'Lock 10,000 items' })).toBeVisible();
  await watchInteractions(page);
  judge(await throughTable(page, 'Contents of the bundle', 'application-99'));
  expect(await page.getByRole('row').count()).toBeLessThan(100);
});

test('answers at once over a bundle of ten thousand blobs in Verify, while it is checked and when it is', async ({
  openStation,
}) => {
  const { page, media } = await openStation({ side: 'disconnected', media: ['PLANT-07'] });
  await writeLargeBundle(join(media['PLANT-07'] ?? '', 'large.airlock'), MANY);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByRole('radio', { name: 'large on PLANT-07' }).click({ force: true });
  await expect(page.getByText('not checked here yet').first()).toBeVisible();
  await watchInteractions(page);
  const longestTask = await tasksWhile(page, async () => {
    await page.getByRole('button', { name: 'Check large' }).click();
    await expect(page.getByRole('heading', { name: 'Intact' })).toBeVisible({ timeout: 60_000 });
  });
  judge([{ name: 'a check of five thousand items', milliseconds: [], longestTask }]);
  judge([await throughTabs(page, [/^Files/, /^Items/, /^Why/, /^Files/, /^Items/, /^Files/])]);
  judge(await throughTable(page, 'Files of the bundle', 'sha256/ab'));
  expect(await page.getByRole('row').count()).toBeLessThan(100);
});
