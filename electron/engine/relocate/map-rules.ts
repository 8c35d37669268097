// The `--map` choice: how names of a bundle become names at a target, and the file that holds rules of one's own.
import { load } from 'js-yaml';
import { z } from 'zod';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';

/** A source prefix, ending in `/` or naming one whole repository, and what stands at the target in its place. */
export interface MapRule {
  readonly from: string;
  readonly to: string;
}

export type MapMode = 'default' | 'keep-host' | readonly MapRule[];

const MAXIMUM_BYTES = 1024 * 1024;
const RulesFile = z.record(z.string().min(1), z.string());

/**
 * Parses a rules file: YAML or JSON, one mapping from a source prefix to its replacement under the target's prefix.
 *
 *     docker.io/library/: base/          # docker.io/library/nginx goes to base/nginx
 *     quay.io/jetstack/cert-manager: pki/cert-manager
 *
 * A prefix that ends in `/` takes everything below it, another one the repository of that name and what is below it.
 * The longest that fits decides; what none fits goes where it goes by default. Files keep their own rule.
 * Throws USAGE, naming the file.
 */
export function parseMapRules(text: string, file: string): readonly MapRule[] {
  const refuse = (why: string, cause?: unknown): AirlockError =>
    new AirlockError('USAGE', `${file} holds no mapping rules: ${why}.`, {
      cause,
      remedy: 'Write one line a rule, as `docker.io/library/: base/`.',
    });
  if (text.length > MAXIMUM_BYTES) throw refuse('it is larger than 1 MiB');
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    throw refuse('it is neither YAML nor JSON, or names a prefix twice', error);
  }
  const parsed = RulesFile.safeParse(value);
  if (!parsed.success) throw refuse('it is not one mapping from prefixes to replacements');
  const rules = Object.entries(parsed.data).map(([from, to]) => ({ from, to }));
  if (rules.length === 0) throw refuse('it is empty');
  for (const { from, to } of rules) {
    if (from.includes('://')) throw refuse(`"${from}" has a scheme; write it without`);
    if (to.startsWith('/') || to.includes('://'))
      throw refuse(`"${to}" is no path under the target; write it without host and leading slash`);
    if (from.endsWith('/') !== (to.endsWith('/') || to === ''))
      throw refuse(`"${from}" and "${to}" must both end in a slash, or neither`);
  }
  return rules.toSorted((a, b) => b.from.length - a.from.length || (a.from < b.from ? -1 : 1));
}

/** The name that the rules give a full source name, or undefined where none fits. Rules as `parseMapRules` sorts them. */
export function applyMapRules(rules: readonly MapRule[], source: string): string | undefined {
  for (const { from, to } of rules) {
    if (source === from) return to;
    if (from.endsWith('/') ? source.startsWith(from) : source.startsWith(`${from}/`))
      return `${to}${source.slice(from.length)}`;
  }
  return undefined;
}
