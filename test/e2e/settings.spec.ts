// Settings on a real engine and a real registry: a login that is refused, mended, kept and found again, by mouse and by keys alone.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startDockerRegistry } from '../support/programs.ts';
import type { RegistryOptions, RunningRegistry } from '../support/programs.ts';
import { foundByAxe } from './found-by-axe.ts';
import { expect, test as base } from './station.ts';
import type { OpenStation, StationChoice } from './station.ts';

const USER = 'robot$airlock';
const PASSWORD = 'right horse';

interface Site extends OpenStation {
  readonly registry: RunningRegistry;
}

interface SettingsFixtures {
  /** A station, and a registry that lets in nobody but the robot unless other options are given. */
  readonly site: (
    choice: (registry: RunningRegistry) => StationChoice,
    options?: RegistryOptions,
  ) => Promise<Site>;
}

const test = base.extend<SettingsFixtures>({
  site: async ({ openStation }, give) => {
    const registries: RunningRegistry[] = [];
    await give(async (choice, options = { htpasswd: { [USER]: PASSWORD } }) => {
      const registry = await startDockerRegistry(options);
      registries.push(registry);
      return { ...(await openStation(choice(registry))), registry };
    });
    for (const registry of registries) await registry.close();
  },
});

const settingsOf = async (stateFolder: string) =>
  JSON.parse(await readFile(join(stateFolder, 'settings.json'), 'utf8')) as {
    readonly registries: readonly Record<string, unknown>[];
    readonly certificates: readonly Record<string, unknown>[];
  };

async function openSettings(page: Page, section?: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await expect(page.getByRole('tab', { name: 'Registries' })).toBeVisible();
  if (section !== undefined) await page.getByRole('tab', { name: section }).click();
}

const say = (page: Page) => page.locator('[data-region=actions]');
const textbox = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const testPart = (page: Page) => page.getByRole('region', { name: 'Connection test' });

