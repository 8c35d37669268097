// `npm test`: builds, then runs the two runners: vitest over units, screens and integration, Playwright over the stations.
// What a machine lacks is said by name, with how to get it. With AIRLOCK_TEST_REPORTS=<folder> each writes a report there.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needs, program } from './support/programs.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const reports = process.env['AIRLOCK_TEST_REPORTS'];

/** Runs a tool of the repository under this very Node. Its exit code. */
function runTool(name: string, script: string, args: readonly string[]): number {
  const { status, error } = spawnSync(process.execPath, [join(ROOT, script), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(reports === undefined ? {} : { PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, 'e2e.json') }),
    },
  });
  if (error !== undefined) console.error(`${name}: ${error.message}`);
  return status ?? 1;
}

function runVitest(): number {
  const report =
    reports === undefined ? [] : [`--outputFile.json=${join(reports, 'vitest.json')}`, '--reporter=json'];
  return runTool('vitest', 'node_modules/vitest/vitest.mjs', [
    'run',
    '--config',
    'build/vitest.config.ts',
    '--reporter=default',
    ...report,
  ]);
}

/** The specs need a browser to show the screens in, and a registry of another maker to carry to and from. */
function runPlaywright(): number {
  const absent = (['chromium', 'docker-registry'] as const).filter((name) => program(name) === undefined);
  if (absent.length === 0)
    return runTool('playwright', 'node_modules/@playwright/test/cli.js', [
      'test',
      '--config',
      'build/playwright.config.ts',
    ]);
  const specs = readdirSync(join(ROOT, 'test/e2e')).filter((name) => name.endsWith('.spec.ts'));
  for (const spec of specs) console.log(`skipped: test/e2e/${spec}: ${absent.map(needs).join(', ')}`);
  return 0;
}

const steps = [() => runTool('build', 'build/build.ts', []), runVitest, runPlaywright];
let worst = 0;
for (const [index, step] of steps.entries()) {
  const code = step();
  worst = Math.max(worst, code);
  // Nothing that was built can be tried where the build failed.
  if (index === 0 && code !== 0) break;
}
process.exitCode = worst;
