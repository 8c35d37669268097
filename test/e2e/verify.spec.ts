// The Verify desk on a real engine: bundles that the command packed, whole and in every way that media spoil them.
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { makeImage } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { startDockerRegistry } from '../support/programs.ts';
import { documentOf, runAirlock } from '../support/run-airlock.ts';
import { CONTENT, ITEM_COUNT, packByCommand, pushCargo, writeCargo } from './cargo.ts';
import type { IMAGES } from './cargo.ts';
import { foundByAxe } from './found-by-axe.ts';
import { savedFile } from './saved-file.ts';
import { expect, test as base } from './station.ts';
import type { OpenStation, StationChoice } from './station.ts';
import { tick } from './tick.ts';

interface Bench extends OpenStation {
  /** The bundle's path, on the medium PLANT-07. */
  readonly bundle: string;
}

interface BenchOptions {
  readonly form?: 'airlock' | 'airlock.tar';
  readonly theme?: StationChoice['theme'];
  /** Another bundle of the same list, packed before one image was changed. */
  readonly withEarlier?: boolean;
  /** After it was packed. */
  readonly spoil?: (bundle: string) => Promise<void>;
}

interface VerifyFixtures {
  readonly bench: (options?: BenchOptions) => Promise<Bench>;
}

const EARLIER = 'plant-0.9.airlock';
const CHANGED = 'team/api:1.4.0';

const test = base.extend<VerifyFixtures>({
  bench: async ({ openStation }, give) => {
    await give(async ({ form = 'airlock', theme = 'light', withEarlier = false, spoil } = {}) => {
      const station = await openStation({ side: 'disconnected', media: ['PLANT-07'], theme });
      const medium = station.media['PLANT-07'] ?? '';
      const packer = join(station.folder, 'packer');
      const source = await startDockerRegistry();
      try {
        await pushCargo(source.url);
        const cargo = join(station.folder, 'cargo');
        if (withEarlier) {
          const { list } = await writeCargo(cargo, source.host, 'plant-0.9');
          await packByCommand(list, join(medium, EARLIER), packer);
          await pushContent(source.url, 'team/api', makeImage({ seed: 'moved' }), '1.4.0');
        }
        const { list } = await writeCargo(cargo, source.host);
        const bundle = await packByCommand(list, join(medium, `plant-1.0.${form}`), packer);
        await spoil?.(bundle);
        return { ...station, bundle };
      } finally {
        await source.close();
      }
    });
  },
});

const blob = (digest: string) => join('blobs/sha256', digest.slice('sha256:'.length));

