// What a list says for all of its images, between a draft that always has a mode and a list that may leave it to follow.
import type { Draft, IndexMode } from '../../../../shared/station/contents.ts';

interface ListMode {
  readonly platforms?: readonly string[];
  readonly index?: IndexMode;
}

/** The mode that platforms lead to where nobody names one (FORMAT §1). */
export function modeFor(platforms: readonly string[] | undefined): IndexMode {
  if (platforms === undefined || platforms.length === 0) return 'keep';
  return platforms.length === 1 ? 'child' : 'rewrite';
}

/**
 * `keep` sets platforms aside, and the other modes need some. What follows by itself is left out: an image with platforms of
 * its own would take a stated mode for its own too.
 */
export function modeOf({ platforms, index }: Pick<Draft, 'platforms' | 'index'>): ListMode {
  if (index === 'keep' || platforms.length === 0) return {};
  return { platforms, ...(index === modeFor(platforms) ? {} : { index }) };
}
