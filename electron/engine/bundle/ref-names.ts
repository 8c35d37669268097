// Names of entries in index.json: unique, and in the grammar of a tag, so that every tool can say them (FORMAT §4).
import { algorithmOf, hexOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { digestOf } from '../oci/digester.ts';

const LONGEST = 110;

/**
 * A name for each reference: characters outside `[A-Za-z0-9._-]` become `_`. All that were cut, that share a name, or that
 * share one with `taken`, end in 8 hex of the sha256 of their reference.
 */
export function refNamesOf(
  references: Iterable<string>,
  taken: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const slugs = new Map<string, { readonly slug: string; readonly cut: boolean }>();
  const shared = new Map<string, number>([...taken].map((name) => [name, 1]));
  for (const reference of references) {
    if (slugs.has(reference)) continue;
    const whole = reference.replaceAll(/[^A-Za-z0-9._-]/gu, '_').replace(/^(?=[.-])/, '_');
    const slug = whole.slice(0, LONGEST);
    slugs.set(reference, { slug, cut: slug !== whole });
    shared.set(slug, (shared.get(slug) ?? 0) + 1);
  }
  return new Map(
    [...slugs].map(([reference, { slug, cut }]) => [
      reference,
      cut || shared.get(slug) !== 1 ? `${slug}-${hexOf(digestOf(reference)).slice(0, 8)}` : slug,
    ]),
  );
}

/** The name of the index that lists a subject's referrers (distribution-spec, Referrers Tag Schema). */
export function referrersName(subject: Digest): string {
  return `${algorithmOf(subject)}-${hexOf(subject).slice(0, 64)}`;
}
