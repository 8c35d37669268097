// What an import came to: everything arrived, some of it did, or none; the receipt, and the way on.
import { useState } from 'react';
import type { WireError } from '../../shared/errors/wire.ts';
import type { JobItem, JobResult, JobSnapshot } from '../../shared/station/job.ts';
import type { Receipt, ReceiptItem } from '../../shared/format/receipt.ts';
import { bridge } from '../bridge/client.ts';
import { groupFailures } from '../run/run-rows.ts';
import { RowBar } from '../run/RowBar.tsx';
import { tookOf } from '../run/took.ts';
import { saveText } from '../store/browse.ts';
import { useJobs } from '../store/jobs.ts';
import { unwrap, wireOf } from '../store/unwrap.ts';
import { importTexts } from '../texts/import.ts';
import { runTexts } from '../texts/run.ts';
import type { ItemWord } from '../texts/states.ts';
import { Band } from '../ui/Band.tsx';
import { Button } from '../ui/Button.tsx';
import { Bytes } from '../ui/Bytes.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { Desk } from '../ui/Desk.tsx';
import { Digest } from '../ui/Digest.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatBytes, formatCount } from '../ui/quantities.ts';
import { Reference } from '../ui/Reference.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { BundlePanel } from './BundlePanel.tsx';
import styles from './Import.module.css';
import { NEW_IMPORT, useImport } from './import-store.ts';
import { stepsOf } from './steps.ts';

const words = importTexts.done;

interface DoneProps {
  readonly job: JobSnapshot;
  readonly items: readonly JobItem[];
  /** Null where the job failed as a whole, or its engine is gone. */
  readonly result: Extract<JobResult, { readonly desk: 'import' }> | null;
}

export function Done({ job, items, result }: DoneProps) {
  const { bundle, inspection } = useImport();
  const [error, setError] = useState<WireError | null>(null);
  const attempt = (what: () => Promise<void>): void => {
    setError(null);
    void what().catch((thrown: unknown) => setError(wireOf(thrown)));
  };
  const again = async (): Promise<void> =>
    useImport.setState({ importJob: await useJobs.getState().again(job.id) });
  const save = async (): Promise<void> => {
    const { name, text } = unwrap(
      await bridge().reports.render({ job: result?.receipt.job ?? job.id, format: 'json' }),
    );
    await saveText(name, text);
  };
  const isDone = job.state === 'done';
  const failed = result?.receipt.items.filter(({ outcome }) => outcome === 'failed').length ?? 0;
  return (
    <Desk
      desk={importTexts.desk}
      title={job.title}
      steps={stepsOf('done', !isDone)}
      headEnd={
        result !== null && (
          <Button icon="report" onPress={() => attempt(save)}>
            {words.saveReceipt}
          </Button>
        )
      }
      panel={{
        desk: importTexts.desk,
        title: job.title,
        state: isDone ? <StateWord state="imported" /> : <StateWord state={stoppedWord(job)} />,
        isLive: true,
        children: (
          <BundlePanel bundle={result?.bundle ?? bundle} inspection={inspection}>
            {result !== null && <ReceiptPlate receipt={result.receipt} />}
          </BundlePanel>
        ),
        foot: words.say,
      }}
      say={words.say}
      quiet={
        !isDone && (
          <Button variant="quiet" onPress={() => startAnother(job.id)}>
            {words.another}
          </Button>
        )
      }
      primary={
        isDone
          ? { label: words.another, onPress: () => startAnother(job.id) }
          : {
              label: failed > 0 ? words.again(formatCount(failed, 'item')) : words.goOn,
              icon: 'again',
              onPress: () => attempt(again),
            }
      }
    >
      <Outcome job={job} receipt={result?.receipt ?? null} failed={failed} />
      <div className={styles['cards']}>
        {[error, job.error].map(
          (one) =>
            one !== null &&
            job.state !== 'cancelled' && <ErrorCard key={one.code + one.message} error={one} side="import" />,
        )}
        {groupFailures(items).map(({ key, error: why }) => (
          <ErrorCard key={key} error={why} side="import" />
        ))}
      </div>
      {result !== null && <ReceiptTable receipt={result.receipt} />}
    </Desk>
  );
}

function stoppedWord({ state }: JobSnapshot): ItemWord {
  if (state === 'interrupted' || state === 'cancelled') return state;
  return state === 'partial' ? 'incomplete' : 'failed';
}

interface OutcomeProps {
  readonly job: JobSnapshot;
  readonly receipt: Receipt | null;
  readonly failed: number;
}

