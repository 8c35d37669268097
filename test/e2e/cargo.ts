// What the desks carry in specs: images, a chart and a file at a real registry, and bundles that the command packed of them.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeChart, makeImage, makeLayer } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { runAirlock } from '../support/run-airlock.ts';

export const IMAGES = ['team/api:1.4.0', 'team/web:2.0.1', 'base/proxy:3.1'] as const;
export const ITEM_COUNT = IMAGES.length + 2;

const base = [makeLayer({ seed: 'e2e-base', size: 300_000 })];

/** Images by `repository:tag`, two of which share their base. */
export const CONTENT = new Map(
  IMAGES.map((reference) => [reference, makeImage({ seed: reference, base, layerSize: 200_000 })] as const),
);

export async function pushCargo(url: string): Promise<void> {
  for (const [reference, image] of CONTENT) {
    const [repository = '', tag] = reference.split(':');
    await pushContent(url, repository, image, tag);
  }
}

export interface CargoFiles {
  readonly list: string;
  readonly chart: string;
  readonly file: string;
}

/** A transfer list of everything, its chart and its file, in a folder of their own. */
export async function writeCargo(folder: string, host: string, name = 'plant-1.0'): Promise<CargoFiles> {
  await mkdir(folder, { recursive: true });
  const chart = join(folder, 'app-1.2.3.tgz');
  const file = join(folder, 'setup.sh');
  const list = join(folder, `${name}.yaml`);
  await writeFile(chart, makeChart({ name: 'app', version: '1.2.3' }).bytes);
  await writeFile(file, '#!/bin/sh\necho carried\n');
  await writeFile(
    list,
    [
      'apiVersion: airlock/v1',
      'kind: TransferList',
      `metadata: { name: ${name} }`,
      'images:',
      ...IMAGES.map((reference) => `  - ref: ${host}/${reference}`),
      'charts:',
      `  - path: ${chart}`,
      'files:',
      `  - path: ${file}`,
      '    as: setup.sh',
      '',
    ].join('\n'),
  );
  return { list, chart, file };
}

/** Has the command pack the list, as another host of the same engine would. The bundle's path. */
export async function packByCommand(list: string, output: string, stateFolder: string): Promise<string> {
  const ran = await runAirlock(['pack', list, '-o', output, '--json'], {
    environment: { AIRLOCK_HOME: stateFolder, HOME: stateFolder, PATH: process.env['PATH'] },
  });
  if (ran.code !== 0) throw new Error(`pack ended with ${ran.code}: ${ran.stderr}`);
  return output;
}
