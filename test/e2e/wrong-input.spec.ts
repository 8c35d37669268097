// What goes wrong before anything starts, through the screens: each is said once, with what to do, and leaves nothing behind.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry } from '../support/built-in-registry.ts';
import { startDockerRegistry } from '../support/programs.ts';
import { packByCommand, pushCargo, writeCargo } from './cargo.ts';
import { expect, test } from './station.ts';
import { tick } from './tick.ts';

test('names the line and the column of a misspelled key, and the key that was meant', async ({
  openStation,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-misspelled-'));
  try {
    const list = join(folder, 'plant.yaml');
    await writeFile(
      list,
      'apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: plant }\nimagse:\n  - busybox:1\n',
    );
    const { page } = await openStation({ side: 'connected', paths: [list] });
    await expect(page.getByText(/plant\.yaml:4:1/).first()).toBeVisible();
    await expect(page.getByText(/imagse.*images/).first()).toBeVisible();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('says of a medium that is write-protected that it is, and leaves nothing on it', async ({
  openStation,
}) => {
  const media = await mkdtemp(join(tmpdir(), 'airlock-media-'));
  const medium = join(media, 'LOCKED');
  await mkdir(medium);
  const source = await startDockerRegistry();
  try {
    await pushCargo(source.url);
    const { list } = await writeCargo(join(media, 'cargo'), source.host);
    const { page } = await openStation({
      side: 'connected',
      paths: [list],
      environment: {
        AIRLOCK_MEDIA: medium,
        FAULTY_DISK: medium,
        FAULTY_CODE: 'EROFS',
        NODE_OPTIONS: `--import ${join(import.meta.dirname, '../support/faulty-disk.mjs')}`,
      },
    });
    await page.getByRole('button', { name: /^Lock \d+ items/ }).click();
    await page.getByRole('button', { name: 'Choose destination' }).click();
    await tick(page.getByRole('radio', { name: /^LOCKED/ }));
    await page.getByRole('button', { name: 'Pack to LOCKED' }).click();
    await expect(page.getByText('It cannot be written to').first()).toBeVisible();
    await expect(page.getByText(/write protection/).first()).toBeVisible();
    expect(await readdir(medium)).toEqual([]);
  } finally {
    await source.close();
    await rm(media, { recursive: true, force: true });
  }
});

test('says of a target that takes no push that it was refused, before a byte moves', async ({
  openStation,
}) => {
  const source = await startDockerRegistry();
  const target = await startRegistry({
    faults: ({ method, url }) =>
      method === 'POST' && url.includes('/blobs/uploads/')
        ? {
            kind: 'answer',
            status: 403,
            body: JSON.stringify({ errors: [{ code: 'DENIED', message: 'requested access is denied' }] }),
          }
        : undefined,
  });
  try {
    await pushCargo(source.url);
    const station = await openStation({ side: 'disconnected', media: ['PLANT-07'] });
    const { page } = station;
    const { list } = await writeCargo(join(station.folder, 'cargo'), source.host);
    const bundle = join(station.media['PLANT-07'] ?? '', 'plant-1.0.airlock');
    await packByCommand(list, bundle, join(station.folder, 'packer'));
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await tick(page.getByRole('radio', { name: 'plant-1.0 on PLANT-07' }));
    await page.getByRole('button', { name: 'Check plant-1.0' }).click();
    await page.getByLabel('Registry').fill(target.host);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: `Test ${target.host}` }).click();
    await expect(page.getByText('The registry refused it')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Choose names', exact: true })).toHaveCount(0);
  } finally {
    await source.close();
    await target.close();
  }
});
