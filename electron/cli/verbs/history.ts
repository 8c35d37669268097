// `airlock history`: the receipts of this machine's jobs.
import type { Receipt } from '../../../shared/format/receipt.ts';
import { withCommonOptions } from '../options.ts';
import { problemLines, receiptLines } from '../output/receipt-lines.ts';
import { formatTable } from '../output/table.ts';
import type { AddVerb, CommonOptions } from '../verb.ts';

export const addHistoryVerb: AddVerb = (program, run) => {
  withCommonOptions(program.command('history'))
    .summary('show the receipts of jobs that ran here')
    .description('Shows the receipts of the jobs that ran on this machine, or one of them.')
    .argument('[job]', 'a job, as the list names it')
    .addHelpText(
      'after',
      '\nExamples:\n  airlock history\n  airlock history 20261121T092312Z-pack-3f9c1a --json',
    )
    .action((job: string | undefined, options: CommonOptions) =>
      run('history', options, async ({ engine }) => {
        if (job !== undefined) {
          const receipt = await engine.receipt(job);
          return {
            exit: 0,
            document: { receipt },
            lines: [...receiptLines(receipt, { all: true }), ...problemLines(receipt)],
          };
        }
        const receipts = await engine.history();
        return { exit: 0, document: { receipts }, lines: historyLines(receipts) };
      }),
    );
};

function historyLines(receipts: readonly Receipt[]): readonly string[] {
  if (receipts.length === 0) return ['No job has run on this machine yet.'];
  return formatTable(
    ['job', 'bundle', 'items', 'outcome', 'exit'],
    receipts.map((receipt) => [
      receipt.job,
      receipt.bundle?.name ?? '',
      String(receipt.items.length),
      receipt.outcome,
      String(receipt.exit),
    ]),
    [2, 4],
  );
}
