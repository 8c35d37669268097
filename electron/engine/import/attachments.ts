// Pushes referrers and signature tags after their subject, once for each subject and repository.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { notWhole } from '../jobs/item-account.ts';
import type { Ended, Outcome } from '../jobs/item-account.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { ItemNames } from '../jobs/item-names.ts';
import { itemKey } from '../relocate/index.ts';
import type { AttachmentGroup, ByHand, PlannedAttachment, ResolvedItem } from '../relocate/index.ts';
import type { BundleContents } from './bundle-contents.ts';
import { endOf, SKIPPED } from './import-result.ts';
import type { TagRule } from './tag-rule.ts';
import type { Account, Tally } from './tally.ts';
import type { TargetWriter } from './target-writer.ts';

export interface Attach {
  /**
   * Never throws: how each attachment ended is kept for `endOf`, for a bad signature is not its subject's fault.
   * `mayBeThere` asks the registry first what it lists for the subject.
   */
  (group: AttachmentGroup, options: { readonly mayBeThere: boolean }): Promise<void>;
  endOf(attachment: PlannedAttachment): Ended | undefined;
}

export function attachTo(
  writer: TargetWriter,
  contents: Pick<BundleContents, 'isWhole' | 'below'>,
  rule: TagRule,
  chosen: Pick<ByHand, 'decided'>,
  told: { readonly names: ItemNames<ResolvedItem>; readonly tally: Tally },
  context: Pick<JobContext, 'signal'>,
): Attach {
  const begun = new Map<AttachmentGroup, Promise<void>>();
  const ended = new Map<PlannedAttachment, Ended>();
  const { signal } = context;

  const listed = async (group: AttachmentGroup): Promise<ReadonlySet<Digest>> => {
    if (!group.attachments.some((attachment) => attachment.kind === 'referrer')) return new Set();
    const there = await writer.repository(group.repository).referrers(group.subject, { signal });
    return new Set(there.map((descriptor) => descriptor.digest));
  };

  const attach = async (
    attachment: PlannedAttachment,
    known: ReadonlySet<Digest>,
    account: Account,
  ): Promise<Outcome> => {
    const { repository, subject, root, tag, name } = attachment;
    if (!contents.isWhole(root.digest)) throw notWhole(name);
    if (tag === undefined) {
      if (known.has(root.digest)) return { outcome: 'present' };
      await writer.putReferrer(repository, subject, root, account);
      return { outcome: 'carried' };
    }
    if (attachment.conflict !== undefined)
      throw new AirlockError(
        'TAG_CONFLICT',
        `${name} is wanted for ${root.digest} and, in the same bundle, for ${attachment.conflict}.`,
        { remedy: 'Use `--map keep-host`, which gives the two sources repositories of their own.' },
      );
    const decided = chosen.decided?.[itemKey(attachment.item)];
    const decision = await rule.decide(writer.repository(repository), name, tag, root.digest, decided);
    if (decision === 'same') return { outcome: 'present' };
    if (decision === 'skip') return SKIPPED;
    await writer.putContent(repository, root, account);
    await writer.putManifest(repository, root, account, tag);
    return { outcome: 'carried' };
  };

  const attachGroup = async (group: AttachmentGroup, mayBeThere: boolean): Promise<void> => {
    // Without the list everything is pushed again, which is right as well: it only costs requests.
    const known = mayBeThere ? await listed(group).catch(() => new Set<Digest>()) : new Set<Digest>();
    for (const attachment of group.attachments) {
      const item = told.names.get(attachment.item) ?? attachment.item.reference;
      const carry = async (account: Account): Promise<Outcome> => {
        const end = await attach(attachment, known, account);
        if (end.outcome === 'present') told.tally.isThere(contents.below([attachment.root.digest]), account);
        return end;
      };
      ended.set(attachment, await endOf(carry, item, signal));
    }
  };

  const begin = (group: AttachmentGroup, options: { readonly mayBeThere: boolean }): Promise<void> => {
    const running = begun.get(group) ?? attachGroup(group, options.mayBeThere);
    begun.set(group, running);
    return running;
  };
  return Object.assign(begin, { endOf: (attachment: PlannedAttachment) => ended.get(attachment) });
}
