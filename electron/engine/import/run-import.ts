// The import desk: checks a bundle, names everything at the target, and pushes what is not there yet.
import pLimit from 'p-limit';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { AirlockError, onSide } from '../../../shared/errors/airlock-error.ts';
import type { ItemState } from '../../../shared/job/progress.ts';
import type { Bundle } from '../bundle/index.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { RegistryClient } from '../registry/index.ts';
import { planImport, refuseConflicts } from '../relocate/index.ts';
import type {
  AttachmentGroup,
  ImportPlan,
  MapMode,
  PlannedItem,
  ResolvedItem,
  Target,
} from '../relocate/index.ts';
import { attachTo } from './attachments.ts';
import type { Attach } from './attachments.ts';
import { readContents, refuseIncomplete } from './bundle-contents.ts';
import type { BundleContents } from './bundle-contents.ts';
import { conclude, failed, receiptOfAttachment, receiptOfItem } from './import-result.ts';
import type { Ended, ImportResult } from './import-result.ts';
import { previewImport } from './preview-import.ts';
import { readEverything } from './read-everything.ts';
import { createTagRule } from './tag-rule.ts';
import type { TagPolicy, TagRule } from './tag-rule.ts';
import { createTargetWriter } from './target-writer.ts';
import type { TargetWriter } from './target-writer.ts';

export interface ImportRequest {
  /** Open; the caller closes it. */
  readonly bundle: Bundle;
  readonly target: Target;
  readonly tags: TagPolicy;
  /** `--verify-first`: every byte is hashed before the first one leaves. */
  readonly verifyFirst: boolean;
  /** `--dry-run`: nothing is sent; `rows` tells what would be. */
  readonly dryRun: boolean;
  readonly map: MapMode;
  /** `--no-tag`: what is known by digest alone stays without a tag. */
  readonly noTag: boolean;
}

/**
 * Runs one import. What concerns the whole throws before the first byte leaves: BUNDLE_… for what the checks of
 * DESIGN §6 find, TARGET_CONFLICT, NOTHING_SELECTED, and what the target answers to a first knock. What concerns one
 * item is that item's outcome. Cancelled is an outcome too.
 */
export async function runImport(
  request: ImportRequest,
  client: RegistryClient,
  context: JobContext,
): Promise<ImportResult> {
  const { bundle, target } = request;
  try {
    context.report({ kind: 'stage', stage: 'check' });
    await bundle.checkBeforeFirstByte({ signal: context.signal });
    const items = resolvedItems(bundle);
    const contents = await readContents(bundle, rootsOf(items), context.signal);
    const plan = planImport(items, (digest) => contents.childrenOf(digest), target, request);
    if (!request.dryRun) refuseConflicts(plan);
    if (request.verifyFirst) await readEverything(bundle, context);

    context.report({ kind: 'stage', stage: 'probe' });
    await client.ping(target.host, { signal: context.signal }).catch((error: unknown) => {
      throw onSide(error, 'target');
    });
    if (request.dryRun) return await previewImport(plan, client, context);
    return await push(request, plan, contents, client, context);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    return { items: [], rows: [], bytesSent: 0, bytesResent: 0, notes: [], ...conclude([], true) };
  }
}

