// Packages the desktop application, compares what is in it with what it needs, and starts it from there to its first paint:
// `npm run package:check`, after `npm run build`.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchStandIn } from '../test/support/electron/stand-in.ts';
import { packageApp } from './package-app.ts';

const ROOT = resolve(import.meta.dirname, '..');

const NEEDED = [
  'LICENSE',
  'out/THIRD-PARTY.txt',
  'out/engine-process.mjs',
  'out/hash-worker.mjs',
  'out/icon.png',
  'out/main.mjs',
  'out/preload.cjs',
  'out/sink-worker.mjs',
  'package.json',
];

const FUSES: Readonly<Record<string, boolean>> = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
};

export interface PackageReport {
  readonly files: readonly string[];
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  /** Those that are not as they have to be. */
  readonly fuses: readonly string[];
  /** From the start of the program to the first thing on its page. */
  readonly firstPaintMs: number;
  /** What the page shows. */
  readonly text: string;
  /** Requests that would have left the machine. */
  readonly escaped: readonly unknown[];
}

/** Throws where the configuration is not one that electron-builder takes, or where nothing comes on the screen. */
export async function checkPackage(): Promise<PackageReport> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-package-'));
  try {
    const { files, content, fuses } = await packageApp(folder);
    const needed = new Set([...NEEDED, ...(await filesBelow('out/renderer'))]);
    const begun = Date.now();
    const started = await launchStandIn({
      stateFolder: join(folder, 'state'),
      environment: { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder },
      main: join(content, 'out/main.mjs'),
      machine: { isPackaged: true },
    });
    try {
      const { page } = started;
      await page.waitForFunction(() => (document.getElementById('root')?.innerText ?? '') !== '');
      const paintedAt = await page.evaluate(async () => {
        const isPainted = () => performance.getEntriesByName('first-contentful-paint')[0];
        while (isPainted() === undefined) await new Promise((next) => requestAnimationFrame(next));
        return performance.timeOrigin + (isPainted()?.startTime ?? 0);
      });
      return {
        files,
        missing: [...needed].filter((path) => !files.includes(path)),
        unexpected: files.filter((path) => !needed.has(path)),
        fuses: Object.keys(FUSES).filter((name) => fuses[name] !== FUSES[name]),
        firstPaintMs: Math.round(paintedAt - begun),
        text: await page.locator('#root').innerText(),
        escaped: started.all('escaped'),
      };
    } finally {
      await started.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files, missing, unexpected, fuses, firstPaintMs, escaped } = await checkPackage();
  for (const path of missing) console.error(`missing: ${path}`);
  for (const path of unexpected) console.error(`not needed: ${path}`);
  for (const fuse of fuses) console.error(`not as it has to be: the fuse ${fuse}`);
  for (const url of escaped) console.error(`would have left the machine: ${String(url)}`);
  if (missing.length + unexpected.length + fuses.length + escaped.length > 0) process.exitCode = 1;
  else
    console.log(
      `${files.length} files, none missing and none too many; first paint after ${firstPaintMs} ms`,
    );
}
