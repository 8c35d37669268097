// What the host tests pack: images in a registry that is their own, and the lock that names them.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { createEngine, quietContext } from '../../../electron/engine/index.ts';
import { startRegistry } from '../../support/built-in-registry.ts';
import type { BuiltInRegistry, Fault, SeenRequest } from '../../support/built-in-registry.ts';
import { makeImage } from '../../support/make-content.ts';
import { pushContent } from '../../support/plain-client.ts';
import { hasEnded } from '../../support/start-engine.ts';
import type { StartedEngine } from '../../support/start-engine.ts';
import { tempFolder } from '../../support/temp-folder.ts';

export interface Cargo {
  readonly registry: BuiltInRegistry;
  readonly folder: string;
  readonly listPath: string;
  readonly lockPath: string;
  /** A folder for bundles. */
  readonly medium: string;
}

/** `layerSize` bytes in each of two layers of each image. */
export async function makeCargo(
  options: {
    readonly images?: number;
    readonly layerSize?: number;
    readonly faults?: (request: SeenRequest) => Fault | undefined;
  } = {},
): Promise<Cargo> {
  const { images = 2, layerSize = 20_000, faults } = options;
  const registry = await startRegistry(faults === undefined ? {} : { faults });
  onTestFinished(() => registry.close());
  const folder = await tempFolder();
  const names = Array.from({ length: images }, (_, index) => `app-${index}`);
  for (const name of names)
    await pushContent(registry.url, `team/${name}`, makeImage({ seed: name, layers: 2, layerSize }), '1.0');
  const listPath = join(folder, 'cargo.yaml');
  await writeFile(
    listPath,
    [
      'apiVersion: airlock/v1',
      'kind: TransferList',
      'metadata: { name: cargo }',
      'images:',
      ...names.map((name) => `  - ref: ${registry.host}/team/${name}:1.0`),
      '',
    ].join('\n'),
  );
  const engine = createEngine({
    environment: { HOME: folder },
    stateFolder: join(folder, 'state'),
    version: '0.0.0-test',
    hosts: {},
  });
  const { path: lockPath } = await engine.lock(
    { list: listPath, out: undefined, noFetch: false },
    quietContext(),
  );
  const medium = join(folder, 'medium');
  await mkdir(medium);
  return { registry, folder, listPath, lockPath, medium };
}

/** The cargo as a bundle on its medium. */
export async function packed(cargo: Cargo, { calls, job }: StartedEngine): Promise<string> {
  const output = join(cargo.medium, 'cargo.airlock');
  const id = await calls.jobs.start({
    desk: 'pack',
    lockPath: cargo.lockPath,
    output,
    sealIncomplete: false,
  });
  expect(await job(id, hasEnded)).toMatchObject({ state: 'done' });
  return output;
}

/** The names that an import gives by itself, below `mirror`. */
export const toTarget = (bundle: string, host: string) => ({
  bundle,
  to: `${host}/mirror`,
  names: 'default' as const,
  renamed: {},
  left: [],
});
