// The plan of an import: every item and everything attached to it, each with its name at the target, before a byte moves.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Attached, LockItem } from '../../../shared/format/lock.ts';
import { itemKey } from './by-hand.ts';
import type { ByHand } from './by-hand.ts';
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
  /** What must be there before the item's own tag, in the order to push it. */
  readonly attached: readonly AttachmentGroup[];
}

/** A referrer or signature tag in one of the repositories that hold its subject. */
export interface PlannedAttachment {
  readonly kind: Attached['kind'];
  readonly subject: Digest;
  readonly root: Descriptor;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly name: string;
  /** The first item of the repository that holds the subject, for the receipt. */
  readonly item: ResolvedItem;
  readonly subjectDropped: boolean;
  /** The digest that has this tag already within the bundle. Concerns this signature alone. */
  readonly conflict: string | undefined;
}

/**
 * All that is attached to one subject in one repository. One object for all items of the repository that hold the
 * subject, so whoever pushes it once has pushed it for all of them.
 */
export interface AttachmentGroup {
  readonly subject: Digest;
  readonly repository: string;
  /** Referrers, then signature tags. */
  readonly attachments: readonly PlannedAttachment[];
}

/** Several references on one name with different digests. */
interface NameConflict {
  readonly name: string;
  readonly references: readonly string[];
}

export interface ImportPlan {
  readonly target: Target;
  /** What is to be pushed, in the bundle's order. */
  readonly items: readonly PlannedItem[];
  /** With what the operator left out, which claims no name and brings nothing along. */
  readonly all: readonly PlannedItem[];
  readonly groups: readonly AttachmentGroup[];
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
  options: NamingOptions & Pick<ByHand, 'left'>,
): ImportPlan {
  const left = new Set(options.left);
  const isLeft = ({ item }: { readonly item: ResolvedItem }): boolean =>
    left.size > 0 && left.has(itemKey(item));
  const claims = new Map<string, { digest: Digest; references: string[]; clash: boolean }>();
  const named = items.map((item) => {
    const { repository, tag } = targetName(item, item.root.digest, target, options);
    const name = fullName(target, repository, tag, item.root.digest);
    if (tag !== undefined && !isLeft({ item })) {
      const claim = claims.get(name) ?? { digest: item.root.digest, references: [], clash: false };
      claim.references.push(item.reference);
      claim.clash ||= claim.digest !== item.root.digest;
      claims.set(name, claim);
    }
    return { item, repository, tag, name };
  });

  const bySubject = attachmentsBySubject(items.filter((item) => !isLeft({ item })));
  const tagOwners = new Map([...claims].map(([name, claim]) => [name, claim.digest]));
  const place = (from: Attached, item: ResolvedItem, repository: string): PlannedAttachment => {
    const tag = from.kind === 'tag' ? from.tag : undefined;
    const name = fullName(target, repository, tag, from.root.digest);
    const owner = tag === undefined ? undefined : (tagOwners.get(name) ?? from.root.digest);
    if (owner !== undefined) tagOwners.set(name, owner);
    return {
      kind: from.kind,
      subject: from.subject,
      root: from.root,
      repository,
      tag,
      name,
      item,
      subjectDropped: from.subjectDropped === true,
      conflict: owner === from.root.digest ? undefined : owner,
    };
  };

  const groups = new Map<string, AttachmentGroup>();
  const groupOf = (subject: Digest, item: ResolvedItem, repository: string): AttachmentGroup | undefined => {
    const attachments = bySubject.get(subject);
    if (attachments === undefined) return undefined;
    const key = `${repository} ${subject}`;
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group = {
      subject,
      repository,
      attachments: attachments
        .toSorted((a, b) => a.kind.localeCompare(b.kind))
        .map((from) => place(from, item, repository)),
    };
    groups.set(key, group);
    return group;
  };

  const all = named.map((entry): PlannedItem => {
    if (isLeft(entry)) return { ...entry, attached: [] };
    const attached: AttachmentGroup[] = [];
    const seen = new Set<Digest>();
    const visit = (digest: Digest): void => {
      if (seen.has(digest)) return;
      seen.add(digest);
      const group = groupOf(digest, entry.item, entry.repository);
      if (group !== undefined) {
        attached.push(group);
        for (const { root } of group.attachments) visit(root.digest);
      }
      for (const child of childrenOf(digest)) visit(child);
    };
    visit(entry.item.root.digest);
    for (const { subject, subjectDropped } of entry.item.attached ?? [])
      if (subjectDropped === true) visit(subject);
    return { ...entry, attached };
  });

  return {
    target,
    items: all.filter((entry) => !isLeft(entry)),
    all,
    groups: [...groups.values()],
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
