// The whole job through the screens: packed on the connected side, checked and imported on the other, with one medium between.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { pullContent } from '../support/plain-client.ts';
import { startDockerRegistry } from '../support/programs.ts';
import { CONTENT, IMAGES, ITEM_COUNT, pushCargo, writeCargo } from './cargo.ts';
import type { CargoFiles } from './cargo.ts';
import { expect, test } from './station.ts';
import type { OpenStation, StationChoice } from './station.ts';
import { tick } from './tick.ts';

const NAME = 'plant-1.0';

interface Desks {
  readonly pack: (page: Page, cargo: CargoFiles, host: string) => Promise<void>;
  readonly verify: (page: Page) => Promise<void>;
  readonly import: (page: Page, target: string) => Promise<void>;
}

/** The fingerprint as the screen tells it. */
const wordsOn = async (page: Page): Promise<string> =>
  (
    await page
      .getByRole('list', { name: 'Fingerprint in eight words' })
      .first()
      .getByRole('listitem')
      .allTextContents()
  ).join(' ');

async function carryAcross(
  openStation: (choice: StationChoice) => Promise<OpenStation>,
  desks: Desks,
): Promise<void> {
  const source = await startDockerRegistry();
  const target = await startDockerRegistry();
  try {
    await pushCargo(source.url);
    const packing = await openStation({ side: 'connected', media: ['PLANT-07'] });
    const cargo = await writeCargo(join(packing.folder, 'cargo'), source.host);
    await desks.pack(packing.page, cargo, source.host);
    await expect(packing.page.getByRole('heading', { name: 'Packed and sealed' })).toBeVisible();
    const told = await wordsOn(packing.page);
    await packing.close();

    const plant = await openStation({
      side: 'disconnected',
      environment: { AIRLOCK_MEDIA: packing.media['PLANT-07'] ?? '' },
    });
    await desks.verify(plant.page);
    await expect(plant.page.getByRole('heading', { name: 'Intact', level: 2 })).toBeVisible();
    expect(await wordsOn(plant.page)).toBe(told);
    await desks.import(plant.page, target.host);
    await expect(plant.page.getByRole('heading', { name: 'Imported' })).toBeVisible();

    for (const [reference, image] of CONTENT) {
      const [repository = '', tag = ''] = reference.split(':');
      const there = await pullContent(target.url, repository, tag);
      expect(there.root.digest).toBe(image.root.digest);
    }
    const { repositories } = (await (await fetch(`${target.url}/v2/_catalog`)).json()) as {
      readonly repositories: readonly string[];
    };
    expect(repositories).toEqual(
      expect.arrayContaining(['charts/app', expect.stringMatching(/^files\/setup-sh-/)]),
    );
  } finally {
    await source.close();
    await target.close();
  }
}

test('carries images, a chart and a file across by mouse', async ({ openStation }) => {
  await carryAcross(openStation, {
    pack: async (page, cargo, host) => {
      const lines = [...IMAGES.map((image) => `${host}/${image}`), cargo.chart, cargo.file].join('\n');
      // What "Paste" of a mouse's menu does, without a clipboard that specs would share.
      await page.getByRole('combobox', { name: 'Add to the contents' }).evaluate((field, text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', text);
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      }, lines);
      await page.getByRole('heading', { level: 1 }).getByRole('button').click();
      await page.getByRole('dialog').getByRole('textbox').fill(NAME);
      await page.getByRole('dialog').getByRole('button').last().click();
      await page.getByRole('button', { name: `Lock ${ITEM_COUNT} items` }).click();
      await page.getByRole('button', { name: 'Choose destination' }).click();
      await page.getByRole('button', { name: 'Pack to PLANT-07' }).click();
    },
    verify: async (page) => {
      await page.getByRole('button', { name: 'Verify', exact: true }).click();
      await tick(page.getByRole('radio', { name: `${NAME} on PLANT-07` }));
      await page.getByRole('button', { name: `Check ${NAME}` }).click();
    },
    import: async (page, target) => {
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await tick(page.getByRole('radio', { name: `${NAME} on PLANT-07` }));
      await page.getByRole('button', { name: `Check ${NAME}` }).click();
      await page.getByLabel('Registry').fill(target);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: `Test ${target}` }).click();
      await page.getByRole('button', { name: 'Choose names', exact: true }).click();
      await page.getByRole('button', { name: `Import ${ITEM_COUNT} items` }).click();
    },
  });
});

/** Moves the focus by Tab alone until it stands on what is wanted, as somebody without a mouse does. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    const label = await page.evaluate(() => {
      const at = document.activeElement;
      return at?.getAttribute('aria-label') ?? at?.closest('label')?.textContent ?? at?.textContent ?? '';
    });
    if (name.test(label)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${String(name)}`);
}

test('carries images, a chart and a file across by keys alone', async ({ openStation }) => {
  await carryAcross(openStation, {
    pack: async (page, cargo, host) => {
      await expect(page.getByRole('combobox', { name: 'Add to the contents' })).toBeFocused();
      for (const line of [...IMAGES.map((image) => `${host}/${image}`), cargo.chart, cargo.file]) {
        await page.keyboard.type(line);
        await page.keyboard.press('Enter');
        await expect(
          page
            .getByRole('grid')
            .getByText(line.split('/').at(-1)?.split(':')[0] ?? '')
            .first(),
        ).toBeVisible();
      }
      // By its name among all commands.
      await page.keyboard.press('Control+k');
      await page.keyboard.type('rename');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('dialog').getByRole('textbox')).toBeFocused();
      await page.keyboard.press('Control+a');
      await page.keyboard.type(NAME);
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { name: NAME, level: 1 })).toBeVisible();
      await page.keyboard.press('Control+Enter');
      await expect(page.getByRole('button', { name: 'Choose destination' })).toBeVisible();
      await page.keyboard.press('Control+Enter');
      await expect(page.getByRole('button', { name: 'Pack to PLANT-07' })).toBeEnabled();
      await page.keyboard.press('Control+Enter');
    },
    verify: async (page) => {
      await page.keyboard.press('Control+2');
      await expect(page.getByRole('radio', { name: `${NAME} on PLANT-07` })).toBeVisible();
      await tabTo(page, new RegExp(`${NAME} on PLANT-07`));
      await page.keyboard.press('Space');
      await expect(page.getByRole('button', { name: `Check ${NAME}` })).toBeEnabled();
      await page.keyboard.press('Control+Enter');
    },
    import: async (page, target) => {
      await page.keyboard.press('Control+3');
      await expect(page.getByRole('radio', { name: `${NAME} on PLANT-07` })).toBeVisible();
      await tabTo(page, new RegExp(`${NAME} on PLANT-07`));
      await page.keyboard.press('Space');
      await expect(page.getByRole('button', { name: `Check ${NAME}` })).toBeEnabled();
      await page.keyboard.press('Control+Enter');
      await expect(page.getByLabel('Registry')).toBeFocused();
      await page.keyboard.type(target);
      await page.keyboard.press('Control+Enter');
      await expect(page.getByRole('button', { name: 'Choose names', exact: true })).toBeVisible();
      await page.keyboard.press('Control+Enter');
      await expect(page.getByRole('button', { name: `Import ${ITEM_COUNT} items` })).toBeEnabled();
      await page.keyboard.press('Control+Enter');
    },
  });
});
