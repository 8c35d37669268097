// The hosts of a running job: what each is at now; one that asked to wait counts down, and the others go on.
import type { JobItem, JobSnapshot } from '../../shared/station/job.ts';
import { useJobNumbers } from '../store/byte-progress.ts';
import { runTexts } from '../texts/run.ts';
import { Bar } from '../ui/Bar.tsx';
import { formatCount, formatCountdown, formatNumber, formatRate } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';
import styles from './HostTable.module.css';
import { isToCome } from './run-rows.ts';
import { useNow } from './use-now.ts';

interface HostTableProps {
  readonly job: JobSnapshot;
  readonly items: readonly JobItem[];
}

export function HostTable({ job, items }: HostTableProps) {
  const { hosts, bytesPerSecond } = useJobNumbers(job.id) ?? job.numbers;
  if (hosts.length === 0) return null;
  const toGo = runTexts.toGo(formatCount(items.filter(isToCome).length, 'item'));
  return (
    <table className={styles['hosts']} aria-label={runTexts.hosts}>
      <thead>
        <tr>
          <th>{runTexts.state}</th>
          <th>{runTexts.host}</th>
          <th>{runTexts.connection}</th>
          <th>{runTexts.quota}</th>
          <th className={styles['number']}>{runTexts.speed}</th>
        </tr>
      </thead>
      <tbody>
        {hosts.map(({ host, connections }) => {
          const wait = job.waits.find((one) => one.host === host);
          return (
            <tr key={host}>
              <td>
                <StateWord state={wait === undefined ? workOf(job) : 'waiting'} />
              </td>
              <td>
                <b>{host}</b>
                {/* Of several hosts nobody knows whose items and bytes these are. */}
                {hosts.length === 1 && <small>{toGo}</small>}
              </td>
              {wait === undefined ? (
                <>
                  <td>{connections === 0 ? runTexts.noConnection : runTexts.connections(connections)}</td>
                  <td className={styles['dim']}>{runTexts.noLimit}</td>
                </>
              ) : (
                <Wait wait={wait} />
              )}
              <td className={styles['number']}>
                {hosts.length === 1 && job.state === 'running' && formatRate(bytesPerSecond)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function workOf({ state, stage }: JobSnapshot): 'paused' | 'sending' | 'checking' {
  if (state !== 'running') return 'paused';
  return stage === 'push' ? 'sending' : 'checking';
}

function Wait({ wait: { until, seconds, why } }: { readonly wait: JobSnapshot['waits'][number] }) {
  const left = Math.max(0, (until - useNow()) / 1000);
  const done = Math.max(0, seconds - Math.ceil(left));
  return (
    <>
      <td>
        <b>{runTexts.goesOn(formatCountdown(left))}</b>
        <small title={why}>{why}</small>
      </td>
      <td>
        <Bar share={seconds === 0 ? 1 : done / seconds} state="waits" label={runTexts.quota} />
        <small>{runTexts.waited(formatNumber(done), formatNumber(seconds))}</small>
      </td>
    </>
  );
}
