// The first line of every verb about a bundle: its name, and that nobody signed it (FORMAT §4).
import type { BundleSummary } from '../../engine/index.ts';
import { plain } from './table.ts';

/** Name and state of signing first; then the fingerprint to compare with the packing desk, and warnings. */
export function bundleHeading(bundle: BundleSummary): readonly string[] {
  return [
    `${plain(bundle.name)}: unsigned bundle, nobody vouches for it${bundle.marking === undefined ? '' : `; marked ${plain(bundle.marking)}`}`,
    `fingerprint ${bundle.fingerprint.hex}`,
    `  in words: ${bundle.fingerprint.words}`,
    ...bundle.warnings.map((warning) => `warning: ${plain(warning)}`),
  ];
}
