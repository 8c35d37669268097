// The ways through a screen of ten thousand rows: typed, by arrows, by pages, by the wheel and from tab to tab.
import type { Page } from '@playwright/test';
import { interact, tasksWhile } from './interactions.ts';
import type { Interaction } from './interactions.ts';

/** Filter, rows and scrolling of the table of this name. */
export async function throughTable(page: Page, table: string, words: string): Promise<Interaction[]> {
  const grid = page.getByRole('grid', { name: table });
  const filter = page.locator('[data-filter]');
  const found: Interaction[] = [];
  await filter.focus();
  found.push(
    await interact(page, 'a letter in the filter', words.length, (index) =>
      page.keyboard.type(words[index] ?? ''),
    ),
  );
  await filter.fill('');
  await grid.focus();
  for (const [name, key, times] of [
    ['an arrow key', 'ArrowDown', 40],
    ['a page of rows', 'PageDown', 10],
  ] as const)
    found.push(await interact(page, name, times, () => page.keyboard.press(key)));
  found.push(
    await interact(page, 'to the last row and the first', 10, (index) =>
      page.keyboard.press(index % 2 === 0 ? 'End' : 'Home'),
    ),
  );
  await grid.hover();
  const longestTask = await tasksWhile(page, async () => {
    for (let steps = 0; steps < 20; steps++) await page.mouse.wheel(0, 4000);
  });
  found.push({ name: 'the wheel', milliseconds: [], longestTask });
  return found;
}

/** From tab to tab and back. */
export function throughTabs(page: Page, tabs: readonly RegExp[]): Promise<Interaction> {
  return interact(page, 'another tab', tabs.length, (index) =>
    page.getByRole('tab', { name: tabs[index] ?? '' }).click(),
  );
}
