// Runs the layer rules over the tree and fails where one is broken, or where the tool saw nothing to judge.
// dependency-cruiser without a TypeScript it knows reports "no violations (0 modules)" and is content with that.
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import type { ICruiseOptions, ICruiseResult, IForbiddenRuleType } from 'dependency-cruiser';

interface LayerReport {
  readonly modules: number;
  /** `rule: from -> to`. */
  readonly broken: readonly string[];
}

const LEAST_MODULES = 60;
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Judges the given tree (another one only in the tests of these rules). */
export async function checkLayers(root: string): Promise<LayerReport> {
  const rules = createRequire(import.meta.url)('./dependency-cruiser.cjs') as {
    readonly forbidden: IForbiddenRuleType[];
    readonly options: ICruiseOptions;
  };
  const { output } = await cruise(['electron', 'renderer', 'shared', 'test', 'build'], {
    ...rules.options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: rules.forbidden },
  });
  const { summary } = output as ICruiseResult;
  return {
    modules: summary.totalCruised,
    broken: summary.violations.map((found) => `${found.rule.name}: ${found.from} -> ${found.to}`),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { modules, broken } = await checkLayers(ROOT);
  for (const line of broken) console.error(line);
  if (modules < LEAST_MODULES) console.error(`only ${modules} modules were seen; the rules judged nothing`);
  if (broken.length > 0 || modules < LEAST_MODULES) process.exitCode = 1;
}
