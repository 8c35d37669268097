// The smallest thing that can be seen: a station opens, and its page needs nothing that its policy forbids.
import { expect, test } from './station.ts';

test('opens on a page whose address holds no token, and stays open over a reload', async ({
  openStation,
}) => {
  const { page } = await openStation({ side: 'connected' });
  await expect(page.locator('#root')).not.toBeEmpty();
  expect(page.url()).not.toContain('token');
  const said: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(error.message));
  await page.reload();
  await expect(page.locator('#root')).not.toBeEmpty();
  await expect(page.getByRole('alert')).toHaveCount(0);
  expect(said).toEqual([]);
});
