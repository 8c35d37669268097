// A transfer list of the cargo, and bundles that the command packs of it.
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runAirlock } from '../support/run-airlock.ts';
import { SOURCE, VENDOR } from './site.ts';
import type { Site } from './site.ts';

interface Choice {
  readonly name: string;
  /** All of them unless named. */
  readonly images?: readonly string[];
}

/** Beside the charts and files, which it names by themselves. The list's path. */
export async function writeList({ cargo }: Site, { name, images = cargo.images }: Choice): Promise<string> {
  const lines = ['apiVersion: airlock/v1', 'kind: TransferList', `metadata: { name: ${name} }`];
  lines.push('images:', ...images.map((reference) => `  - ref: ${reference}`));
  lines.push('charts:', ...cargo.charts.map((path) => `  - path: ${basename(path)}`));
  lines.push('files:', ...cargo.files.map((path) => `  - path: ${basename(path)}`));
  const list = join(cargo.folder, `${name}.yaml`);
  await writeFile(list, `${lines.join('\n')}\n`);
  return list;
}

export async function packCargo(site: Site, output: string, choice: Choice): Promise<string> {
  const hosts = [SOURCE, VENDOR].flatMap((host) => ['--plain-http', host]);
  const ran = await runAirlock(['pack', await writeList(site, choice), '-o', output, ...hosts], {
    environment: {
      PATH: process.env['PATH'],
      HOME: site.folder,
      AIRLOCK_HOME: join(site.folder, 'packer'),
      HTTP_PROXY: site.proxy,
    },
  });
  if (ran.code !== 0) throw new Error(`pack ended with ${ran.code}: ${ran.stderr}`);
  return output;
}
