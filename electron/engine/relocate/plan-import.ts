// The plan of an import: every item and everything attached to it, each with its name at the target, before a byte moves.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Attached, LockItem } from '../../../shared/format/lock.ts';
import { targetName } from './target-name.ts';
import type { NamingOptions } from './target-name.ts';
import type { Target } from './target.ts';

/** An item as a lock of a sealed bundle has it: resolved. */
export type ResolvedItem = LockItem & { readonly root: Descriptor };

export interface PlannedItem {
  readonly item: ResolvedItem;
  readonly repository: string;
  readonly tag: string | undefined;
  /** `registry.example/team/app:1.0`, or `…@sha256:…` where it goes by digest alone. */
  readonly name: string;
  /** What must be there before the item's own tag, in the order to push it. Shared with other items of the repository. */
  readonly attached: readonly PlannedAttachment[];
}

/** A referrer or signature tag in one repository: once for each repository that holds its subject. */
export interface PlannedAttachment {
  readonly kind: Attached['kind'];
  readonly subject: Digest;
  readonly root: Descriptor;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly name: string;
  /** The first item that brought it, for the receipt. */
  readonly item: ResolvedItem;
  readonly subjectDropped: boolean;
  /** Another content already has this tag within the bundle: it concerns this signature alone. */
  readonly conflict: string | undefined;
}

/** Several references on one name with different digests. */
export interface NameConflict {
  readonly name: string;
  readonly references: readonly string[];
}

export interface ImportPlan {
  readonly target: Target;
  readonly items: readonly PlannedItem[];
  readonly attached: readonly PlannedAttachment[];
  readonly conflicts: readonly NameConflict[];
}

/**
 * Names everything (FORMAT §5). `childrenOf` gives the manifests that an index points to, so that a signature of one
 * platform follows into every repository that holds this platform. Conflicts are returned, not thrown, so that a dry
 * run can show them among the rest: see `refuseConflicts`. Throws REFERENCE_INVALID for a name no registry would take.
 */
export function planImport(
  items: readonly ResolvedItem[],
  childrenOf: (digest: Digest) => readonly Digest[],
  target: Target,
  options: NamingOptions,
): ImportPlan {
  const claims = new Map<string, { digest: Digest; references: string[]; clash: boolean }>();
  const named = items.map((item) => {
    const { repository, tag } = targetName(item, item.root.digest, target, options);
    const name = fullName(target, repository, tag, item.root.digest);
    if (tag !== undefined) {
      const claim = claims.get(name) ?? { digest: item.root.digest, references: [], clash: false };
      claim.references.push(item.reference);
      claim.clash ||= claim.digest !== item.root.digest;
      claims.set(name, claim);
    }
    return { item, repository, tag, name };
  });

  const bySubject = attachmentsBySubject(items);
  const attached = new Map<string, PlannedAttachment>();
  const tagOwners = new Map([...claims].map(([name, claim]) => [name, claim.digest]));
  const attach = (from: Attached, item: ResolvedItem, repository: string): PlannedAttachment => {
    const tag = from.kind === 'tag' ? from.tag : undefined;
    const name = fullName(target, repository, tag, from.root.digest);
    const key = `${name} ${from.root.digest}`;
    const known = attached.get(key);
    if (known !== undefined) return known;
    const owner = tag === undefined ? undefined : tagOwners.get(name);
    if (tag !== undefined && owner === undefined) tagOwners.set(name, from.root.digest);
    const planned: PlannedAttachment = {
      kind: from.kind,
      subject: from.subject,
      root: from.root,
      repository,
      tag,
      name,
      item,
      subjectDropped: from.subjectDropped === true,
      conflict: owner === undefined || owner === from.root.digest ? undefined : owner,
    };
    attached.set(key, planned);
    return planned;
  };

  const planned = named.map((entry) => {
    const own: PlannedAttachment[] = [];
    const seen = new Set<Digest>();
    const visit = (digest: Digest): void => {
      if (seen.has(digest)) return;
      seen.add(digest);
      for (const from of bySubject.get(digest) ?? []) take(from);
      for (const child of childrenOf(digest)) visit(child);
    };
    const take = (from: Attached): void => {
      const attachment = attach(from, entry.item, entry.repository);
      if (own.includes(attachment)) return;
      own.push(attachment);
      visit(from.root.digest);
    };
    for (const from of entry.item.attached ?? []) if (from.subjectDropped === true) take(from);
    visit(entry.item.root.digest);
    return { ...entry, attached: own };
  });

  return {
    target,
    items: planned,
    attached: [...attached.values()],
    conflicts: [...claims]
      .filter(([, claim]) => claim.clash)
      .map(([name, claim]) => ({ name, references: claim.references })),
  };
}

/** Throws TARGET_CONFLICT that names every conflict of the plan. */
export function refuseConflicts(plan: ImportPlan): void {
  if (plan.conflicts.length === 0) return;
  const told = plan.conflicts.map(
    (conflict) => `${conflict.references.join(' and ')} would both become ${conflict.name}`,
  );
  throw new AirlockError('TARGET_CONFLICT', `${told.join('; ')}.`, {
    details: { names: plan.conflicts.map((conflict) => conflict.name) },
  });
}

function fullName(target: Target, repository: string, tag: string | undefined, digest: Digest): string {
  return `${target.host}/${repository}${tag === undefined ? `@${digest}` : `:${tag}`}`;
}

function attachmentsBySubject(items: readonly ResolvedItem[]): Map<Digest, Attached[]> {
  const bySubject = new Map<Digest, Attached[]>();
  const known = new Set<string>();
  for (const { attached } of items)
    for (const entry of attached ?? []) {
      const key = `${entry.kind} ${entry.subject} ${entry.tag ?? ''} ${entry.root.digest}`;
      if (known.has(key)) continue;
      known.add(key);
      bySubject.set(entry.subject, [...(bySubject.get(entry.subject) ?? []), entry]);
    }
  return bySubject;
}
