// Lists and bundles of thousands of items, as small as they can be: what screens must stay quick with.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFile, makeLock, writeBundle } from '../unit/bundle/locks.ts';

/** A transfer list of so many images that nobody has. Its path. */
export async function writeLargeList(folder: string, items: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  const list = join(folder, 'large.yaml');
  const images = Array.from(
    { length: items },
    (_, index) => `  - ref: registry.example/team-${index % 100}/application-${index}:1.${index}.0`,
  );
  const head = ['apiVersion: airlock/v1', 'kind: TransferList', 'metadata: { name: large }', 'images:'];
  await writeFile(list, [...head, ...images, ''].join('\n'));
  return list;
}

/** A sealed bundle of so many blobs, half of them files of a few bytes, half the manifests that name them. */
export function writeLargeBundle(place: string, blobs: number): Promise<string> {
  const files = Array.from({ length: Math.ceil((blobs - 1) / 2) }, (_, index) =>
    makeFile(`folder-${index % 100}/file-${index}.txt`, Buffer.from(`file ${index}`)),
  );
  return writeBundle({ place, made: makeLock('large', files), concurrency: 16 });
}