function Outcome({ job, receipt, failed }: OutcomeProps) {
  const items = receipt?.items.filter(({ attachedTo }) => attachedTo === undefined) ?? [];
  const of = (...outcomes: readonly ReceiptItem['outcome'][]) =>
    items.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const arrived = of('carried', 'present');
  const { target, left } = chosenOf(job);
  const skipped = items.filter(
    ({ outcome, kind, item }) => outcome === 'skipped' && !left.has(`${kind} ${item}`),
  );
  const leftOut = of('skipped') - skipped.length;
  const stayed = words.stayed(skipped.length, leftOut);
  const facts = receipt === null ? [] : [words.took(formatBytes(receipt.bytesSent), tookOf(receipt))];
  if (job.state === 'interrupted')
    return (
      <Band kind="warn" title={runTexts.interruptedTitle} sentence={runTexts.interruptedText} facts={[]} />
    );
  if (job.state === 'cancelled')
    return (
      <Band
        kind="warn"
        title={words.cancelled}
        sentence={words.cancelledSentence(formatCount(arrived, 'item'))}
        facts={facts}
      />
    );
  if (job.state === 'done')
    return (
      <Band
        kind="ok"
        title={words.imported}
        sentence={`${words.importedSentence(formatCount(arrived, 'item'), target)}${stayed}`}
        facts={[
          ...facts,
          ...(of('present') > 0 ? [words.wereThere(formatCount(of('present'), 'item'))] : []),
        ]}
      />
    );
  return arrived === 0 ? (
    <Band
      kind="fail"
      title={words.failed}
      sentence={job.error?.message ?? words.partialSentence}
      facts={facts}
    />
  ) : (
    <Band
      kind="warn"
      title={words.partial(formatCount(arrived, 'item'), String(failed))}
      sentence={`${words.partialSentence}${stayed}`}
      facts={facts}
    />
  );
}

/** Where to, and which rows the operator took out before. */
function chosenOf({ request }: JobSnapshot): { readonly target: string; readonly left: ReadonlySet<string> } {
  return request.desk === 'import'
    ? { target: request.to, left: new Set(request.left) }
    : { target: '', left: new Set() };
}

const WORD_OF: Readonly<Record<ReceiptItem['outcome'], ItemWord>> = {
  carried: 'done',
  present: 'present',
  skipped: 'skipped',
  failed: 'failed',
  cancelled: 'cancelled',
};

function ReceiptTable({ receipt }: { readonly receipt: Receipt }) {
  const [filter, setFilter] = useState('');
  const wanted = filter.toLowerCase();
  const rows = receipt.items.filter(({ item, target = '' }) =>
    `${item} ${target}`.toLowerCase().includes(wanted),
  );
  const names = receipt.items.map(({ target, digest }) => `${target ?? ''}@${digest ?? ''}`).join('\n');
  // Everything goes to one registry: its name stands once, so that the names below it are not cut for it.
  const host = receipt.items.find(({ target }) => target !== undefined)?.target?.split('/', 1)[0] ?? '';
  return (
    <>
      <RowBar
        value="items"
        onChange={() => undefined}
        tabs={[{ id: 'items', label: words.items, count: receipt.items.length }]}
        filter={filter}
        onFilter={setFilter}
      >
        <CopyButton text={names} label={words.copyNames} isWorded />
      </RowBar>
      <DataTable
        label={words.receipt}
        rows={rows}
        rowKey={({ item, target = '', attachedTo = '' }) => `${item} ${target} ${attachedTo}`}
        onCopy={({ digest }) => {
          if (digest !== undefined) void copyText(digest);
        }}
        isFaulty={({ outcome }) => outcome === 'failed'}
        below={whyOf}
        columns={[
          {
            id: 'state',
            head: words.state,
            width: 144,
            render: ({ outcome }) => <StateWord state={WORD_OF[outcome]} />,
          },
          {
            id: 'item',
            head: words.item,
            width: 'fill',
            render: ({ kind, item }) => <Reference kind={kind} reference={item} />,
          },
          {
            id: 'target',
            head: importTexts.mapping.at(host),
            width: 'fill',
            render: ({ target = '' }) => <Reference reference={target.slice(host.length + 1)} />,
          },
          {
            id: 'digest',
            head: words.digest,
            width: 124,
            render: ({ digest }) => digest !== undefined && <Digest value={digest} />,
          },
          {
            id: 'bytes',
            head: words.bytes,
            width: 96,
            align: 'end',
            render: ({ bytes }) => <Bytes value={bytes} />,
          },
        ]}
      />
    </>
  );
}

/** Why a row stayed behind; what failed has its card. */
function whyOf({ outcome, notes }: ReceiptItem) {
  const why = notes.join('; ');
  return outcome !== 'skipped' || why === '' ? null : (
    <p className={styles['below']}>{`${why.slice(0, 1).toUpperCase()}${why.slice(1)}.`}</p>
  );
}

function ReceiptPlate({ receipt }: { readonly receipt: Receipt }) {
  const of = (outcome: ReceiptItem['outcome']) =>
    receipt.items.filter((item) => item.outcome === outcome && item.attachedTo === undefined).length;
  const { run, panel } = importTexts;
  return (
    <Plate
      title={words.receipt}
      facts={[
        { term: run.sent, value: formatBytes(receipt.bytesSent), isNumber: true },
        { term: run.present, value: formatCount(of('present'), 'item'), isNumber: true },
        { term: run.resent, value: formatBytes(receipt.bytesResent), isNumber: true },
        { term: panel.took, value: tookOf(receipt), isNumber: true },
      ]}
    />
  );
}

/** The desk as it was before a bundle was chosen; the target stays. The receipt is in History. */
function startAnother(job: string): void {
  useImport.setState(({ target }) => ({ ...NEW_IMPORT, target }));
  if (useJobs.getState().jobs[job]?.ended !== null)
    void useJobs
      .getState()
      .forget(job)
      .catch(() => undefined);
}
