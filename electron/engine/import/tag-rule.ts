// What happens where a tag at the target already names something: present, skipped, moved, or a conflict.
import { AirlockError, onSide } from '../../../shared/errors/airlock-error.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { Repository } from '../registry/index.ts';

/** `--tags`. `ask` asks the operator, and is `fail` where nobody answers. */
export type TagPolicy = 'skip' | 'fail' | 'overwrite' | 'ask';

export interface TagRule {
  /**
   * free: no such tag, or it may be moved. same: it names our digest already. skip: leave it.
   * Throws TAG_CONFLICT where it names something else and may not be moved. `decided` is what the operator said about this one.
   */
  decide(
    repository: Repository,
    name: string,
    tag: string,
    digest: Digest,
    decided: 'skip' | 'overwrite' | undefined,
  ): Promise<'free' | 'same' | 'skip'>;
}

export function createTagRule(policy: TagPolicy, context: Pick<JobContext, 'ask' | 'signal'>): TagRule {
  const ask = async (target: string, there: string, ours: string): Promise<'skip' | 'overwrite' | 'fail'> => {
    const given = await context.ask({ kind: 'tagConflict', target, there, ours });
    return given.kind === 'tagConflict' ? given.choice : 'fail';
  };
  return {
    async decide(repository, name, tag, digest, decided) {
      const there = await repository.resolve(tag, { signal: context.signal }).catch((error: unknown) => {
        throw onSide(error, 'target');
      });
      if (there === undefined) return 'free';
      if (there.digest === digest) return 'same';
      const choice = decided ?? (policy === 'ask' ? await ask(name, there.digest, digest) : policy);
      if (choice === 'overwrite') return 'free';
      if (choice === 'skip') return 'skip';
      throw new AirlockError('TAG_CONFLICT', `${name} already names ${there.digest}, not ${digest}.`, {
        details: { target: name, there: there.digest, ours: digest },
      });
    },
  };
}
