// The verdict in one look and one sentence; that nobody signed the bundle is the first thing beside it.
import { tookOf } from '../run/took.ts';
import { verifyTexts } from '../texts/verify.ts';
import { Band } from '../ui/Band.tsx';
import { Icon } from '../ui/Icon.tsx';
import { formatBytes } from '../ui/quantities.ts';
import { countsSentence, isOnlyLittered, wholeItems } from './findings.ts';
import type { VerifyResult } from './Findings.tsx';
import styles from './Verify.module.css';

const words = verifyTexts.findings;

interface VerdictProps {
  readonly result: VerifyResult;
}

export function Verdict({ result: { report, receipt } }: VerdictProps) {
  const facts = [
    <span key="unsigned" className={styles['unsigned']}>
      <Icon name="alert" size={14} />
      {words.unsigned}
    </span>,
    words.checked(formatBytes(report.totals.bytes), tookOf(receipt)),
  ];
  if (report.verdict === 'whole')
    return <Band kind="ok" title={words.intact} sentence={words.intactText} facts={facts} />;
  if (report.verdict === 'incomplete') {
    const { whole, all } = wholeItems(report);
    return (
      <Band kind="warn" title={words.incomplete} sentence={words.incompleteText(all - whole)} facts={facts} />
    );
  }
  return isOnlyLittered(report) ? (
    <Band
      kind="fail"
      title={words.littered}
      sentence={words.litteredText(report.totals.litter)}
      facts={facts}
    />
  ) : (
    <Band kind="fail" title={words.damaged} sentence={countsSentence(report.totals)} facts={facts} />
  );
}
