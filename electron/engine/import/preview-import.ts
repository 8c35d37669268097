// A dry run: every row of the plan with what the target has under its name. Sends nothing.
import pLimit from 'p-limit';
import { onSide } from '../../../shared/errors/airlock-error.ts';
import { ERRORS } from '../../../shared/errors/codes.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { RegistryClient } from '../registry/index.ts';
import type { ImportPlan } from '../relocate/index.ts';
import type { ImportResult, MappingRow } from './import-result.ts';

/** Looks every name up. The exit code is that of the conflicts the import itself would refuse. */
export async function previewImport(
  plan: ImportPlan,
  client: RegistryClient,
  context: JobContext,
): Promise<ImportResult> {
  const lookups = pLimit(context.limits.perHost);
  const there = (
    repository: string,
    name: string,
    digest: Digest,
  ): Promise<Pick<MappingRow, 'there' | 'thereDigest'>> =>
    lookups(async () => {
      const found = await client
        .repository(plan.target.host, repository)
        .resolve(name, { signal: context.signal })
        .catch((error: unknown) => {
          throw onSide(error, 'target');
        });
      if (found === undefined) return { there: 'nothing' };
      return found.digest === digest ? { there: 'same' } : { there: 'other', thereDigest: found.digest };
    });
  const clashes = new Map(plan.conflicts.map((conflict) => [conflict.name, conflict.references]));
  const taken = new Set(plan.items);
  const rows = await Promise.all([
    ...plan.all.map(async (planned): Promise<MappingRow> => {
      const { item, repository, tag, name } = planned;
      const { digest } = item.root;
      const clash = taken.has(planned) ? clashes.get(name) : undefined;
      return {
        kind: item.kind,
        item: item.reference,
        target: name,
        digest,
        ...(await there(repository, tag ?? digest, digest)),
        ...(clash === undefined
          ? {}
          : { conflict: clash.filter((reference) => reference !== item.reference) }),
      };
    }),
    ...plan.groups
      .flatMap((group) => group.attachments)
      .map(async ({ item, subject, repository, tag, name, root }): Promise<MappingRow> => ({
        kind: item.kind,
        item: item.reference,
        attachedTo: subject,
        target: name,
        digest: root.digest,
        ...(await there(repository, tag ?? root.digest, root.digest)),
      })),
  ]);
  const refused = plan.conflicts.length > 0;
  return {
    items: [],
    rows,
    bytesSent: 0,
    bytesResent: 0,
    notes: [],
    outcome: refused ? 'failed' : 'done',
    exit: refused ? ERRORS.TARGET_CONFLICT.exit : 0,
  };
}
