// `npm run bench`: Airlock beside every peer on PATH, for the same work, in one run. Medians of interleaved runs.
//   --size 1GiB   the five big images together      --runs 7        runs of each tool
//   --only a,b    pack-big, pack-big-tls, pack-small, import-big, import-small, verify, memory
//   --dir DIR     where to work (default: memory if it has room, so that no disk decides)
//   --json FILE   the figures as JSON                --write         put them into BENCH.md
import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, statfsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { program, startDockerRegistry } from '../support/programs.ts';
import type { RegistryOptions, RunningRegistry } from '../support/programs.ts';
import { pushBigImages, pushSmallImages } from './content.ts';
import { measure, median } from './measure.ts';
import type { Command, Measured } from './measure.ts';
import { PEERS, regctlConfig, slug } from './peers.ts';
import type { Peer, Work } from './peers.ts';
import { report, sectionOf } from './report.ts';
import type { Figures, Row } from './report.ts';

const AIRLOCK = fileURLToPath(new URL('../../out/airlock.mjs', import.meta.url));
const GiB = 1024 ** 3;

const { values: options } = parseArgs({
  options: {
    size: { type: 'string', default: '1GiB' },
    runs: { type: 'string', default: '7' },
    only: { type: 'string' },
    dir: { type: 'string' },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

const sizeBytes = parseSize(options.size);
const runs = Number(options.runs);
const wanted = options.only?.split(',');
const rows: Row[] = [];

const place =
  options.dir ?? (existsSync('/dev/shm') && roomOf('/dev/shm') > 6 * sizeBytes ? '/dev/shm' : tmpdir());
const disk = tmpdir();
const folder = await mkdtemp(join(place, 'airlock-bench-'));
// Registries and tools keep their temporary files where the bench works.
process.env['TMPDIR'] = folder;
try {
  for (const [name, scenario] of Object.entries({
    'pack-big': () => packing('pack-big', 'big', false),
    'pack-big-tls': () => packing('pack-big-tls', 'big', true),
    'pack-small': () => packing('pack-small', 'small', false),
    'import-big': () => importing('import-big', 'big'),
    'import-small': () => importing('import-small', 'small'),
    verify: verifying,
    memory: memory,
  }))
    if (wanted?.includes(name) ?? name !== 'memory') {
      console.error(`bench: ${name}`);
      await scenario();
    }
  const figures: Figures = {
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / GiB)} GiB, Linux, Node ${process.versions.node}, in ${place}`,
    date: new Date().toISOString().slice(0, 10),
    size: options.size,
    runs,
    rows,
  };
  const text = report(figures);
  console.log(text);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(figures, undefined, 2)}\n`);
  if (options.write) {
    const page = fileURLToPath(new URL('../../BENCH.md', import.meta.url));
    // The station is measured by itself.
    const station = sectionOf(await readFile(page, 'utf8'), '## Station');
    await writeFile(page, `${text.trimEnd()}\n\n${station}`.trimEnd().concat('\n'));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function withRegistry<T>(
  how: RegistryOptions,
  use: (registry: RunningRegistry) => Promise<T>,
): Promise<T> {
  const registry = await startDockerRegistry(how);
  try {
    return await use(registry);
  } finally {
    await registry.close();
  }
}

/** Our own command, in its built form, with a state folder of its own. */
function airlock(args: readonly string[]): Command {
  return {
    path: process.execPath,
    args: [AIRLOCK, ...args, '--quiet'],
    env: { AIRLOCK_HOME: join(folder, 'state') },
  };
}

async function writeList(images: readonly string[], host: string): Promise<string> {
  const path = join(folder, 'list.yaml');
  const lines = images.map((image) => `  - ${host}/${image}`);
  await writeFile(
    path,
    ['apiVersion: airlock/v1', 'kind: TransferList', 'metadata: {name: bench}', 'images:', ...lines, ''].join(
      '\n',
    ),
  );
  return path;
}

interface Contender {
  readonly name: string;
  readonly commands: (work: Work) => readonly Command[];
}

/** The peers that this machine has. */
function peers(commands: (peer: Peer, path: string) => Contender['commands']): readonly Contender[] {
  return PEERS.flatMap((peer) => {
    const found = program(peer.name);
    return found === undefined ? [] : [{ name: peer.name, commands: commands(peer, found.path) }];
  });
}

function packers(list: string, caFile: string | undefined): readonly Contender[] {
  return [
    {
      name: 'airlock',
      commands: (work) => {
        const trust = caFile === undefined ? [] : ['--ca', `${work.host}=${caFile}`];
        return [airlock(['pack', list, '-o', join(work.folder, 'bench.airlock'), ...trust])];
      },
    },
    ...peers((peer, path) => (work) => peer.pack(path, work)),
  ];
}

async function packing(name: string, kind: Kind, tls: boolean): Promise<void> {
  await withRegistry(tls ? { tls: true } : {}, async (registry) => {
    const { caFile } = registry;
    const images = await pushImages(kind, registry, sizeBytes);
    const list = await writeList(images, registry.host);
    await contest(name, packers(list, caFile), async (contender, run) => {
      const own = join(folder, `${contender.name}-${run}`);
      await mkdir(own);
      const measured = await measure(
        await prepared(contender, { host: registry.host, images, folder: own, caFile, packed: '' }),
      );
      await rm(own, { recursive: true, force: true });
      return [measured];
    });
  });
}

type Kind = 'big' | 'small';

function pushImages(kind: Kind, registry: RunningRegistry, bytes: number): Promise<readonly string[]> {
  const at = { host: registry.host, ...(registry.ca === undefined ? {} : { ca: registry.ca }) };
  return kind === 'big' ? pushBigImages(at, bytes) : pushSmallImages(at, 200);
}

async function prepared(contender: Contender, work: Work): Promise<readonly Command[]> {
  await writeFile(join(folder, 'regctl.json'), regctlConfig(work));
  return contender.commands(work);
}

async function importing(name: string, kind: Kind): Promise<void> {
  const packed = new Map<string, string>();
  const images = await withRegistry({}, async (source) => {
    const pushed = await pushImages(kind, source, sizeBytes);
    const list = await writeList(pushed, source.host);
    for (const contender of packers(list, undefined)) {
      const own = join(folder, `packed-${contender.name}`);
      await mkdir(join(own, 'each'), { recursive: true });
      const work: Work = { host: source.host, images: pushed, folder: own, caFile: undefined, packed: '' };
      const commands = await prepared(contender, work);
      await measure(contender.name === 'crane' ? pullEach(commands[0]?.path ?? 'crane', work) : commands);
      packed.set(contender.name, own);
    }
    return pushed;
  });
  const contenders: readonly Contender[] = [
    {
      name: 'airlock',
      commands: (work) => [airlock(['import', join(work.packed, 'bench.airlock'), '--to', work.host])],
    },
    ...peers((peer, path) => (work) => peer.push(path, work)),
  ];
  await contest(
    name,
    contenders,
    (contender) =>
      withRegistry({}, async (target) => {
        const own = packed.get(contender.name) ?? '';
        const work: Work = { host: target.host, images, folder: own, caFile: undefined, packed: own };
        const commands = await prepared(contender, work);
        return [await measure(commands), await measure(commands)];
      }),
    [name, `${name}-again`],
  );
  for (const own of packed.values()) await rm(own, { recursive: true, force: true });
}

/** 4 GiB in 16 blobs: verify of the bundle beside one process of sha256sum -c and of openssl dgst over the same files. */
async function verifying(): Promise<void> {
  const bundle = join(folder, 'verify.airlock');
  const blobs = 16;
  for (let file = 0; file < blobs; file += 1)
    await pipeline(randomStream((4 * GiB) / blobs), createWriteStream(join(folder, `file-${file}`)));
  const list = join(folder, 'list.yaml');
  await writeFile(
    list,
    [
      'apiVersion: airlock/v1',
      'kind: TransferList',
      'metadata: {name: verify}',
      'files:',
      ...Array.from({ length: blobs }, (_, file) => `  - {path: ${join(folder, `file-${file}`)}}`),
      '',
    ].join('\n'),
  );
  await measure([airlock(['pack', list, '-o', bundle])]);
  for (let file = 0; file < blobs; file += 1) await rm(join(folder, `file-${file}`));
  const big = (await readdir(join(bundle, 'blobs', 'sha256'))).map((name) => join('blobs', 'sha256', name));
  const contenders: readonly Contender[] = [
    { name: 'airlock', commands: () => [airlock(['verify', bundle])] },
    {
      name: 'openssl dgst',
      commands: () => [{ path: 'openssl', args: ['dgst', '-sha256', ...big], cwd: bundle }],
    },
    {
      name: 'sha256sum -c',
      commands: () => [{ path: 'sha256sum', args: ['--quiet', '-c', 'SHA256SUMS'], cwd: bundle }],
    },
  ];
  await contest('verify', contenders, async (contender) => [
    await measure(contender.commands({ host: '', images: [], folder, caFile: undefined, packed: '' })),
  ]);
  await rm(bundle, { recursive: true, force: true });
}

/** Peak memory of ours at 1 GiB and at 10 GiB: equal, or it grows with the payload. On disk, for want of that much memory. */
async function memory(): Promise<void> {
  process.env['TMPDIR'] = disk;
  for (const size of [1, 10]) {
    const own = await mkdtemp(join(disk, 'airlock-bench-memory-'));
    const bundle = join(own, 'bench.airlock');
    try {
      const pack = await withRegistry({}, async (source) => {
        const list = await writeList(await pushImages('big', source, size * GiB), source.host);
        return measure([airlock(['pack', list, '-o', bundle])]);
      });
      const verify = await measure([airlock(['verify', bundle])]);
      const push = await withRegistry({}, (target) =>
        measure([airlock(['import', bundle, '--to', target.host])]),
      );
      for (const [tool, { seconds, peakBytes }] of Object.entries({ pack, verify, import: push }))
        rows.push({ scenario: `memory-${size}GiB`, tool, seconds, spread: [seconds, seconds], peakBytes });
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  }
}

/** crane pushes one layout folder an image. */
function pullEach(path: string, work: Work): readonly Command[] {
  return work.images.map((image) => ({
    path,
    args: ['pull', '--format=oci', `${work.host}/${image}`, join(work.folder, 'each', slug(image))],
  }));
}

async function contest(
  name: string,
  contenders: readonly Contender[],
  once: (contender: Contender, run: number) => Promise<readonly Measured[]>,
  scenarios: readonly string[] = [name],
): Promise<void> {
  const results = new Map(
    contenders.map((contender) => [contender.name, scenarios.map((): Measured[] => [])]),
  );
  // Run 0 warms the caches and is not counted.
  for (let run = 0; run <= runs; run += 1)
    for (const contender of contenders)
      for (const [step, measured] of (await once(contender, run)).entries())
        if (run > 0) results.get(contender.name)?.[step]?.push(measured);
  for (const [step, scenario] of scenarios.entries())
    for (const contender of contenders) {
      const measured = results.get(contender.name)?.[step] ?? [];
      const seconds = measured.map((figures) => figures.seconds);
      rows.push({
        scenario,
        tool: contender.name,
        seconds: median(seconds),
        spread: [Math.min(...seconds), Math.max(...seconds)],
        peakBytes: Math.max(...measured.map((figures) => figures.peakBytes)),
      });
      console.error(`bench:   ${scenario} ${contender.name} ${median(seconds).toFixed(2)} s`);
    }
}

function* randomStream(bytes: number): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= 2 ** 20) yield randomBytes(Math.min(left, 2 ** 20));
}

function roomOf(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(MiB|GiB)$/.exec(text);
  if (match?.[1] === undefined) throw new Error(`--size ${text}: write it as 512MiB or 1GiB`);
  return Number(match[1]) * (match[2] === 'GiB' ? GiB : GiB / 1024);
}
