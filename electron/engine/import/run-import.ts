// The import desk: checks a bundle, names everything at the target, and pushes what is not there yet.
import pLimit from 'p-limit';
import { AirlockError, onSide } from '../../../shared/errors/airlock-error.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { ProgressEvent } from '../../../shared/job/progress.ts';
import type { Bundle } from '../bundle/index.ts';
import { concludeItems, notWhole } from '../jobs/item-account.ts';
import type { Ended, Outcome } from '../jobs/item-account.ts';
import { nameItems, planOf } from '../jobs/item-names.ts';
import type { ItemNames } from '../jobs/item-names.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { RegistryClient } from '../registry/index.ts';
import { itemKey, planImport, refuseConflicts, requireChoices } from '../relocate/index.ts';
import type {
  AttachmentGroup,
  ByHand,
  ImportPlan,
  MapMode,
  PlannedItem,
  ResolvedItem,
  Target,
} from '../relocate/index.ts';
import { attachTo } from './attachments.ts';
import type { Attach } from './attachments.ts';
import { contentsOf } from './bundle-contents.ts';
import type { BundleContents } from './bundle-contents.ts';
import { endOf, receiptsOf, SKIPPED } from './import-result.ts';
import type { ImportResult } from './import-result.ts';
import { previewImport } from './preview-import.ts';
import { readEverything } from './read-everything.ts';
import { createTagRule } from './tag-rule.ts';
import type { TagPolicy, TagRule } from './tag-rule.ts';
import { createTally } from './tally.ts';
import type { Account } from './tally.ts';
import { createTargetWriter } from './target-writer.ts';
import type { TargetWriter } from './target-writer.ts';

