// A verify report or a receipt as a file to keep, under a name that says what it is of.
import type { Receipt } from '../../../shared/format/receipt.ts';
import { visibleJson } from '../../../shared/messages/visible.ts';
import { renderReceipt } from './receipt-report.ts';
import { renderVerify } from './verify-report.ts';
import type { VerifyJobResult } from './verify-report.ts';

export interface ReportFile {
  readonly name: string;
  readonly text: string;
}

/** JSON is the document that `airlock verify --json` prints. */
export function verifyReport(result: VerifyJobResult, format: 'json' | 'html'): ReportFile {
  const { bundle, report, receipt } = result;
  const text =
    format === 'html'
      ? renderVerify(result)
      : json({ verb: 'verify', exit: receipt.exit, bundle, ...report, receipt });
  return { name: fileName(receipt, 'verify-report', format), text };
}

/** JSON is the receipt itself. */
export function receiptReport(receipt: Receipt, format: 'json' | 'html'): ReportFile {
  const text = format === 'html' ? renderReceipt(receipt) : json(receipt);
  return { name: fileName(receipt, `${receipt.desk}-receipt`, format), text };
}

function json(value: unknown): string {
  return `${visibleJson(value, 2)}\n`;
}

/** What every file system takes. */
function fileName({ bundle, job }: Receipt, kind: string, format: string): string {
  const subject = (bundle?.name ?? '').replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 80);
  return `${[subject, kind, job].filter((part) => part !== '').join('-')}.${format}`;
}
