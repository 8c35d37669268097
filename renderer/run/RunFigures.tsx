// The figures of a running job in one line, its bar with the stages below, and its speed over time.
import type { Stage } from '../../shared/job/progress.ts';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJobNumbers, useSamples } from '../store/byte-progress.ts';
import { runTexts } from '../texts/run.ts';
import { stageTexts } from '../texts/states.ts';
import { Bar } from '../ui/Bar.tsx';
import { formatAbout, formatBytes, formatRate } from '../ui/quantities.ts';
import { SpeedPlot } from '../ui/SpeedPlot.tsx';
import styles from './RunFigures.module.css';

interface RunFiguresProps {
  readonly job: JobSnapshot;
  /** The stages that a job of this desk goes through, in their order. */
  readonly stages: readonly Stage[];
}

export function RunFigures({ job, stages }: RunFiguresProps) {
  return (
    <>
      <div className={styles['figures']}>
        <Figures job={job} stages={stages} />
      </div>
      <Plot job={job} />
    </>
  );
}

function Figures({ job, stages }: RunFiguresProps) {
  const { doneBytes, totalBytes, bytesPerSecond, secondsLeft } = useJobNumbers(job.id) ?? job.numbers;
  const share = totalBytes === null ? null : totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes);
  const isHeld = job.state === 'paused' || job.state === 'asking';
  const at = stages.findIndex((stage) => stage === job.stage);
  return (
    <>
      <div className={styles['read']}>
        <div className={styles['percent']}>{runTexts.percent(Math.floor((share ?? 0) * 100))}</div>
        <div>
          <b>{formatBytes(doneBytes)}</b>
          {totalBytes !== null && runTexts.of(formatBytes(totalBytes))}
        </div>
        {isHeld ? (
          <div>
            <b>{runTexts.held[job.state === 'asking' ? 'asking' : 'paused']}</b>
          </div>
        ) : (
          <>
            <div>
              <b>{formatRate(bytesPerSecond)}</b>
            </div>
            {secondsLeft !== null && (
              <div>
                <b>{formatAbout(secondsLeft)}</b>
                {runTexts.left}
              </div>
            )}
          </>
        )}
        {job.stage !== null && at !== -1 && (
          <div className={styles['stage']}>
            {runTexts.stage(at + 1, stages.length)}
            <b>{stageTexts[job.stage]}</b>
          </div>
        )}
      </div>
      <Bar share={share} state={isHeld ? 'waits' : 'runs'} isTall />
    </>
  );
}

function Plot({ job }: { readonly job: JobSnapshot }) {
  const samples = useSamples(job.id);
  const left = job.numbers.secondsLeft;
  const last = samples.at(-1)?.at;
  return (
    <div className={styles['plot']}>
      <SpeedPlot
        samples={samples}
        marks={job.marks}
        {...(left !== null && last !== undefined ? { endsAt: last + left * 1000 } : {})}
      />
    </div>
  );
}