async function push(
  request: ImportRequest,
  plan: ImportPlan,
  contents: BundleContents,
  client: RegistryClient,
  context: JobContext,
): Promise<ImportResult> {
  const resentBefore = client.bytesResent;
  const writer = createTargetWriter(request.bundle, client, plan.target.host, context);
  const rule = createTagRule(request.tags, context);
  const attach = attachTo(writer, rule, context);
  const bytesOf = (planned: PlannedItem): number => contents.bytesOf(planned.item.root.digest);
  const tell = (planned: PlannedItem, state: ItemState): void =>
    context.report({ kind: 'item', item: planned.item.reference, state });

  context.report({
    kind: 'stage',
    stage: 'push',
    totalItems: plan.items.length,
    totalBytes: plan.items.reduce((sum, planned) => sum + bytesOf(planned), 0),
  });
  const ended = new Map<PlannedItem, Ended>();
  const inFlight = pLimit(context.limits.blobs * 2);
  const bigFirst = plan.items.toSorted((a, b) => bytesOf(b) - bytesOf(a));
  await Promise.all(
    bigFirst.map((planned) =>
      inFlight(async () => {
        if (context.signal.aborted) return ended.set(planned, { outcome: 'cancelled' });
        tell(planned, 'running');
        const end = await importItem(planned, request.bundle, writer, rule, attach).catch(
          (error: unknown): Ended => (context.signal.aborted ? { outcome: 'cancelled' } : failed(error)),
        );
        if (end.outcome === 'present') context.report({ kind: 'bytes', bytes: bytesOf(planned) });
        tell(planned, end.outcome === 'carried' ? 'done' : end.outcome);
        return ended.set(planned, end);
      }),
    ),
  );

  const holdersOf = new Map<AttachmentGroup, PlannedItem[]>();
  for (const planned of plan.items)
    for (const group of planned.attached) holdersOf.set(group, [...(holdersOf.get(group) ?? []), planned]);
  const endOf = (planned: PlannedItem): Ended => ended.get(planned) ?? { outcome: 'cancelled' };
  const items = [
    ...plan.items.map((planned) => receiptOfItem(planned, endOf(planned))),
    ...plan.groups.flatMap((group) => {
      const holders = holdersOf.get(group) ?? [];
      return group.attachments.map((attachment) =>
        receiptOfAttachment(attachment, attach.endOf(attachment) ?? withoutSubject(holders.map(endOf))),
      );
    }),
  ];
  return {
    items,
    rows: [],
    bytesSent: items.reduce((sum, item) => sum + item.bytes, 0),
    bytesResent: client.bytesResent - resentBefore,
    notes: [
      ...request.bundle.warnings,
      ...[...writer.foreign].map(
        (digest) => `foreign layer ${digest} stays with its maker: not in the bundle`,
      ),
    ],
    ...conclude(items, context.signal.aborted),
  };
}

/** Content, root by digest, what is attached, the item's own tag last (FORMAT §5). */
async function importItem(
  planned: PlannedItem,
  bundle: Bundle,
  writer: TargetWriter,
  rule: TagRule,
  attach: Attach,
): Promise<Ended> {
  const { repository, tag, item } = planned;
  refuseIncomplete(bundle, item.reference);
  const target = writer.repository(repository);
  const decision = await rule.decide(target, planned.name, tag ?? item.root.digest, item.root.digest);
  if (decision === 'skip')
    return { outcome: 'skipped', bytes: 0, notes: ['the tag names something else there'] };
  if (decision === 'same') {
    for (const group of planned.attached) await attach(group, { mayBeThere: true });
    return { outcome: 'present', bytes: 0 };
  }
  const content = await writer.putContent(repository, item.root);
  let { bytes } = content;
  // With nothing to attach the tag alone does it: one request less for each item.
  if (!content.there && (planned.attached.length > 0 || tag === undefined))
    bytes += (await writer.putManifest(repository, item.root)).bytes;
  for (const group of planned.attached) await attach(group, { mayBeThere: content.there });
  if (tag !== undefined) bytes += (await writer.putManifest(repository, item.root, tag)).bytes;
  return { outcome: 'carried', bytes };
}

/** Every item of the lock that the bundle carries. Throws NOTHING_SELECTED, or BUNDLE_DAMAGED for one without a root. */
function resolvedItems(bundle: Bundle): readonly ResolvedItem[] {
  const { items } = bundle.manifest.lock;
  if (items.length === 0)
    throw new AirlockError('NOTHING_SELECTED', `${bundle.label} holds no items: there is nothing to import.`);
  return items.map((item) => {
    if (item.root === undefined)
      throw new AirlockError(
        'BUNDLE_DAMAGED',
        `${bundle.label}: ${item.reference} has no digest in airlock.json.`,
      );
    return { ...item, root: item.root };
  });
}

function rootsOf(items: readonly ResolvedItem[]): readonly Descriptor[] {
  return items.flatMap((item) => [item.root, ...(item.attached ?? []).map((attached) => attached.root)]);
}

/** What becomes of an attachment that was never begun: what became of the items it belongs to. */
function withoutSubject(holders: readonly Ended[]): Ended {
  const blamed = holders.find((end) => end.outcome === 'failed');
  if (blamed !== undefined) return blamed;
  return holders.every((end) => end.outcome === 'skipped')
    ? { outcome: 'skipped', bytes: 0, notes: ['its subject was skipped'] }
    : { outcome: 'cancelled' };
}
