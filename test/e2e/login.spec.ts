// A source that wants a login: asked for while the lock runs, again for as long as it is refused, and by the pack after it.
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { makeImage } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { startDockerRegistry } from '../support/programs.ts';
import type { RunningRegistry } from '../support/programs.ts';
import { expect, test as base } from './station.ts';
import type { OpenStation } from './station.ts';

interface Site extends OpenStation {
  /** Wants alice's password. */
  readonly closed: string;
  readonly open: string;
}

const test = base.extend<{ readonly site: Site }>({
  site: async ({ openStation }, give) => {
    const registries: RunningRegistry[] = [];
    const start = async (options: Parameters<typeof startDockerRegistry>[0]) => {
      const registry = await startDockerRegistry(options);
      registries.push(registry);
      return registry;
    };
    const open = await start({});
    await pushContent(open.url, 'team/app', makeImage({ seed: 'login' }), '1');
    const closed = await start({ storage: join(open.folder, 'data'), htpasswd: { alice: 'right' } });
    const station = await openStation({ side: 'connected', media: ['PLANT-07'] });
    await give({ ...station, closed: closed.host, open: open.host });
    for (const registry of registries.toReversed()) await registry.close();
  },
});

const question = (page: Page): Locator => page.getByRole('dialog');
const row = (page: Page, reference: string): Locator => page.getByRole('row').filter({ hasText: reference });

async function lockBoth({ page, closed, open }: Site): Promise<void> {
  const field = page.getByRole('combobox', { name: 'Add to the contents' });
  await field.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, `${closed}/team/app:1\n${open}/team/app:1`);
  await page.getByRole('button', { name: 'Lock 2 items' }).click();
}

async function giveLogin(page: Page, user: string, password: string): Promise<void> {
  await question(page).getByLabel('User').fill(user);
  await question(page).getByLabel('Password').fill(password);
  await question(page).getByRole('button', { name: 'Go on with this login' }).click();
}

test('a login that is refused is asked for again until it is right; other hosts go on, and nothing is lost', async ({
  site,
}) => {
  const { page, closed, open } = site;
  await lockBoth(site);
  await expect(question(page)).toHaveAccessibleName(`Log in to ${closed}`);
  await expect(question(page)).toContainText(`${closed} asks for a login.`);
  // What is behind a dialog is hidden from the tree of roles.
  const other = page.getByText(open).locator('xpath=ancestor::*[@role="row"][1]');
  await expect(other).toContainText('Locked');

  for (const password of ['mistyped', 'mistyped again']) {
    await giveLogin(page, 'alice', password);
    await expect(question(page)).toHaveAccessibleName(`${closed} refused the login`);
    await expect(question(page)).toContainText(
      `${closed} refused the login of "alice" that was given (401).`,
    );
    await expect(question(page).getByLabel('User')).toHaveValue('alice');
    await expect(question(page).getByLabel('Password')).toHaveValue('');
    await expect(question(page).getByLabel('Password')).toBeFocused();
  }
  await giveLogin(page, 'alice', 'right');
  await expect(row(page, closed)).toContainText('Locked');
  await page.getByRole('button', { name: 'Choose destination' }).click();

  await page.getByRole('button', { name: 'Pack to PLANT-07' }).click();
  await expect(question(page)).toHaveAccessibleName(`Log in to ${closed}`);
  await giveLogin(page, 'alice', 'mistyped');
  await expect(question(page)).toHaveAccessibleName(`${closed} refused the login`);
  await giveLogin(page, 'alice', 'right');
  await expect(page.getByRole('heading', { name: 'Packed and sealed', exact: true })).toBeVisible();
});

test('without a login the item fails and says who refused what, and the next lock asks anew', async ({
  site,
}) => {
  const { page, closed, open } = site;
  await lockBoth(site);
  await giveLogin(page, 'alice', 'mistyped');
  await expect(question(page)).toHaveAccessibleName(`${closed} refused the login`);
  await question(page).getByRole('button', { name: 'Go on without a login' }).click();
  await expect(row(page, `${closed}/team/app:1`)).toContainText('Failed');
  await expect(row(page, `${open}/team/app:1`)).toContainText('Locked');
  await expect(page.getByText(`${closed} refused the login of "alice" that was given (401).`)).toBeVisible();

  await page.getByRole('button', { name: 'Lock 2 items again' }).click();
  await giveLogin(page, 'alice', 'right');
  await expect(row(page, closed)).toContainText('Locked');
});
