// Where bundles can be had: every one on a medium, media without one, and the one that was chosen elsewhere.
import type { FoundBundle, Medium } from '../../shared/station/media.ts';

export interface BundlePlace {
  /** The bundle's path, or the medium's where none lies on it. */
  readonly key: string;
  readonly name: string;
  /** Null for a bundle that was chosen by its path. */
  readonly medium: Medium | null;
  readonly bundle: FoundBundle | null;
}

/** Folders of this machine are no media; a fixed disk is shown where a bundle lies on it. */
export function placesOf(media: readonly Medium[], selected: string | null): readonly BundlePlace[] {
  const shown = media.filter(({ removable, bundles }) => removable || bundles.length > 0);
  const places = shown.flatMap((medium): BundlePlace[] =>
    medium.bundles.length === 0
      ? [{ key: medium.path, name: medium.name, medium, bundle: null }]
      : medium.bundles.map((bundle) => ({ key: bundle.path, name: medium.name, medium, bundle })),
  );
  if (selected === null || places.some(({ key }) => key === selected)) return places;
  const parts = selected.split(/[\\/]/).filter((part) => part !== '');
  return [{ key: selected, name: parts.at(-1) ?? selected, medium: null, bundle: null }, ...places];
}
