// Runs the screens in the system's Chromium: one project for each host of the same specs.
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { defineConfig } from '@playwright/test';
import type { StationOptions } from '../test/e2e/station.ts';

const ROOT = join(import.meta.dirname, '..');
/**
 * The stand-in carries each message by other ways than a real host: how soon a page answers shows in the browser alone. And a
 * window has no line to lose.
 */
const ON_THE_WEB = ['large.spec.ts', 'connection.spec.ts'];

/** Nothing is downloaded: whoever runs these has a Chromium. */
function chromium(): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute), '/usr/bin'];
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome.exe'];
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
  if (found === undefined) throw new Error('No Chromium is on PATH (Debian: apt-get install chromium).');
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `npx install-electron` writes both. */
function hasElectronRuntime(): boolean {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  return existsSync(join(folder, 'path.txt')) && existsSync(join(folder, 'dist'));
}

if (!hasElectronRuntime() && process.env['TEST_WORKER_INDEX'] === undefined)
  console.log('project electron is left out: its runtime is not installed (npx install-electron)');

function reportFile(): { readonly outputFile?: string } {
  return process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] === undefined
    ? { outputFile: join(ROOT, 'test-results/e2e.json') }
    : {};
}

export default defineConfig<StationOptions>({
  testDir: join(ROOT, 'test/e2e'),
  outputDir: join(ROOT, 'test-results/files'),
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  // Specs stop clocks within a second on machines that do much else; what passes at the second try is named by the report.
  retries: process.env['CI'] === undefined ? 0 : 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // Where the report goes may be named by PLAYWRIGHT_JSON_OUTPUT_FILE.
  reporter: [['list'], ['json', reportFile()]],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromium(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'web', use: { host: 'web' }, testIgnore: 'shell*.spec.ts' },
    { name: 'standin', use: { host: 'standin' }, testIgnore: ON_THE_WEB },
    ...(hasElectronRuntime()
      ? [
          {
            name: 'electron',
            use: { host: 'electron' as const },
            testIgnore: ['shell-desktop.spec.ts', ...ON_THE_WEB],
          },
        ]
      : []),
  ],
});
