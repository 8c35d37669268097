import type { Locator } from '@playwright/test';

/** Clicks the label of a checkbox or radio button once it stands still: the input itself lies out of sight under it. */
export async function tick(input: Locator): Promise<void> {
  await input.locator('xpath=ancestor::label').click();
}
