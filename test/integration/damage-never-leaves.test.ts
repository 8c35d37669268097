// Whatever harm came to a bundle on its way: verify names it, import sends nothing of what it is in, serve answers nothing as whole.
import { createHash } from 'node:crypto';
import {
  cp,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { blobPath, hexOf } from '../../shared/domain/digest.ts';
import { canonicalJson } from '../../electron/engine/oci/canonical-json.ts';
import { digestOf } from '../../electron/engine/oci/digester.ts';
import { startRegistry } from '../support/built-in-registry.ts';
import { makeImage, makeReferrer, seededBytes } from '../support/make-content.ts';
import { pullContent } from '../support/plain-client.ts';
import { documentOf, runAirlock } from '../support/run-airlock.ts';
import { makeFile, makeLock, writeBundle } from '../unit/bundle/locks.ts';

const hit = makeImage({ seed: 'hit', layerSize: 200_000 });
const other = makeImage({ seed: 'other' });
const sbom = makeReferrer(hit.root, { artifactType: 'application/spdx+json', text: 'sbom' });
const made = makeLock('test', [
  {
    reference: 'registry.example/org/hit:1',
    content: hit,
    attached: [{ kind: 'referrer', subject: hit.root.digest, content: sbom }],
  },
  { reference: 'registry.example/org/other:1', content: other },
  makeFile('tool.bin', seededBytes('tool', 50_000)),
]);
const layer = hit.layers[0]?.descriptor ?? hit.root;
const layerPath = blobPath(layer.digest);
const rootPath = blobPath(hit.root.digest);

let folder: string;
let environment: Record<string, string>;
const FORMS = ['test.airlock', 'test.airlock.tar'] as const;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-harm-'));
  environment = { AIRLOCK_HOME: join(folder, 'state'), HOME: folder };
  for (const form of FORMS) await writeBundle({ place: join(folder, form), made });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let copies = 0;
async function copyOf(form: (typeof FORMS)[number]): Promise<string> {
  const at = join(folder, `${(copies += 1)}`);
  await mkdir(at);
  await cp(join(folder, form), join(at, form), { recursive: true });
  return join(at, form);
}

async function flip(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  await file.write(byte.fill((byte[0] ?? 0) ^ 1), 0, 1, at);
  await file.close();
}

/** Replaces the manifest by one with other bytes, everything that names it brought into line, as somebody who means harm does. */
async function replaceManifest(place: string, text: string): Promise<void> {
  const digest = digestOf(text);
  const front = join(place, 'airlock.json');
  const json = JSON.parse(
    (await readFile(front, 'utf8'))
      .replaceAll(hit.root.digest, digest)
      .replaceAll(`"size":${hit.root.size}}`, `"size":${text.length}}`),
  ) as { blobs: { digest: string }[] };
  json.blobs.sort((one, two) => (one.digest < two.digest ? -1 : 1));
  await writeFile(front, canonicalJson(json));
  await rm(join(place, rootPath));
  await writeFile(join(place, blobPath(digest)), text);
  const sums = (await readFile(join(place, 'SHA256SUMS'), 'utf8'))
    .trimEnd()
    .split('\n')
    .filter((line) => !line.endsWith(rootPath) && !line.endsWith('  airlock.json'));
  const sum = createHash('sha256').update(canonicalJson(json)).digest('hex');
  sums.push(`${hexOf(digest)}  ${blobPath(digest)}`, `${sum}  airlock.json`);
  sums.sort((one, two) => (one.slice(66) < two.slice(66) ? -1 : 1));
  await writeFile(join(place, 'SHA256SUMS'), `${sums.join('\n')}\n`);
}

interface Harm {
  readonly name: string;
  readonly form: (typeof FORMS)[number];
  readonly harm: (place: string) => Promise<void>;
  /** What the message and the list of files call it. */
  readonly named: RegExp;
}

const HARMS: readonly Harm[] = [
  {
    name: 'one missing blob',
    form: 'test.airlock',
    harm: (place) => rm(join(place, layerPath)),
    named: new RegExp(layerPath),
  },
  {
    name: 'one truncated file',
    form: 'test.airlock',
    harm: (place) => truncate(join(place, layerPath), 100_000),
    named: new RegExp(layerPath),
  },
  {
    name: 'one extra file',
    form: 'test.airlock',
    harm: (place) => writeFile(join(place, 'install.sh'), 'x'),
    named: /install\.sh/,
  },
  {
    name: 'a link in place of a blob',
    form: 'test.airlock',
    harm: async (place) => {
      await rename(join(place, layerPath), join(place, '..', 'elsewhere'));
      await symlink('../../../elsewhere', join(place, layerPath));
    },
    named: new RegExp(layerPath),
  },
  {
    name: 'a shortened tar',
    form: 'test.airlock.tar',
    harm: async (place) => truncate(place, (await readFile(place)).byteLength - 5000),
    named: /ends at byte \d+ of \d+/,
  },
  {
    name: 'a swapped manifest',
    form: 'test.airlock',
    harm: async (place) => {
      await writeFile(join(place, rootPath), other.blobs.get(other.root.digest) ?? '');
    },
    named: new RegExp(rootPath),
  },
  {
    name: 'a `Layers` beside `layers`',
    form: 'test.airlock',
    harm: (place) => {
      const text = Buffer.from(hit.blobs.get(hit.root.digest) ?? '').toString();
      return replaceManifest(place, text.replace('"layers":', '"Layers":[],"layers":'));
    },
    named: /two spellings/,
  },
  {
    name: 'CR LF in SHA256SUMS',
    form: 'test.airlock',
    harm: async (place) => {
      const path = join(place, 'SHA256SUMS');
      await writeFile(path, (await readFile(path, 'utf8')).replaceAll('\n', '\r\n'));
    },
    named: /SHA256SUMS/,
  },
];

const airlock = (...args: readonly string[]) => runAirlock(args, { environment });

/** Serves until the bundle was asked for its blob; undefined where it was not served at all. */
async function serveAndAsk<T>(place: string, ask: (url: string) => Promise<T>): Promise<T | undefined> {
  const stop = new AbortController();
  const listening = Promise.withResolvers<string>();
  const serving = runAirlock(['serve', place, '--addr', '127.0.0.1:0', '--json'], {
    environment,
    signal: stop.signal,
    onOutput: (text) => listening.resolve((JSON.parse(text) as { url?: string }).url ?? ''),
  });
  const url = await Promise.race([listening.promise, serving.then(() => '')]);
  try {
    return url === '' ? undefined : await ask(url);
  } finally {
    stop.abort(new Error('asked'));
    await serving;
  }
}

describe('harm that is seen before the first byte', () => {
  it.each(HARMS)(
    '$name: named by every desk with exit 5; the target gets not one request, nothing is served',
    async ({ form, harm, named }) => {
      const place = await copyOf(form);
      await harm(place);
      const verified = await airlock('verify', place);
      expect(verified).toMatchObject({ code: 5 });
      expect(verified.stdout + verified.stderr).toMatch(named);

      const target = await startRegistry();
      onTestFinished(() => target.close());
      const imported = await airlock('import', place, '--to', `${target.host}/team`);
      expect(imported).toMatchObject({ code: 5 });
      expect(imported.stderr).toMatch(named);
      expect(target.requests).toEqual([]);

      expect(await serveAndAsk(place, () => Promise.resolve('listening'))).toBeUndefined();
      expect((await airlock('serve', place, '--addr', '127.0.0.1:0')).code).toBe(5);
    },
  );
});

describe('one flipped bit, which only reading every byte shows', () => {
  it.each(FORMS)('in %s is named by verify with exit 5', async (form) => {
    const place = await harmed(form);
    const verified = await airlock('verify', place, '--json');
    expect(verified).toMatchObject({ code: 5 });
    const { files, items } = documentOf(verified) as {
      files: { path: string; state: string }[];
      items: { reference: string; state: string }[];
    };
    expect(files.filter(({ state }) => state !== 'ok')).toMatchObject([
      { path: layerPath, state: 'damaged' },
    ]);
    expect(items.map(({ reference, state }) => `${reference} ${state}`)).toEqual([
      'registry.example/org/hit:1 damaged',
      'registry.example/org/other:1 ok',
      'tool.bin ok',
    ]);
  });

  it.each(FORMS)(
    'in %s lets nothing of its item appear at a target: no blob, no manifest, no tag, no SBOM',
    async (form) => {
      const place = await harmed(form);
      const target = await startRegistry();
      onTestFinished(() => target.close());
      const imported = await airlock('import', place, '--to', `${target.host}/team`);
      expect(imported).toMatchObject({ code: 5 });
      expect(imported.stdout + imported.stderr).toContain('org/hit:1');
      const repository = `${target.url}/v2/team/org/hit`;
      for (const path of [
        `blobs/${layer.digest}`,
        `manifests/${hit.root.digest}`,
        'manifests/1',
        `manifests/${sbom.root.digest}`,
      ])
        expect([path, (await fetch(`${repository}/${path}`)).status]).toEqual([path, 404]);
      const referrers = await fetch(`${repository}/referrers/${hit.root.digest}`);
      if (referrers.ok) expect(await referrers.json()).toMatchObject({ manifests: [] });
      expect((await pullContent(target.url, 'team/org/other', '1')).root).toEqual(other.root);

      const first = await startRegistry();
      onTestFinished(() => first.close());
      expect((await airlock('import', place, '--to', `${first.host}/team`, '--verify-first')).code).toBe(5);
      expect(first.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
    },
  );

  it.each(FORMS)('in %s leaves serve in no complete answer, whole or in part', async (form) => {
    const place = await harmed(form);
    const answers = await serveAndAsk(place, async (url) => {
      const blob = (digest: string) => `${url}/v2/registry.example/org/hit/blobs/${digest}`;
      const whole = await fetch(blob(layer.digest))
        .then((answer) => answer.arrayBuffer())
        .then(
          () => 'complete',
          () => 'cut off',
        );
      const part = await fetch(blob(layer.digest), { headers: { range: 'bytes=0-99' } });
      const untouched = await fetch(blob(hit.layers[1]?.descriptor.digest ?? ''));
      return [whole, part.status, digestOf(new Uint8Array(await untouched.arrayBuffer()))];
    });
    expect(answers).toEqual(['cut off', 500, hit.layers[1]?.descriptor.digest]);
  });

  async function harmed(form: (typeof FORMS)[number]): Promise<string> {
    const place = await copyOf(form);
    if (form === 'test.airlock') await flip(join(place, layerPath), 100_000);
    else
      await flip(
        place,
        (await readFile(place)).indexOf(Buffer.from(hit.blobs.get(layer.digest) ?? '')) + 100_000,
      );
    return place;
  }
});