test('adds a registry with a login: wrong, then right, saved, and there after the station was started again', async ({
  openStation,
  site,
}) => {
  const first = await site(() => ({ side: 'disconnected' }));
  const { page, stateFolder, registry } = first;
  await openSettings(page);
  await page.getByRole('button', { name: 'Add registry…' }).first().click();
  await expect(textbox(page, 'Host')).toBeFocused();
  await textbox(page, 'Host').fill(registry.host);
  await textbox(page, 'User').fill(USER);
  await textbox(page, 'Password').fill('wrong horse');
  await page.getByText('Plain http', { exact: true }).click();
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(testPart(page).getByText('Found')).toBeVisible();
  await expect(testPart(page).getByText('Not encrypted')).toBeVisible();
  const login = testPart(page).getByRole('listitem').filter({ hasText: 'Login' });
  await expect(login).toContainText(/refused/i);
  await expect(testPart(page).getByRole('listitem').filter({ hasText: 'Permission' })).toContainText(
    'Not tested',
  );

  await page.getByRole('button', { name: 'Save', exact: false }).click();
  await expect(page.getByText(`The login for ${registry.host} was not kept`)).toBeVisible();
  await expect(say(page)).toContainText(`2 changes to ${registry.host} are not saved.`);
  expect((await settingsOf(stateFolder)).registries).toMatchObject([{ host: registry.host, user: null }]);

  await textbox(page, 'Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(login).toContainText('Accepted');
  await page.keyboard.press('Control+s');
  await expect(say(page)).toContainText(`The login for ${registry.host} is kept in`);
  await expect(page.getByText(`The login for ${registry.host} was not kept`)).toHaveCount(0);
  await expect(textbox(page, 'Password')).toHaveValue('');
  expect(await readFile(join(stateFolder, 'settings.json'), 'utf8')).not.toContain(PASSWORD);
  expect(await page.content()).not.toContain(PASSWORD);
  await first.close();

  const { page: again } = await openStation({ side: 'disconnected', stateFolder });
  await openSettings(again);
  const grid = again.getByRole('grid', { name: 'Registries' });
  await expect(grid).toContainText(registry.host);
  await expect(grid).toContainText(USER);
  await again.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(testPart(again).getByRole('listitem').filter({ hasText: 'Login' })).toContainText('Accepted');
  await expect(grid).toContainText('Not encrypted, today');

  await again.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(again.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await again.getByRole('button', { name: 'Remove it' }).click();
  await expect(again.getByText('No registry is named yet.')).toBeVisible();
  await expect.poll(async () => (await settingsOf(stateFolder)).registries).toEqual([]);
});

test('adds, tests and saves a registry by keys alone', async ({ site }) => {
  const { page, stateFolder, registry } = await site(() => ({ side: 'connected' }));
  const { keyboard } = page;
  await expect(page.getByText('Drop what shall go across')).toBeVisible();
  await keyboard.press('Control+,');
  await expect(page.getByRole('heading', { level: 1, name: 'Registries' })).toBeVisible();
  await keyboard.press('Control+k');
  await keyboard.type('Add a registry');
  await keyboard.press('Enter');
  await expect(textbox(page, 'Host')).toBeFocused();
  await keyboard.type(registry.host);
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect(page.getByRole('radio', { name: 'Source' })).toBeFocused();
  await keyboard.press('ArrowRight');
  await keyboard.press('Tab');
  await keyboard.type(USER);
  await keyboard.press('Tab');
  await keyboard.type(PASSWORD);
  await keyboard.press('Tab');
  await expect(page.getByRole('radio', { name: 'TLS, checked' })).toBeFocused();
  await keyboard.press('ArrowRight');
  await keyboard.press('Control+k');
  await keyboard.type('Test the registry');
  await keyboard.press('Enter');
  await expect(testPart(page).getByText('Accepted')).toBeVisible();
  await keyboard.press('Control+s');
  await expect(say(page)).toContainText('is kept in');
  await expect
    .poll(async () => (await settingsOf(stateFolder)).registries)
    .toMatchObject([{ host: registry.host, usedAs: 'target', plainHttp: true, user: USER }]);
});

test('trusts a registry by a certificate that was pasted, and says which registry loses it', async ({
  site,
}) => {
  const { page, stateFolder, registry } = await site(() => ({ side: 'disconnected' }), { tls: true });
  await openSettings(page);
  await page.getByRole('button', { name: 'Add registry…' }).first().click();
  await textbox(page, 'Host').fill(registry.host);
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(testPart(page).getByText('Not trusted')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();

  await page.getByRole('tab', { name: 'Certificates' }).click();
  await textbox(page, 'Certificates, PEM').fill(
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  );
  await expect(page.getByText('Certificate 1 is not whole.')).toBeVisible();
  await page.locator('input[type=file]').setInputFiles(registry.caFile ?? '');
  await expect(page.getByText('1 certificate found.')).toBeVisible();
  await textbox(page, 'Name').fill('Plant Root CA');
  await page.getByRole('button', { name: 'Add certificate' }).click();
  await expect(page.getByRole('grid')).toContainText('Plant Root CA');

  await page.getByRole('tab', { name: 'Registries' }).click();
  await page.getByRole('button', { name: /Trust also/ }).click();
  await page.getByRole('option', { name: 'Plant Root CA' }).click();
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(testPart(page).getByText('Trusted', { exact: true })).toBeVisible();
  await expect(
    testPart(page)
      .getByText(/^issued by Airlock test authority, until/)
      .first(),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(say(page)).toContainText('Saved.');

  await page.getByRole('tab', { name: 'Certificates' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByRole('alertdialog')).toContainText(registry.host);
  await page.getByRole('button', { name: 'Remove it' }).click();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect.poll(async () => (await settingsOf(stateFolder)).certificates).toEqual([]);
  expect((await settingsOf(stateFolder)).registries).toMatchObject([{ certificate: null }]);
});

test('keeps a certificate that was dropped in the page, and opens it nowhere else', async ({
  openStation,
}) => {
  const { page } = await openStation({ side: 'connected' });
  await openSettings(page, 'Certificates');
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(
      new File(['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'], 'key.pem'),
    );
    for (const name of ['dragover', 'drop'])
      document.body.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
  });
  await expect(page.getByText('This holds a private key.')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Certificates' })).toBeVisible();
  await expect(textbox(page, 'Certificates, PEM')).toHaveValue('');
});

test('changes the side only after it said what that means', async ({ openStation }) => {
  const { page } = await openStation({ side: 'connected' });
  await openSettings(page, 'This machine');
  await page.getByRole('main').getByText('Disconnected side', { exact: true }).click();
  await expect(page.getByRole('button', { name: 'Leave it as it is' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-side', 'connected');
  await page.getByRole('radio', { name: 'Disconnected side' }).press('Space');
  await page.getByRole('button', { name: 'Set to disconnected' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-side', 'disconnected');
});

test('can be worked at 200 % zoom, where parts stand below each other', async ({ site }) => {
  const { page, registry, stateFolder } = await site(
    () => ({ side: 'connected', viewport: { width: 640, height: 400 } }),
    { tls: true },
  );
  await openSettings(page, 'Certificates');
  await page.locator('input[type=file]').setInputFiles(registry.caFile ?? '');
  await textbox(page, 'Name').click();
  await textbox(page, 'Name').fill('Plant Root CA');
  await page.getByRole('button', { name: 'Add certificate' }).click();
  await expect(page.getByRole('grid')).toContainText('Plant Root CA');
  await page.getByRole('tab', { name: 'Registries' }).click();
  await page.getByRole('button', { name: 'Add registry…' }).first().click();
  await textbox(page, 'Host').click();
  await page.keyboard.type(registry.host);
  await page.getByRole('button', { name: /Trust also/ }).click();
  await page.getByRole('option', { name: 'Plant Root CA' }).click();
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(testPart(page).getByText('Trusted', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(async () => (await settingsOf(stateFolder)).registries)
    .toMatchObject([{ host: registry.host, certificate: 'Plant Root CA' }]);
});

const SECTIONS = [
  'Registries',
  'Certificates',
  'Proxy',
  'Limits',
  'Folders',
  'Appearance',
  'Shortcuts',
  'This machine',
] as const;

for (const theme of ['light', 'dark'] as const)
  test(`has no section in which axe finds anything (${theme})`, async ({ site }) => {
    const { page, registry } = await site(
      ({ ca = '', host: own }) => ({
        side: 'disconnected',
        theme,
        settings: {
          certificates: [{ name: 'Plant Root CA', pem: ca }],
          registries: ['harbor.plant.example', own].map((host) => ({
            host,
            prefix: '',
            usedAs: 'target' as const,
            plainHttp: false,
            certificate: null,
            connections: null,
            user: null,
            lastTest: null,
          })),
        },
      }),
      { tls: true },
    );
    await openSettings(page);
    await page.getByRole('gridcell', { name: registry.host }).click();
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await expect(testPart(page).getByText('Not trusted')).toBeVisible();
    for (const section of SECTIONS) {
      await page.getByRole('tab', { name: section }).click();
      await expect(page.getByRole('heading', { level: 1, name: section })).toBeVisible();
      expect(await foundByAxe(page), section).toEqual([]);
    }
    await page.getByRole('tab', { name: 'Registries' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    expect(await foundByAxe(page)).toEqual([]);
  });

test('says that the settings could not be read and where they are kept, before it asks for the side again', async ({
  openStation,
}) => {
  const first = await openStation({ side: 'disconnected' });
  await first.close();
  const path = join(first.stateFolder, 'settings.json');
  await writeFile(path, '{"side": "disconnected", "theme"');
  const { page } = await openStation({ side: null, stateFolder: first.stateFolder });
  await expect(page.getByRole('alert')).toContainText('The settings of this machine could not be read.');
  await expect(page.getByRole('alert')).toContainText(`${path}.broken`);
  expect(await readFile(`${path}.broken`, 'utf8')).toBe('{"side": "disconnected", "theme"');
  await page.reload();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('radio', { name: /Disconnected side/ }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: 'Desks' })).toBeVisible();
  await expect(page.getByRole('alert')).toContainText(`${path}.broken`);
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Desks' })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});
