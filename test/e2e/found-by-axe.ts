// What axe finds on a page as it stands.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** Rule by rule, with the elements that it found. */
export async function foundByAxe(page: Page): Promise<string[]> {
  // Colours move for 80 ms, and a colour on its way is none of the design's.
  await page.waitForFunction(() => document.getAnimations().length === 0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html }) => html)
        .join(' ')
        .slice(0, 300)}`,
  );
}
