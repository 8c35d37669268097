// Which platforms of an image index go across, and what becomes of the index: choices that follow from each other (FORMAT §1).
import type { Draft, IndexMode } from '../../shared/station/contents.ts';

type Choice = Pick<Draft, 'platforms' | 'index'>;

const USUAL = ['linux/amd64', 'linux/arm64'];

/** What can be chosen: all, each usual platform, both, and what the list itself names. The id is the list, joined. */
export function platformChoices({ platforms }: Choice): readonly (readonly string[])[] {
  const choices: (readonly string[])[] = [[], ['linux/amd64'], ['linux/arm64'], USUAL];
  return choices.some((choice) => choice.join() === platforms.join()) ? choices : [...choices, platforms];
}

/** Other platforms: none keeps indexes whole, one takes that child alone, several make the index smaller. */
export function withPlatforms({ index }: Choice, platforms: readonly string[]): Choice {
  if (platforms.length === 0) return { platforms: [], index: 'keep' };
  if (platforms.length > 1) return { platforms: [...platforms], index: 'rewrite' };
  return { platforms: [...platforms], index: index === 'rewrite' ? 'rewrite' : 'child' };
}

/** Another mode: a whole index names no platforms, a child is of exactly one. */
export function withIndex({ platforms }: Choice, index: IndexMode): Choice {
  const [first = 'linux/amd64', ...others] = platforms;
  if (index === 'keep') return { platforms: [], index };
  return { platforms: index === 'child' ? [first] : [first, ...others], index };
}
