// Last step: what the check found, in one look, one sentence, and as many rows as there are.
import { useState } from 'react';
import type { JobResult, JobSnapshot } from '../../shared/station/job.ts';
import { SaveReportDialog } from '../reports/SaveReportDialog.tsx';
import { RowBar } from '../run/RowBar.tsx';
import { useNavigation } from '../store/navigation.ts';
import { verifyTexts } from '../texts/verify.ts';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { Plate } from '../ui/Plate.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { BundlePlates } from './BundlePlates.tsx';
import { Differences } from './Differences.tsx';
import { FileRows } from './FileRows.tsx';
import { findingsOf, sealedFiles, wholeItems } from './findings.ts';
import { FindingRows } from './FindingRows.tsx';
import { ItemRows } from './ItemRows.tsx';
import { stepsOf } from './steps.ts';
import { useFindingsActions } from './use-findings-actions.ts';
import { Verdict } from './Verdict.tsx';
import styles from './Verify.module.css';
import { checkAnother } from './verify-actions.ts';
import { useVerify, VERIFY_TABS } from './verify-store.ts';
import type { VerifyTab } from './verify-store.ts';
import { Why } from './Why.tsx';

const words = verifyTexts.findings;

export type VerifyResult = Extract<JobResult, { readonly desk: 'verify' }>;

interface FindingsProps {
  readonly job: JobSnapshot;
  readonly result: VerifyResult;
}

const PANEL_WORDS = { whole: 'intact', incomplete: 'incomplete', damaged: 'damaged' } as const;

export function Findings({ job, result }: FindingsProps) {
  const { bundle, inspection, report } = result;
  const { tab: chosen, filter, comparison, startError } = useVerify();
  const [isSaving, setSaving] = useState(false);
  const go = useNavigation((state) => state.go);
  const [findings] = useState(() => findingsOf(report));
  const isDamaged = report.verdict === 'damaged';
  const tabs = VERIFY_TABS.filter((id) => id !== 'findings' || findings.length > 0);
  const tab = chosen ?? (isDamaged && findings.length > 0 ? 'findings' : 'why');
  const show = (next: VerifyTab): void => useVerify.setState({ tab: next, filter: '' });
  const save = (): void => setSaving(true);
  const another = (): void => void checkAnother();
  useFindingsActions({ name: bundle.name, findings, jobId: job.id, save, another, show });

  const counts: Partial<Record<VerifyTab, number>> = {
    findings: findings.length,
    files: report.files.length,
    items: report.items.length,
    ...(comparison.kind === 'compared' ? { differences: comparison.value.diff.changes.length } : {}),
  };
  const [files, items] = [sealedFiles(report), wholeItems(report)];
  return (
    <Desk
      desk={verifyTexts.desk}
      title={bundle.name}
      steps={stepsOf('findings', isDamaged)}
      headEnd={
        <Button variant="quiet" onPress={another}>
          {words.another}
        </Button>
      }
      panel={{
        desk: verifyTexts.desk,
        title: bundle.name,
        state: <StateWord state={PANEL_WORDS[report.verdict]} />,
        isLive: true,
        children: (
          <BundlePlates bundle={bundle} inspection={inspection} files={files.all} isDamaged={isDamaged}>
            {report.verdict !== 'whole' && (
              <Plate
                title={verifyTexts.panel.whole}
                facts={[
                  {
                    term: verifyTexts.panel.files,
                    value: verifyTexts.panel.of(files.whole, files.all),
                    isNumber: true,
                  },
                  {
                    term: verifyTexts.panel.items,
                    value: verifyTexts.panel.of(items.whole, items.all),
                    isNumber: true,
                  },
                ]}
              />
            )}
          </BundlePlates>
        ),
      }}
      say={isDamaged ? words.sayDamaged : words.say}
      plain={
        !isDamaged && <Button onPress={() => go('import', { paths: [bundle.path] })}>{words.toImport}</Button>
      }
      primary={{ label: words.report, icon: 'report', onPress: save }}
    >
      {tab !== 'differences' && <Verdict result={result} />}
      {startError !== null && (
        <div className={styles['card']} role="alert">
          <ErrorCard error={startError} side="verify" />
        </div>
      )}
      <RowBar
        value={tab}
        onChange={show}
        tabs={tabs.map((id) => ({
          id,
          label: words.tabs[id],
          ...(counts[id] === undefined ? {} : { count: counts[id] }),
        }))}
        filter={filter}
        onFilter={(text) => useVerify.setState({ filter: text })}
      />
      {tab === 'why' && <Why job={job} result={result} onShow={show} />}
      {tab === 'findings' && <FindingRows job={job} result={result} findings={findings} />}
      {tab === 'files' && <FileRows files={report.files} />}
      {tab === 'items' && <ItemRows items={report.items} inspection={inspection} />}
      {tab === 'differences' && <Differences bundle={bundle} />}
      {isSaving && (
        <SaveReportDialog
          title={words.reportTitle(bundle.name)}
          job={result.receipt.job}
          onClose={() => setSaving(false)}
        />
      )}
    </Desk>
  );
}