export interface ImportRequest extends ByHand {
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
 * DESIGN §6 find, USAGE and REFERENCE_INVALID for what was chosen by hand, TARGET_CONFLICT, NOTHING_SELECTED, and what the target answers to a first knock. What concerns one
 * item is that item's outcome. Cancelled is an outcome too.
 */
export async function runImport(
  request: ImportRequest,
  client: RegistryClient,
  context: JobContext,
): Promise<ImportResult> {
  const { bundle, target } = request;
  try {
    requireChoices(bundle.manifest.lock.items, request);
    context.report({ kind: 'stage', stage: 'check' });
    const contents = contentsOf(
      bundle.manifest,
      await bundle.checkBeforeFirstByte({ signal: context.signal }),
    );
    const items = resolvedItems(bundle);
    const plan = planImport(items, (digest) => contents.childrenOf(digest), target, request);
    if (!request.dryRun) {
      refuseConflicts(plan);
      if (plan.items.length === 0)
        throw new AirlockError('NOTHING_SELECTED', 'Every item was left out: there is nothing to import.');
    }
    const names = tellPlan(plan, contents, context);
    if (request.verifyFirst) await readEverything(bundle, context);

    context.report({ kind: 'stage', stage: 'probe' });
    await client.ping(target.host, { signal: context.signal }).catch((error: unknown) => {
      throw onSide(error, 'target');
    });
    if (request.dryRun) return await previewImport(plan, client, context);
    return await push(request, { plan, names }, contents, client, context);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    return { items: [], rows: [], bytesSent: 0, bytesResent: 0, notes: [], ...concludeItems([], true) };
  }
}

/** Tells what each item needs on its own, and how the job calls it from now on. */
function tellPlan(plan: ImportPlan, contents: BundleContents, context: JobContext): ItemNames<ResolvedItem> {
  const planned = new Map(plan.items.map((one) => [one.item, one]));
  const names = nameItems([...planned.keys()], ({ reference }) => reference);
  context.report(
    planOf(names, (item) =>
      contents.bytesOf(contents.below(rootsOf(item, planned.get(item)?.attached ?? []))),
    ),
  );
  return names;
}

function rootsOf(item: ResolvedItem, groups: readonly AttachmentGroup[]): readonly Digest[] {
  return [
    item.root.digest,
    ...groups.flatMap(({ attachments }) => attachments.map(({ root }) => root.digest)),
  ];
}

async function push(
  request: ImportRequest,
  { plan, names }: { readonly plan: ImportPlan; readonly names: ItemNames<ResolvedItem> },
  contents: BundleContents,
  client: RegistryClient,
  context: JobContext,
): Promise<ImportResult> {
  const { bundle } = request;
  const { report, signal } = context;
  const resentBefore = client.bytesResent;
  const tally = createTally(contents, report);
  const writer = createTargetWriter(bundle, client, plan.target.host, tally, context);
  const rule = createTagRule(request.tags, context);
  const decide: Decide = ({ repository, tag, item, name }) =>
    rule.decide(
      writer.repository(repository),
      name,
      tag ?? item.root.digest,
      item.root.digest,
      request.decided?.[itemKey(item)],
    );
  const attach = attachTo(writer, contents, rule, request, { names, tally }, context);
  // What items share is sent once and mounted for the others.
  const roots = plan.items.flatMap(({ item, attached }) => rootsOf(item, attached));
  const totalBytes = contents.bytesOf(contents.below(roots));
  report({ kind: 'stage', stage: 'push', totalItems: plan.items.length, totalBytes });

  const ends = new Map<PlannedItem, Ended>();
  const run = async (planned: PlannedItem): Promise<void> => {
    const { item } = planned;
    const name = names.get(item) ?? item.reference;
    if (signal.aborted) return;
    report({ kind: 'item', item: name, state: 'running' });
    const carry = async (account: Account): Promise<Outcome> => {
      await context.pause.whenRunning(signal);
      if (!contents.isWhole(item.root.digest)) throw notWhole(item.reference);
      const end = await importItem(planned, writer, decide, attach, account);
      if (end.outcome === 'present') tally.isThere(contents.below([item.root.digest]), account);
      return end;
    };
    const end = await endOf(carry, name, signal);
    ends.set(planned, end);
    report(itemEvent(name, end));
  };
  const inFlight = pLimit(context.limits.blobs * 2);
  const sizes = new Map(
    plan.items.map((planned) => [planned, contents.bytesOf(contents.below([planned.item.root.digest]))]),
  );
  const bigFirst = plan.items.toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
  await Promise.all(bigFirst.map((planned) => inFlight(run, planned)));

  const items = receiptsOf(plan, ends, (attachment) => attach.endOf(attachment));
  const foreign = [...writer.foreign].map(
    (digest) => `foreign layer ${digest} is not in the bundle: left out`,
  );
  return {
    items,
    rows: [],
    bytesSent: items.reduce((sum, item) => sum + item.bytes, 0),
    bytesResent: client.bytesResent - resentBefore,
    notes: [...bundle.warnings, ...foreign],
    ...concludeItems(items, signal.aborted),
  };
}

function itemEvent(item: string, end: Ended): ProgressEvent {
  if (end.outcome === 'failed') return { kind: 'item', item, state: 'failed', error: toWire(end.error) };
  return { kind: 'item', item, state: end.outcome === 'carried' ? 'done' : end.outcome };
}

type Decide = (planned: PlannedItem) => ReturnType<TagRule['decide']>;

/** Content, root by digest, what is attached, the item's own tag last (FORMAT §5). */
async function importItem(
  planned: PlannedItem,
  writer: TargetWriter,
  decide: Decide,
  attach: Attach,
  account: Account,
): Promise<Outcome> {
  const { repository, tag, item, attached } = planned;
  const { root } = item;
  const decision = await decide(planned);
  if (decision === 'skip') return SKIPPED;
  if (decision === 'same') {
    for (const group of attached) await attach(group, { mayBeThere: true });
    return { outcome: 'present' };
  }
  const there = await writer.putContent(repository, root, account);
  // With nothing to attach the tag alone does it: one request less for each item.
  if (!there && (attached.length > 0 || tag === undefined))
    await writer.putManifest(repository, root, account);
  for (const group of attached) await attach(group, { mayBeThere: there });
  if (tag !== undefined) await writer.putManifest(repository, root, account, tag);
  return { outcome: 'carried' };
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
