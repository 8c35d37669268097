// The whole job on this machine: two built-in registries, everything that can be carried, and a bundle that is damaged on
// purpose. Loopback only. Leaves the bundle and a page of text in demo-output/.
import { cp, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { createEngine, quietContext } from '../../electron/engine/index.ts';
import type { Digest } from '../../shared/domain/digest.ts';
import {
  makeChart,
  makeImage,
  makeIndex,
  makeLayer,
  makeReferrer,
  seededBytes,
} from '../support/make-content.ts';
import type { MadeContent } from '../support/make-content.ts';
import { pullContent, pushContent } from '../support/plain-client.ts';
import { documentOf, runAirlock } from '../support/run-airlock.ts';
import type { Ran } from '../support/run-airlock.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const OUTPUT = join(ROOT, 'demo-output');
const NAME = 'plant-demo';
const BUNDLE = join(OUTPUT, `${NAME}.airlock`);

const scratch = await mkdtemp(join(tmpdir(), 'airlock-demo-'));
const environment = { AIRLOCK_HOME: join(scratch, 'state'), HOME: scratch, PATH: '' };
const page: string[] = [];

/** Something that must hold; a demo that shows less than it says is worth nothing. */
function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the demo failed: ${what}`);
}

function say(...lines: readonly string[]): void {
  for (const line of lines) {
    page.push(line);
    process.stdout.write(`${line}\n`);
  }
}

/** Runs one command as typed, and shows it with its answer. */
async function type(args: readonly string[], expected: number): Promise<Ran> {
  const ran = await runAirlock(args, { environment });
  const short = (text: string) =>
    text.replaceAll(`${OUTPUT}/`, '').replaceAll(OUTPUT, '.').replaceAll(scratch, '/tmp');
  const answer = short(ran.stdout).trimEnd();
  say(`$ airlock ${short(args.join(' '))}`, ...answer.split('\n').map((line) => `  ${line}`.trimEnd()));
  say(`  (exit ${ran.code})`, '');
  expect(ran.code === expected, `airlock ${args.join(' ')} ended with ${ran.code}, not ${expected}`);
  return ran;
}

async function startRegistry(name: string) {
  const engine = createEngine({
    environment,
    stateFolder: join(scratch, 'state'),
    version: 'demo',
    hosts: {},
  });
  const station = await engine.serve(
    {
      bundles: [],
      addr: '127.0.0.1:0',
      writable: join(scratch, name),
      tlsCert: undefined,
      tlsKey: undefined,
    },
    quietContext(),
  );
  const { url } = station.serving;
  return { url, host: new URL(url).host, close: () => station.close() };
}

interface Made {
  readonly repository: string;
  readonly tag: string;
  readonly content: MadeContent;
}

/** Two multi-platform images that share their base, as real ones do, and a software list attached to the first. */
function makeImages(): { readonly images: readonly Made[]; readonly referrer: MadeContent } {
  const image = (seed: string, architecture: string) =>
    makeImage({
      seed,
      platform: { os: 'linux', architecture },
      base: [makeLayer({ seed: `base/${architecture}`, size: 3_000_000 })],
      layers: 2,
      layerSize: 400_000,
    });
  const both = (seed: string) =>
    makeIndex([image(seed, 'amd64'), image(seed, 'arm64')], { attestations: true });
  const historian = both('historian');
  return {
    images: [
      { repository: 'plant/historian', tag: '2.4', content: historian },
      { repository: 'plant/gateway', tag: '1.9', content: both('gateway') },
    ],
    referrer: makeReferrer(historian.root, {
      artifactType: 'application/spdx+json',
      text: '{"spdxVersion":"SPDX-2.3","name":"historian"}',
    }),
  };
}

async function writeSources(source: string, folder: string): Promise<string> {
  const chart = makeChart({ name: 'historian', version: '2.4.0', image: `${source}/plant/historian:2.4` });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, chart.fileName), chart.bytes);
  await writeFile(join(folder, 'install.sh'), '#!/bin/sh\nhelm upgrade --install historian ./historian\n');
  await writeFile(join(folder, 'firmware.bin'), seededBytes('firmware', 1_500_000));
  const list = join(folder, `${NAME}.yaml`);
  await writeFile(
    list,
    `# What the plant network needs. A real list names real registries; this demo's are on this machine.
apiVersion: airlock/v1
kind: TransferList
metadata: { name: ${NAME}, description: The whole job on one machine }
images:
  - ${source}/plant/historian:2.4
  - { ref: "${source}/plant/gateway:1.9", platforms: [linux/amd64], index: rewrite }
charts:
  - path: ./${chart.fileName}
files:
  - { path: ./install.sh, as: tools/install.sh, executable: true }
  - { path: ./firmware.bin, as: firmware/valve-7.bin }
`,
  );
  return list;
}

/** Flips one bit in the middle of the largest blob of a copy. */
async function damage(bundle: string): Promise<string> {
  const folder = join(bundle, 'blobs', 'sha256');
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const file = await open(join(folder, name));
      try {
        return { name, size: (await file.stat()).size };
      } finally {
        await file.close();
      }
    }),
  );
  const largest = sizes.toSorted((a, b) => b.size - a.size)[0];
  if (largest === undefined) throw new Error('the bundle has no blobs');
  const file = await open(join(folder, largest.name), 'r+');
  try {
    const byte = Buffer.alloc(1);
    const at = Math.floor(largest.size / 2);
    await file.read(byte, 0, 1, at);
    await file.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, at);
  } finally {
    await file.close();
  }
  return largest.name;
}

/** Digests of what came back that the source did not have, and of what the source has and did not come back. */
function differences(sent: MadeContent, back: MadeContent): readonly Digest[] {
  return [...new Set([...sent.blobs.keys(), ...back.blobs.keys()])].filter(
    (digest) => !sent.blobs.has(digest) || !back.blobs.has(digest),
  );
}

const started = performance.now();
await rm(OUTPUT, { recursive: true, force: true });
await mkdir(OUTPUT, { recursive: true });
const source = await startRegistry('source');
const target = await startRegistry('target');
try {
  const { images, referrer } = makeImages();
  for (const { repository, tag, content } of images) await pushContent(source.url, repository, content, tag);
  await pushContent(source.url, 'plant/historian', referrer, undefined);
  const list = await writeSources(source.host, OUTPUT);

  say(
    'AIRLOCK, THE WHOLE JOB',
    '',
    `The connected side is a registry at ${source.host}, the isolated side one at ${target.host}.`,
    'What follows was typed and answered on this machine, nothing left it.',
    '',
    `1. ON THE CONNECTED SIDE. ${relative(ROOT, list)} says what is wanted. Lock finds out what that is today, by digest.`,
    '',
  );
  await type(['lock', list], 0);
  say('Pack downloads it straight into a bundle on the medium. Note the fingerprint.', '');
  await type(['pack', join(OUTPUT, `${NAME}.lock.json`), '-o', OUTPUT], 0);

  say(
    '2. AT THE SECURITY DESK. Verify reads every byte again; the fingerprint must be the one that was noted.',
    '',
  );
  await type(['verify', BUNDLE], 0);
  say('Would it notice? One bit is flipped in a copy:', '');
  const copy = join(scratch, `${NAME}.airlock`);
  await cp(BUNDLE, copy, { recursive: true });
  const flipped = await damage(copy);
  const found = await type(['verify', copy], 5);
  expect(`${found.stdout}${found.stderr}`.includes(flipped), 'verify names the damaged blob');

  say(
    '3. ON THE ISOLATED SIDE. Import pushes what the registry does not have yet; nothing changes its digest.',
    '',
  );
  await type(['import', BUNDLE, '--to', `${target.host}/mirror`], 0);
  say('Again: everything is there, nothing is sent.', '');
  await type(['import', BUNDLE, '--to', `${target.host}/mirror`], 0);

  const [whole] = images;
  if (whole === undefined) throw new Error('no image');
  const back = await pullContent(target.url, `mirror/${whole.repository}`, whole.tag);
  const different = differences(whole.content, back);
  expect(different.length === 0, `${different.length} digests differ after the round trip`);
  const answer = await fetch(
    `${target.url}/v2/mirror/${whole.repository}/referrers/${whole.content.root.digest}`,
  );
  const { manifests } = (await answer.json()) as {
    readonly manifests: readonly { readonly digest: Digest }[];
  };
  expect(
    manifests.some(({ digest }) => digest === referrer.root.digest),
    'the software list is still attached',
  );
  say(
    `Pulled back from ${target.host} with another client: all ${back.blobs.size} digests of plant/historian are those of the`,
    'source, and its software list is still attached.',
    '',
    '4. NO REGISTRY THERE? `airlock serve` is one, out of the bundle itself; see also `airlock export --help`.',
    '',
  );
  const inspected = documentOf(await runAirlock(['inspect', BUNDLE, '--json'], { environment }));
  expect(inspected['exit'] === 0, 'inspect opens the bundle');
  say(
    'WHAT IS LEFT TO LOOK AT',
    '',
    `  demo-output/${NAME}.yaml        the list: start your own from it`,
    `  demo-output/${NAME}.lock.json   what it stood for today`,
    `  demo-output/${NAME}.airlock/    the bundle; README.txt in it says how to check it without Airlock:`,
    `      cd demo-output/${NAME}.airlock && sha256sum --check --strict --quiet SHA256SUMS`,
    '  demo-output/demo.txt              this page',
    '',
  );
  await writeFile(join(OUTPUT, 'demo.txt'), `${page.join('\n')}\n`);
  process.stdout.write(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s.\n`);
} finally {
  await source.close();
  await target.close();
  await rm(scratch, { recursive: true, force: true });
}
