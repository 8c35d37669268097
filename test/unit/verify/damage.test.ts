// Every way a bundle comes to harm on a medium: each is named by its file and ends with exit code 5 (DESIGN §6).
import { createHash } from 'node:crypto';
import {
  cp,
  link,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobPath, hexOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { ERRORS } from '../../../shared/errors/codes.ts';
import { openBundle } from '../../../electron/engine/bundle/index.ts';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import { canonicalJson } from '../../../electron/engine/oci/canonical-json.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { runVerify } from '../../../electron/engine/verify/run-verify.ts';
import type { VerifyResult } from '../../../electron/engine/verify/verify-result.ts';
import { makeImage, makeReferrer, seededBytes } from '../../support/make-content.ts';
import { makeFile, makeLock, planOf, writeBundle } from '../bundle/locks.ts';

const image = makeImage({ seed: 'image' });
const other = makeImage({ seed: 'other' });
const referrer = makeReferrer(image.root, { artifactType: 'application/x.sbom', text: 'sbom' });
const made = makeLock('test', [
  {
    reference: 'registry.example/image:1',
    content: image,
    attached: [{ kind: 'referrer', subject: image.root.digest, content: referrer }],
  },
  { reference: 'registry.example/other:1', content: other },
  makeFile('tool.bin', seededBytes('tool', 20_000)),
]);
const layer = image.layers[0]?.descriptor ?? image.root;
const layerPath = blobPath(layer.digest);
const rootPath = blobPath(image.root.digest);
/** The index that lists the referrer. */
const derived = planOf(made).index.manifests.at(-1)?.digest ?? image.root.digest;

let folder: string;
let directory: string;
let tar: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-damage-'));
  directory = await writeBundle({ place: join(folder, 'test.airlock'), made });
  tar = await writeBundle({ place: join(folder, 'test.airlock.tar'), made });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let copies = 0;
async function copyOf(place: string): Promise<string> {
  const copy = join(folder, `${(copies += 1)}`, 'test.airlock');
  await mkdir(join(folder, `${copies}`));
  const target = place.endsWith('.tar') ? `${copy}.tar` : copy;
  await cp(place, target, { recursive: true });
  return target;
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

/** Brings SHA256SUMS into line with what the files are now, as somebody who means harm does. */
async function sumAgain(place: string, path: string): Promise<void> {
  const sums = await readFile(join(place, 'SHA256SUMS'), 'utf8');
  const sum = createHash('sha256')
    .update(await readFile(join(place, path)))
    .digest('hex');
  await writeFile(
    join(place, 'SHA256SUMS'),
    sums.replace(new RegExp(`^.{64}  ${path}$`, 'm'), `${sum}  ${path}`),
  );
}

/** What is found, by the gate of import and serve and by verify: the files with their states. */
async function judge(
  place: string,
  options: { readonly deep?: boolean; readonly strict?: boolean } = {},
): Promise<{ readonly gate: AirlockError | undefined; readonly verdict: VerifyResult | undefined }> {
  let bundle;
  try {
    bundle = await openBundle(place);
  } catch (error) {
    if (error instanceof AirlockError) return { gate: error, verdict: undefined };
    throw error;
  }
  try {
    const gate = await bundle.checkBeforeFirstByte().then(
      () => undefined,
      (error: unknown) => error as AirlockError,
    );
    const { deep = false, strict = false } = options;
    return { gate, verdict: await runVerify({ bundle, deep, strict }, quietContext()) };
  } finally {
    await bundle.close();
  }
}

const wrongOf = (verdict: VerifyResult | undefined) =>
  verdict?.files.filter(({ state }) => state !== 'ok').map(({ path, state }) => `${state} ${path}`);

describe('a bundle that is whole', () => {
  it.each(['directory', 'tar'])('is found so as a %s, to the last file', async (form) => {
    const { gate, verdict } = await judge(form === 'tar' ? tar : directory, { deep: true });
    expect(gate).toBeUndefined();
    expect(verdict).toMatchObject({ verdict: 'whole', exit: 0 });
    expect(verdict?.first[0]).toContain('unsigned');
    expect(verdict?.items.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
    expect(wrongOf(verdict)).toEqual([]);
    expect(verdict?.files.map(({ path }) => path)).toContain('SHA256SUMS');
    expect(verdict?.layersUnpacked).toBe(4);
  });

  it('stays so with what operating systems leave, which is named', async () => {
    const place = await copyOf(directory);
    await writeFile(join(place, '.DS_Store'), 'x');
    await writeFile(join(place, 'blobs', 'sha256', '._abc'), 'x');
    await writeFile(join(place, 'thumbs.db'), 'x');
    await mkdir(join(place, 'System Volume Information'));
    await writeFile(join(place, 'System Volume Information', 'tracking.log'), 'x');
    const { gate, verdict } = await judge(place);
    expect(gate).toBeUndefined();
    expect(verdict).toMatchObject({ verdict: 'whole', exit: 0 });
    expect(wrongOf(verdict)).toEqual([
      'litter .DS_Store',
      'litter System Volume Information',
      'litter blobs/sha256/._abc',
      'litter thumbs.db',
    ]);
    expect((await judge(place, { strict: true })).verdict).toMatchObject({ verdict: 'damaged', exit: 5 });
  });

  it('may carry signatures, of which it is said that nobody checks them yet', async () => {
    const place = await copyOf(directory);
    await mkdir(join(place, 'signatures'));
    await writeFile(join(place, 'signatures', 'packer.sshsig'), 'x');
    const { gate, verdict } = await judge(place);
    expect(gate).toBeUndefined();
    expect(verdict?.first).toContainEqual(expect.stringContaining('checks none'));
  });
});

interface Harm {
  readonly name: string;
  readonly harm: (place: string) => Promise<void>;
  /** `state path` of everything that is not ok; undefined where the bundle can't be opened at all. */
  readonly found: readonly string[] | undefined;
  /** Named by the error. */
  readonly named: string;
  /** Found by the gate before the first byte, without reading layers. */
  readonly gate: boolean;
}

const HARMS: readonly Harm[] = [
  {
    name: 'one flipped bit in a layer',
    harm: (place) => flip(join(place, layerPath), 50),
    found: [`damaged ${layerPath}`],
    named: layerPath,
    gate: false,
  },
  {
    name: 'one flipped bit in a manifest',
    harm: (place) => flip(join(place, rootPath), 50),
    found: [`damaged ${rootPath}`],
    named: rootPath,
    gate: true,
  },
  {
    name: 'one flipped bit in README.txt',
    harm: (place) => flip(join(place, 'README.txt'), 50),
    found: ['damaged README.txt'],
    named: 'README.txt',
    gate: true,
  },
  {
    name: 'one flipped bit in airlock.json',
    harm: async (place) => {
      const path = join(place, 'airlock.json');
      await writeFile(path, (await readFile(path, 'utf8')).replace('"name":"test"', '"name":"tess"'));
    },
    found: ['damaged airlock.json'],
    named: 'airlock.json',
    gate: true,
  },
  {
    name: 'an airlock.json that is no JSON any more',
    harm: (place) => flip(join(place, 'airlock.json'), 0),
    found: undefined,
    named: 'airlock.json',
    gate: true,
  },
  {
    name: 'a missing blob',
    harm: (place) => rm(join(place, layerPath)),
    found: [`missing ${layerPath}`],
    named: layerPath,
    gate: true,
  },
  {
    name: 'a missing SHA256SUMS',
    harm: (place) => rm(join(place, 'SHA256SUMS')),
    found: undefined,
    named: 'SHA256SUMS',
    gate: true,
  },
  {
    name: 'a missing README.txt',
    harm: (place) => rm(join(place, 'README.txt')),
    found: ['missing README.txt'],
    named: 'README.txt',
    gate: true,
  },
  {
    name: 'a truncated blob (P11)',
    harm: (place) => truncate(join(place, layerPath), 100),
    found: [`damaged ${layerPath}`],
    named: `${layerPath} is truncated: it ends at byte 100 of ${layer.size}`,
    gate: true,
  },
  {
    name: 'an extra file beside the others',
    harm: (place) => writeFile(join(place, 'install.sh'), 'x'),
    found: ['unexpected install.sh'],
    named: 'install.sh',
    gate: true,
  },
  {
    name: 'an extra file among the blobs',
    harm: (place) => writeFile(join(place, 'blobs', 'sha256', hexOf(digestOf('new'))), 'new'),
    found: [`unexpected ${blobPath(digestOf('new'))}`],
    named: blobPath(digestOf('new')),
    gate: true,
  },
  {
    name: 'an extra folder, whose files are named too',
    harm: async (place) => {
      await mkdir(join(place, 'extra'));
      await writeFile(join(place, 'extra', 'file'), 'x');
    },
    found: ['unexpected extra', 'unexpected extra/file'],
    named: 'extra/file',
    gate: true,
  },
  {
    name: 'a link in place of a blob, though it leads to the right bytes',
    harm: async (place) => {
      const blob = join(place, layerPath);
      await rename(blob, join(place, '..', 'elsewhere'));
      await symlink('../../../elsewhere', blob);
    },
    found: [`damaged ${layerPath}`],
    named: `${layerPath} is a link`,
    gate: true,
  },
  {
    name: 'a link in place of the folder of blobs',
    harm: async (place) => {
      await rename(join(place, 'blobs'), join(place, '..', 'elsewhere'));
      await symlink('../elsewhere', join(place, 'blobs'));
    },
    found: [
      'damaged blobs',
      ...[...made.bytes.keys(), ...Object.keys(made.lock.manifests)].map(
        (digest) => `missing ${blobPath(digest as Digest)}`,
      ),
      `missing ${blobPath(derived)}`,
    ].sort((one, two) => (one.split(' ')[1] ?? '').localeCompare(two.split(' ')[1] ?? '')),
    named: 'blobs is a link',
    gate: true,
  },
  {
    name: 'a manifest swapped for another one',
    harm: async (place) => {
      await rm(join(place, rootPath));
      await link(join(place, blobPath(other.root.digest)), join(place, rootPath));
    },
    found: [`damaged ${rootPath}`],
    named: rootPath,
    gate: true,
  },
  {
    name: 'CR LF in SHA256SUMS',
    harm: async (place) => {
      const path = join(place, 'SHA256SUMS');
      await writeFile(path, (await readFile(path, 'utf8')).replaceAll('\n', '\r\n'));
    },
    found: ['damaged SHA256SUMS'],
    named: 'SHA256SUMS line 1 ends in CR LF',
    gate: true,
  },
  {
    name: 'a SHA256SUMS that forgets a blob',
    harm: async (place) => {
      const path = join(place, 'SHA256SUMS');
      const lines = (await readFile(path, 'utf8')).split('\n');
      await writeFile(path, lines.filter((line) => !line.endsWith(layerPath)).join('\n'));
    },
    found: ['damaged SHA256SUMS'],
    named: `SHA256SUMS does not list ${layerPath}`,
    gate: true,
  },
  {
    name: 'an extra file that SHA256SUMS was made to list',
    harm: async (place) => {
      await writeFile(join(place, 'zz'), 'x');
      const path = join(place, 'SHA256SUMS');
      await writeFile(path, `${await readFile(path, 'utf8')}${hexOf(digestOf('x'))}  zz\n`);
    },
    found: ['unexpected zz'],
    named: 'zz is listed by SHA256SUMS and not by airlock.json',
    gate: true,
  },
  {
    name: 'an index.json that names another root, its sum brought into line',
    harm: async (place) => {
      const path = join(place, 'index.json');
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace(image.root.digest, other.root.digest));
      await sumAgain(place, 'index.json');
    },
    found: ['damaged index.json'],
    named: 'index.json does not agree',
    gate: true,
  },
  {
    name: 'an airlock.json with a key twice, its sum brought into line',
    harm: async (place) => {
      const path = join(place, 'airlock.json');
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace('"name":"test",', '"name":"evil","name":"test",'));
      await sumAgain(place, 'airlock.json');
    },
    found: ['damaged airlock.json'],
    named: 'airlock.json does not agree',
    gate: true,
  },
  {
    name: 'an oci-layout of another version, its sum brought into line',
    harm: async (place) => {
      await writeFile(join(place, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}');
      await sumAgain(place, 'oci-layout');
    },
    found: ['damaged oci-layout'],
    named: 'oci-layout',
    gate: true,
  },
];

describe('a damaged bundle directory', () => {
  it.each(HARMS)('is refused: $name', async ({ harm, found, named, gate }) => {
    const place = await copyOf(directory);
    await harm(place);
    const judged = await judge(place);
    if (gate) {
      expect(judged.gate?.message).toContain(named);
      expect(ERRORS[judged.gate?.code ?? 'INTERNAL'].exit).toBe(5);
    } else expect(judged.gate).toBeUndefined();
    if (found === undefined) expect(judged.verdict).toBeUndefined();
    else {
      expect(wrongOf(judged.verdict)).toEqual(found);
      expect(judged.verdict).toMatchObject({ verdict: 'damaged', exit: 5 });
    }
  });

  it('tells of each finding what was sealed and what lies there, as far as it was read', async () => {
    const place = await copyOf(directory);
    const flipped = join(place, layerPath);
    await flip(flipped, 3);
    await flip(join(place, rootPath), 50);
    const cut = blobPath(other.layers[0]?.descriptor.digest ?? other.root.digest);
    await truncate(join(place, cut), 100);
    const gone = blobPath(other.layers[1]?.descriptor.digest ?? other.root.digest);
    await rm(join(place, gone));
    await flip(join(place, 'README.txt'), 50);
    await writeFile(join(place, 'install.sh'), 'never sealed');
    const stranger = blobPath(digestOf('new'));
    await writeFile(join(place, stranger), 'new');
    await symlink('install.sh', join(place, 'link'));

    const { verdict } = await judge(place);
    const found = new Map(verdict?.files.map((file) => [file.path, file]));
    const hexOfFile = async (path: string) => hexOf(digestOf(await readFile(join(place, path))));
    const nameOf = (path: string) => path.slice('blobs/sha256/'.length);
    expect(found.get(layerPath)).toEqual({
      path: layerPath,
      size: layer.size,
      state: 'damaged',
      why: 'has other bytes than its name says',
      sha256: nameOf(layerPath),
      foundSize: layer.size,
      foundSha256: await hexOfFile(layerPath),
    });
    expect(found.get(rootPath)).toMatchObject({
      sha256: nameOf(rootPath),
      foundSize: image.root.size,
      foundSha256: await hexOfFile(rootPath),
    });
    // What is of another length is known by that; what is missing has nothing to tell.
    expect(found.get(cut)).toMatchObject({ sha256: nameOf(cut), foundSize: 100 });
    expect(found.get(cut)).not.toHaveProperty('foundSha256');
    expect(found.get(gone)).toMatchObject({ state: 'missing', sha256: nameOf(gone) });
    expect(found.get(gone)).not.toHaveProperty('foundSize');
    const sums = await readFile(join(place, 'SHA256SUMS'), 'utf8');
    expect(found.get('README.txt')).toMatchObject({
      sha256: /^([0-9a-f]{64}) {2}README\.txt$/m.exec(sums)?.[1],
      foundSha256: await hexOfFile('README.txt'),
    });
    // Strangers are measured and never opened; nobody sealed them, whatever their names are.
    for (const [path, size] of [
      ['install.sh', 12],
      [stranger, 3],
    ] as const) {
      expect(found.get(path)).toMatchObject({ state: 'unexpected', foundSize: size });
      expect(found.get(path)).not.toHaveProperty('foundSha256');
      expect(found.get(path)).not.toHaveProperty('sha256');
    }
    expect(found.get('link')).not.toHaveProperty('foundSize');
    // What is as it was sealed needs no more words.
    expect(found.get('oci-layout')).not.toHaveProperty('sha256');
  });

  it('tells which items the damage is in, and which are untouched', async () => {
    const place = await copyOf(directory);
    await flip(join(place, layerPath), 3);
    const { verdict } = await judge(place);
    expect(verdict?.items).toMatchObject([
      { reference: 'registry.example/image:1', state: 'damaged', files: [layerPath] },
      { reference: 'registry.example/other:1', state: 'ok', files: [] },
      { reference: 'tool.bin', state: 'ok' },
    ]);
  });

  it('is not read further where a blob is damaged: its bytes do not leave as right ones', async () => {
    const place = await copyOf(directory);
    await truncate(join(place, layerPath), 100);
    const bundle = await openBundle(place);
    const read = async () => {
      for await (const chunk of bundle.open(layer)) expect(chunk).toBeDefined();
    };
    await expect(read()).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' });
    await bundle.close();
  });
});

describe('a manifest that two programs read in two ways', () => {
  it('is damage although every digest and sum agrees: a `Layers` beside `layers`', async () => {
    // Whoever packs such a bundle does not use this Airlock: it refuses the manifest when locking and when planning.
    const original = image.blobs.get(image.root.digest) ?? Buffer.alloc(0);
    const text = Buffer.from(original).toString().replace('"layers":', '"Layers":[],"layers":');
    const twin: Digest = digestOf(text);
    const twinned = makeLock('twin', [{ reference: 'registry.example/image:1', content: image }]);
    const place = await writeBundle({ place: join(folder, 'twin.airlock'), made: twinned });
    await rm(join(place, rootPath));
    await writeFile(join(place, blobPath(twin)), text);
    const json = JSON.parse(
      (await readFile(join(place, 'airlock.json'), 'utf8'))
        .replaceAll(image.root.digest, twin)
        .replaceAll(`"size":${image.root.size}}`, `"size":${text.length}}`),
    ) as { blobs: { digest: string }[] };
    json.blobs.sort((one, two) => (one.digest < two.digest ? -1 : 1));
    await writeFile(join(place, 'airlock.json'), canonicalJson(json));
    const sums = (await readFile(join(place, 'SHA256SUMS'), 'utf8'))
      .split('\n')
      .filter((line) => line !== '' && !line.endsWith(rootPath));
    sums.push(`${hexOf(twin)}  ${blobPath(twin)}`);
    sums.sort((one, two) => (one.slice(66) < two.slice(66) ? -1 : 1));
    await writeFile(join(place, 'SHA256SUMS'), `${sums.join('\n')}\n`);
    await sumAgain(place, 'airlock.json');
    const { gate, verdict } = await judge(place);
    expect(gate).toMatchObject({ code: 'BUNDLE_DAMAGED' });
    expect(gate?.message).toContain(blobPath(twin));
    expect(verdict?.files.find(({ path }) => path === blobPath(twin))).toMatchObject({
      state: 'damaged',
      why: expect.stringContaining('in two spellings') as string,
    });
    expect(verdict?.exit).toBe(5);
  });
});

describe('a damaged tar', () => {
  const bytesOf = () => readFile(tar);
  /** Offset of the layer's header; SHA256SUMS has its path too, with a line feed after it. */
  const headOf = (bytes: Buffer) => bytes.indexOf(`${layerPath}\0`);
  const writeTar = async (bytes: Uint8Array): Promise<string> => {
    const place = await copyOf(tar);
    await writeFile(place, bytes);
    return place;
  };

  it('that was cut short says where it ends and where it should (P11)', async () => {
    const bytes = await bytesOf();
    const place = await writeTar(bytes.subarray(0, bytes.byteLength - 700));
    await expect(openBundle(place)).rejects.toMatchObject({
      code: 'BUNDLE_TRUNCATED',
      message: expect.stringContaining(
        `ends at byte ${bytes.byteLength - 700} of ${bytes.byteLength}`,
      ) as string,
    });
  });

  it('that was cut inside its first files says so too', async () => {
    const place = await writeTar((await bytesOf()).subarray(0, 2000));
    await expect(openBundle(place)).rejects.toMatchObject({
      code: 'BUNDLE_TRUNCATED',
      message: expect.stringContaining('ends at byte 2000, inside') as string,
    });
  });

  it('of no bytes, or of another maker, is no bundle (P9)', async () => {
    await expect(openBundle(await writeTar(Buffer.alloc(0)))).rejects.toMatchObject({ code: 'NOT_A_BUNDLE' });
    await expect(openBundle(await writeTar(Buffer.alloc(4096)))).rejects.toMatchObject({
      code: 'NOT_A_BUNDLE',
    });
  });

  it('that goes on after its end is refused', async () => {
    const place = await writeTar(Buffer.concat([await bytesOf(), Buffer.alloc(512)]));
    await expect(openBundle(place)).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' });
  });

  it('names the blob with one flipped bit', async () => {
    const bytes = await bytesOf();
    const at = headOf(bytes) + 512 + 20;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const { gate, verdict } = await judge(await writeTar(bytes));
    expect(gate).toBeUndefined();
    expect(wrongOf(verdict)).toEqual([`damaged ${layerPath}`]);
    expect(verdict?.exit).toBe(5);
  });

  it('names the file whose header was changed, and opens no blob behind it', async () => {
    const bytes = await bytesOf();
    const at = headOf(bytes) + 100;
    bytes[at + 6] = '7'.charCodeAt(0);
    const place = await writeTar(bytes);
    const { gate, verdict } = await judge(place);
    expect(gate?.message).toContain(`${layerPath} has another header`);
    expect(verdict?.exit).toBe(5);
    const bundle = await openBundle(place);
    const read = async () => {
      for await (const chunk of bundle.open(layer)) expect(chunk).toBeDefined();
    };
    await expect(read()).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' });
    await bundle.close();
  });

  it('hides nothing between two files', async () => {
    const bytes = await bytesOf();
    const next = bytes.indexOf('blobs/sha256/', headOf(bytes) + 512);
    expect(layer.size % 512).not.toBe(0);
    bytes[next - 1] = 1;
    const { gate } = await judge(await writeTar(bytes));
    expect(gate?.message).toContain('belong to no file');
  });
});

describe('a path that is no bundle', () => {
  it('is told apart from a damaged one', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    await expect(openBundle(empty)).rejects.toMatchObject({ code: 'NOT_A_BUNDLE' });
    await expect(openBundle(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('a bundle of another version', () => {
  const change = async (edit: (json: Record<string, unknown>) => void): Promise<string> => {
    const place = await copyOf(directory);
    const json = JSON.parse(await readFile(join(place, 'airlock.json'), 'utf8')) as Record<string, unknown>;
    edit(json);
    await writeFile(join(place, 'airlock.json'), canonicalJson(json));
    await sumAgain(place, 'airlock.json');
    return place;
  };

  it('is refused by its number where the major version is higher', async () => {
    const place = await change((json) => (json['format'] = { major: 2, minor: 0 }));
    await expect(openBundle(place)).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringContaining('format 2') as string,
    });
  });

  it('is refused by the name of a feature that it needs', async () => {
    const place = await change((json) => (json['features'] = ['parts']));
    await expect(openBundle(place)).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringContaining('parts') as string,
    });
  });

  it('with more fields is read with a warning in a higher minor version, and refused in the same one (D9)', async () => {
    const edit = (json: Record<string, unknown>, minor: number) => {
      json['format'] = { major: 1, minor };
      json['colour'] = 'blue';
      Object.assign((json['blobs'] as object[])[0] ?? {}, { hint: 1 });
    };
    const newer = await change((json) => edit(json, 1));
    const bundle = await openBundle(newer);
    expect(bundle.warnings).toEqual([
      expect.stringContaining('blobs.0.hint'),
      expect.stringContaining('colour'),
    ]);
    await bundle.checkBeforeFirstByte();
    await bundle.close();
    const same = await change((json) => edit(json, 0));
    await expect(openBundle(same)).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' });
  });

  it('may hold more files that SHA256SUMS lists, in a higher minor version', async () => {
    const place = await change((json) => (json['format'] = { major: 1, minor: 7 }));
    await writeFile(join(place, 'zz.json'), '{}');
    const path = join(place, 'SHA256SUMS');
    await writeFile(path, `${await readFile(path, 'utf8')}${hexOf(digestOf('{}'))}  zz.json\n`);
    const { gate, verdict } = await judge(place);
    expect(gate).toBeUndefined();
    expect(verdict?.exit).toBe(0);
  });
});