/** A layer that the image alone has. */
async function ownLayer(bundle: string, reference: (typeof IMAGES)[number]): Promise<string> {
  const digest = CONTENT.get(reference)?.root.digest ?? '';
  const { layers } = JSON.parse(await readFile(join(bundle, blob(digest)), 'utf8')) as {
    readonly layers: readonly { readonly digest: string }[];
  };
  return join(bundle, blob(layers.at(-1)?.digest ?? ''));
}

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[1000] = (bytes[1000] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

async function choose(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await tick(page.getByRole('radio', { name: 'plant-1.0 on PLANT-07' }));
}

async function check(page: Page): Promise<void> {
  await choose(page);
  await page.getByRole('button', { name: 'Check plant-1.0' }).click();
}

/** Saves the report as JSON. */
async function savedReport(station: OpenStation) {
  const { page } = station;
  await page.getByRole('button', { name: 'Save report…' }).click();
  const dialog = page.getByRole('dialog');
  await tick(dialog.getByRole('radio', { name: 'JSON for programs' }));
  return savedFile(station, () => dialog.getByRole('button', { name: 'Save', exact: true }).click());
}

const outcome = (page: Page, name: string) => page.getByRole('heading', { name, level: 2 });

test('says that a bundle is intact, that nobody signed it, and by which words it goes', async ({ bench }) => {
  const { page, bundle, folder } = await bench();
  await choose(page);
  await expect(page.getByText('not checked here yet')).toBeVisible();
  await page.getByRole('button', { name: 'Check plant-1.0' }).click();
  await expect(outcome(page, 'Intact')).toBeVisible();
  await expect(page.getByText('Not signed: nobody vouches for it')).toBeVisible();
  await expect(page.getByText('None missing, none extra.')).toBeVisible();
  await expect(page.getByText('sha256sum --check --strict --quiet SHA256SUMS')).toBeVisible();
  const words = page.getByRole('list', { name: 'Fingerprint in eight words' }).getByRole('listitem');
  await expect(words).toHaveCount(8);
  const told = documentOf(
    await runAirlock(['inspect', bundle, '--json'], { environment: { AIRLOCK_HOME: folder, HOME: folder } }),
  );
  expect(told).toMatchObject({
    bundle: { fingerprint: { words: (await words.allTextContents()).join(' ') } },
  });

  await page.getByRole('tab', { name: /^Files/ }).click();
  await expect(page.getByRole('grid', { name: 'Files of the bundle' }).getByText('SHA256SUMS')).toBeVisible();
  await page.getByRole('tab', { name: /^Items/ }).click();
  await expect(page.getByRole('grid', { name: 'Items of the bundle' }).getByText('Intact')).toHaveCount(
    ITEM_COUNT,
  );

  // It is known at the first step from now on.
  await page.getByRole('button', { name: 'Check another' }).click();
  await expect(page.getByText(/intact when checked on \d{4}-/)).toBeVisible();
  await expect(
    page.getByRole('region', { name: 'Checked here before' }).getByText('plant-1.0'),
  ).toBeVisible();
});

test('checks a bundle in one tar file by keys alone, and saves the report as one page', async ({ bench }) => {
  const station = await bench({ form: 'airlock.tar' });
  const { page } = station;
  await page.keyboard.press('Control+2');
  await page.getByRole('radio', { name: 'plant-1.0 on PLANT-07' }).focus();
  await page.keyboard.press('Space');
  await page.getByRole('checkbox', { name: /^Also unpack every layer/ }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Control+Enter');
  await expect(outcome(page, 'Intact')).toBeVisible();
  await expect(page.getByText(/^\d+ layers unpacked/)).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  const { name, text } = await savedFile(station, () => page.keyboard.press('Enter'));
  expect(name).toMatch(/^plant-1\.0-verify-report-.*\.html$/);
  expect(text).toContain('Every byte is what was packed.');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  // Through the tabs and back to the start without a mouse.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Files');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('grid', { name: 'Files of the bundle' })).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('README');
  await expect(page.getByRole('grid', { name: 'Files of the bundle' }).getByRole('row')).toHaveCount(2);
});

test('names what is damaged, missing and unexpected, and saves a report that says the same', async ({
  bench,
}) => {
  let hit = '';
  let gone = '';
  const station = await bench({
    spoil: async (bundle) => {
      hit = await ownLayer(bundle, 'base/proxy:3.1');
      gone = await ownLayer(bundle, 'team/web:2.0.1');
      await flipByte(hit);
      await rm(gone);
      await writeFile(join(bundle, 'setup.exe'), 'never sealed');
    },
  });
  const { page } = station;
  await check(page);
  await expect(outcome(page, 'Damaged. Do not import')).toBeVisible();
  await expect(
    page.getByText('1 file has other bytes, 1 is missing and 1 is on the medium that was never sealed.'),
  ).toBeVisible();
  const findings = page.getByRole('grid', { name: 'What is not as it was sealed' });
  const damaged = findings.getByRole('row', { name: /^Damaged/ });
  const found = createHash('sha256')
    .update(await readFile(hit))
    .digest('hex');
  await expect(damaged).toContainText('base/proxy:3.1');
  await expect(damaged).toContainText('the length is right');
  await expect(damaged).toContainText(found.slice(0, 12));
  // In the colour of what failed, which the state's word has too.
  const red = await damaged.getByText('Damaged').evaluate((word) => getComputedStyle(word).color);
  await expect(damaged.getByText(found.slice(0, 12), { exact: true })).toHaveCSS('color', red);
  await damaged.click();
  await expect(damaged).toContainText(found);
  await expect(findings.getByRole('row', { name: /^Missing/ })).toContainText('team/web:2.0.1');
  await expect(findings.getByRole('row', { name: /^Unexpected/ })).toContainText('setup.exe12 B, in no list');
  await expect(page.getByText(`${ITEM_COUNT - 2} of ${ITEM_COUNT}`)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Import it' })).toHaveCount(0);

  await page.getByRole('tab', { name: /^Items/ }).click();
  const proxy = page.getByRole('row').filter({ hasText: 'base/proxy:3.1' }).first();
  await expect(proxy).toContainText('Damaged');

  const { name, text } = await savedReport(station);
  expect(name).toMatch(/^plant-1\.0-verify-report-.*\.json$/);
  const report = JSON.parse(text) as Readonly<Record<string, unknown>>;
  expect(report).toMatchObject({
    verb: 'verify',
    exit: 5,
    verdict: 'damaged',
    totals: { damaged: 1, missing: 1, unexpected: 1 },
  });
  expect(report['files']).toContainEqual(
    expect.objectContaining({
      path: hit.slice(hit.indexOf('blobs/')),
      state: 'damaged',
      sha256: hit.slice(-64),
      foundSha256: found,
    }),
  );
  expect(report['files']).toContainEqual(
    expect.objectContaining({ path: gone.slice(gone.indexOf('blobs/')), state: 'missing' }),
  );
});

test('reads the medium again, and finds what was put right', async ({ bench }) => {
  let kept: { readonly layer: string; readonly bytes: Buffer } | undefined;
  const { page } = await bench({
    spoil: async (bundle) => {
      const layer = await ownLayer(bundle, 'base/proxy:3.1');
      kept = { layer, bytes: await readFile(layer) };
      await flipByte(layer);
    },
  });
  await check(page);
  await expect(outcome(page, 'Damaged. Do not import')).toBeVisible();
  await writeFile(kept?.layer ?? '', kept?.bytes ?? '');
  await page.getByRole('button', { name: 'Read the medium again' }).click();
  await expect(outcome(page, 'Intact')).toBeVisible();
});

test('refuses what a system left only where it was asked to', async ({ bench }) => {
  const { page } = await bench({ spoil: async (bundle) => writeFile(join(bundle, 'Thumbs.db'), 'left') });
  await check(page);
  await expect(outcome(page, 'Intact')).toBeVisible();
  await expect(page.getByText('1 file left by an operating system. Harmless, and in no list.')).toBeVisible();
  await page.getByRole('button', { name: 'Check another' }).click();
  await tick(page.getByRole('checkbox', { name: /^Also refuse/ }));
  await check(page);
  await expect(outcome(page, 'Refused for what a system left')).toBeVisible();
});

test('says what to do about a tar file that ends too early', async ({ bench }) => {
  const station = await bench({
    form: 'airlock.tar',
    spoil: async (path) => truncate(path, (await readFile(path)).length - 300_000),
  });
  const { page, bundle } = station;
  // A tar that does not end is not listed as a bundle.
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await openByPath(station, bundle);
  await expect(page.getByText('The bundle ends too early')).toBeVisible();
  await expect(page.getByText(/Copy the bundle again from where it was packed/)).toBeVisible();
  await page.getByRole('button', { name: 'Check plant-1.0' }).click();
  await expect(page.getByText('The bundle ends too early')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Check plant-1.0 again' })).toBeVisible();
});

test('says that a folder is no bundle, and that a bundle is of a newer format', async ({ bench }) => {
  const station = await bench({
    spoil: async (path) => {
      const file = join(path, 'airlock.json');
      const manifest = JSON.parse(await readFile(file, 'utf8')) as { format: { major: number } };
      manifest.format.major = 99;
      await writeFile(file, JSON.stringify(manifest));
    },
  });
  const { page, bundle } = station;
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await openByPath(station, bundle);
  await expect(page.getByText('This bundle is of a newer format')).toBeVisible();
  await rename(bundle, join(bundle, '../other.airlock'));
  for (const name of await readdir(join(bundle, '../other.airlock')))
    await rm(join(bundle, '../other.airlock', name), { recursive: true });
  await page.getByRole('button', { name: 'Choose another…' }).waitFor();
  await openByPath(station, join(bundle, '../other.airlock'));
  await expect(page.getByText('This is no bundle')).toBeVisible();
});

test('says that the medium is gone, and checks the bundle when it is back', async ({ bench }) => {
  const { page, bundle } = await bench();
  await choose(page);
  await expect(page.getByText('not checked here yet')).toBeVisible();
  await rename(bundle, `${bundle}.away`);
  await page.getByRole('button', { name: 'Check plant-1.0' }).click();
  await expect(page.getByRole('alert')).toContainText('not there');
  await rename(`${bundle}.away`, bundle);
  await page.getByRole('button', { name: 'Check plant-1.0 again' }).click();
  await expect(outcome(page, 'Intact')).toBeVisible();
});

test('compares with an earlier bundle, and shows a moved tag with both digests', async ({ bench }) => {
  const { page } = await bench({ withEarlier: true });
  await check(page);
  await page.getByRole('tab', { name: 'Differences' }).click();
  await page.getByRole('button', { name: /Compared with/ }).click();
  await page.getByRole('option', { name: 'plant-0.9 on PLANT-07' }).click();
  const table = page.getByRole('grid', { name: 'What changed' });
  const row = table.getByRole('row').filter({ hasText: CHANGED });
  await expect(row).toContainText('Same tag');
  await expect(row).toContainText(/\d [kM]?B$/);
  await expect(row).toContainText(CONTENT.get(CHANGED)?.root.digest.slice(7, 19) ?? '');
  await expect(page.getByRole('tab', { name: 'Differences 1' })).toBeVisible();
  await row.click();
  await expect(page.getByText(CONTENT.get(CHANGED)?.root.digest ?? '')).toBeVisible();
  await page.getByRole('tab', { name: 'Why' }).click();
  await expect(page.getByText('1 item changed, 0 new and 0 gone since plant-0.9.')).toBeVisible();
});

test('finds its findings again when the page is loaded anew', async ({ bench }) => {
  const { page } = await bench();
  await check(page);
  await expect(outcome(page, 'Intact')).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await expect(outcome(page, 'Intact')).toBeVisible();
});

for (const theme of ['light', 'dark'] as const)
  test(`has nothing that axe finds wrong, ${theme}`, async ({ bench }) => {
    const { page } = await bench({
      theme,
      withEarlier: true,
      spoil: async (bundle) => flipByte(await ownLayer(bundle, 'base/proxy:3.1')),
    });
    const expectClean = async () => expect(await foundByAxe(page)).toEqual([]);
    await choose(page);
    await expect(page.getByText('not checked here yet').first()).toBeVisible();
    await expectClean();
    await page.getByRole('button', { name: 'Check plant-1.0' }).click();
    await expect(outcome(page, 'Damaged. Do not import')).toBeVisible();
    await expectClean();
    for (const tab of ['Why', 'Files', 'Items', 'Differences']) {
      await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
      await expectClean();
    }
    await page.getByRole('button', { name: 'Save report…' }).click();
    await expectClean();
  });

/** By the system's own dialog where a test can answer that, else by the station's. */
async function openByPath({ page, choose: answer }: OpenStation, path: string): Promise<void> {
  answer?.([path]);
  await page
    .getByRole('button', { name: /^(Browse|Choose another)…$/ })
    .first()
    .click();
  if (answer !== undefined) return;
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Path' }).fill(path);
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
}
