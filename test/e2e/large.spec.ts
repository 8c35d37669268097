// Ten thousand rows: every input is answered by a paint at once, and a job of ten thousand items keeps the page from none.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { writeLargeBundle, writeLargeList } from '../support/large-content.ts';
import { interact, median, watchInteractions } from './interactions.ts';
import type { Interaction } from './interactions.ts';
import { throughTable, throughTabs } from './large-screens.ts';
import { tasksDuring } from './page-tasks.ts';
import { expect, test } from './station.ts';
import { tick } from './tick.ts';

const MANY = 10_000;
/** What an operator takes for at once: no task of the page may need more of its thread's own time. */
const AT_ONCE_MS = 100;
/**
 * From an input to its paint other programs count too. `npm run bench:station` tells that on a machine of its own; here, beside
 * other specs, four times as much tells what is slow from what was held up.
 */
const HELD_UP_MS = 400;

/** Every input is answered in time, and no task of the page holds another up. */
async function judge(page: Page, act: () => Promise<readonly Interaction[]>): Promise<void> {
  let found: readonly Interaction[] = [];
  const tasks = await tasksDuring(page, async () => {
    found = await act();
  });
  for (const { name, milliseconds } of found) {
    if (milliseconds.length === 0) continue;
    say(`${name}: ${median(milliseconds)} ms, at most ${Math.max(...milliseconds)} ms`);
    expect.soft(median(milliseconds), name).toBeLessThan(HELD_UP_MS);
  }
  judgeTasks(tasks);
}

function judgeTasks(tasks: readonly number[], most = AT_ONCE_MS): void {
  const longest = tasks.slice(0, 3).map((ms) => `${Math.round(ms)} ms`);
  say(`longest tasks: ${longest.join(', ')}`);
  expect.soft(tasks[0], 'the longest task').toBeLessThan(most);
}

function say(figures: string): void {
  console.log(`  ${figures}`);
  test.info().annotations.push({ type: 'figures', description: figures });
}

// A recording of the page would take more time than the page itself.
test.use({ trace: 'off' });

test('answers at once with a list of ten thousand images in Pack', async ({ openStation }) => {
  const { page, folder } = await openStation({ side: 'connected' });
  const list = await writeLargeList(join(folder, 'lists'), MANY);
  const field = page.getByRole('combobox', { name: 'Add to the contents' });
  await field.fill(list);
  await field.press('Enter');
  await expect(page.getByRole('button', { name: 'Lock 10,000 items' })).toBeVisible();
  await watchInteractions(page);
  await judge(page, () => throughTable(page, 'Contents of the bundle', 'application-99'));
  expect(await page.getByRole('row').count()).toBeLessThan(100);

  const table = page.getByRole('grid', { name: 'Contents of the bundle' });
  await table.focus();
  await page.keyboard.press('Home');
  const tickRow = (nth: number) => table.getByRole('checkbox').nth(nth).click({ force: true });
  await judge(page, async () => [
    await interact(page, 'a row ticked by Space', 10, () => page.keyboard.press('Space')),
    await interact(page, 'a row ticked by a click', 10, (index) => tickRow(index + 2)),
    await interact(page, 'all rows ticked', 10, () => tickRow(0)),
  ]);
});

test('answers at once over a bundle of ten thousand items in Verify, while it is checked and when it is', async ({
  openStation,
}) => {
  const { page, media } = await openStation({ side: 'disconnected', media: ['PLANT-07'] });
  await writeLargeBundle(join(media['PLANT-07'] ?? '', 'large.airlock'), 2 * MANY);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await tick(page.getByRole('radio', { name: 'large on PLANT-07' }));
  await expect(page.getByText('not checked here yet').first()).toBeVisible();
  const tasks = await tasksDuring(page, async () => {
    await page.getByRole('button', { name: 'Check large' }).click();
    // A locator by role would have the page work out the name of every row, again and again.
    await page.locator('h2', { hasText: /^Intact$/ }).waitFor({ timeout: 60_000 });
  });
  // A page that was held up is told of several ticks in one task.
  judgeTasks(tasks, 2 * AT_ONCE_MS);

  await watchInteractions(page);
  await judge(page, async () => [
    await throughTabs(page, [/^Files/, /^Items/, /^Why/, /^Files/, /^Items/, /^Files/]),
  ]);
  await judge(page, () => throughTable(page, 'Files of the bundle', 'sha256/ab'));
  await page.getByRole('tab', { name: /^Items/ }).click();
  await judge(page, () => throughTable(page, 'Items of the bundle', 'file-999'));
  expect(await page.getByRole('row').count()).toBeLessThan(100);
});
