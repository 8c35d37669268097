// Every name that Airlock gives a file can be made on FAT, exFAT and NTFS, and stands with forward slashes in what it writes.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeImage, makeReferrer } from '../support/make-content.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeFile, makeLock, planOf, writeBundle } from '../unit/bundle/locks.ts';

const digestImage = makeImage({ seed: 'digest' });
const tagged = makeImage({ seed: 'tagged' });
/** References with everything in them that a file name may not have: colons, at signs, names of devices, capitals. */
const made = makeLock('names', [
  {
    reference: `registry.example:5000/Con/aux@${digestImage.root.digest}`,
    content: digestImage,
    attached: [
      {
        kind: 'referrer',
        subject: digestImage.root.digest,
        content: makeReferrer(digestImage.root, { artifactType: 'application/x.sbom', text: 'sbom' }),
      },
    ],
  },
  { reference: `registry.example/${'long/'.repeat(40)}app:1.0`, content: tagged },
  { reference: 'registry.example/twin:A', content: makeImage({ seed: 'A' }) },
  { reference: 'registry.example/twin:a', content: makeImage({ seed: 'a' }) },
  makeFile('folder/deeper/a tool.bin', Buffer.from('tool')),
]);

const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** What a file system of Windows or a camera card would refuse; empty for a good path. */
function refused(path: string): string[] {
  return path.split('/').flatMap((segment) => {
    const wrong: string[] = [];
    if (/[<>:"\\|?*\p{Cc}]/u.test(segment)) wrong.push('letters');
    if (/[. ]$/.test(segment)) wrong.push('end');
    if (RESERVED.test(segment)) wrong.push('device');
    if (Buffer.byteLength(segment) > 100) wrong.push('length');
    return wrong.map((what) => `${path}: ${what}`);
  });
}

const refNames = () =>
  planOf(made).index.manifests.flatMap(
    ({ annotations }) => annotations?.['org.opencontainers.image.ref.name'] ?? [],
  );

describe('the names of a bundle', () => {
  it.each(['names.airlock', 'names.airlock.tar'])(
    'can all be made on Windows and FAT, and no two of %s meet there (M9)',
    async (name) => {
      const folder = await tempFolder();
      await writeBundle({ place: join(folder, name), made });
      const sums = name.endsWith('.tar') ? [] : await readdir(join(folder, name), { recursive: true });
      const paths = [...(await readdir(folder)), ...sums];
      expect(paths.length).toBeGreaterThan(1);
      expect(paths.flatMap(refused)).toEqual([]);
      expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
    },
  );

  it('as tags of the layout keep to the grammar of tags, and none is there twice (M9)', () => {
    const names = refNames();
    expect(names.length).toBeGreaterThan(5);
    for (const tag of names) expect(tag).toMatch(/^[\w][\w.-]{0,127}$/);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are written with forward slashes, and with no path of the machine that packed (E5)', async () => {
    const folder = await tempFolder();
    const place = await writeBundle({ place: join(folder, 'names.airlock'), made });
    for (const file of ['SHA256SUMS', 'airlock.json', 'index.json', 'README.txt', 'oci-layout']) {
      const text = await readFile(join(place, file), 'utf8');
      expect([file, text.includes('\\\\')]).toEqual([file, false]);
      expect([file, text.includes('\r')]).toEqual([file, false]);
      expect([file, text.includes(folder), text.includes('/home/somebody')]).toEqual([file, false, false]);
    }
    expect(await readFile(join(place, 'SHA256SUMS'), 'utf8')).toMatch(/^(?:[0-9a-f]{64} {2}[\w./-]+\n)+$/);
  });
});

describe('the rule that they are held to', () => {
  it.each(['image:tag', 'aux', 'NUL.txt', 'a/b?', 'ends.', 'back\\slash', 'x'.repeat(101)])(
    'would catch %s',
    (path) => {
      expect(refused(path)).toHaveLength(1);
    },
  );
});
