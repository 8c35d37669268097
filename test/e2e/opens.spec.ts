// The smallest thing that can be seen: a station opens, its page is held by its policy, and calls are answered.
import { expect, test } from './station.ts';

test('opens on a page whose address holds no token, and stays open over a reload', async ({
  openStation,
}) => {
  const { page } = await openStation({ side: 'connected' });
  await expect(page.locator('#root')).not.toBeEmpty();
  expect(page.url()).not.toContain('token');
  await page.reload();
  await expect(page.locator('#root')).not.toBeEmpty();
  await expect(page.getByRole('alert')).toHaveCount(0);
});
