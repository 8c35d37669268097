// The figures of a running job in one line, its bar with the stages below, and its speed over time.
import { memo } from 'react';
import type { ReactNode } from 'react';
import type { Stage } from '../../shared/job/progress.ts';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJobNumbers, useSamples } from '../store/byte-progress.ts';
import { runTexts } from '../texts/run.ts';
import { stageLabel, stageTexts } from '../texts/states.ts';
import { Bar } from '../ui/Bar.tsx';
import { formatAbout, formatBytes, formatRate } from '../ui/quantities.ts';
import { SpeedPlot } from '../ui/SpeedPlot.tsx';
import styles from './RunFigures.module.css';

interface RunFiguresProps {
  readonly job: JobSnapshot;
  /** The stages that a job of this desk goes through, in their order. */
  readonly stages: readonly Stage[];
  /** Between the bar and the plot. */
  readonly children?: ReactNode;
}

/** The end of the time axis moves by so much: a plot whose scale creeps is hard to read. */
const AXIS_MS = 20_000;

/** In these the bytes move; the others are told by where they stand. */
const LONG: ReadonlySet<Stage> = new Set(['transfer', 'push', 'verify']);

export function RunFigures({ job, stages, children }: RunFiguresProps) {
  return (
    <>
      <div className={styles['figures']}>
        <Figures job={job} stages={stages} />
      </div>
      {children}
      <Plot job={job} />
    </>
  );
}

function Figures({ job, stages }: RunFiguresProps) {
  const { doneBytes, totalBytes, bytesPerSecond, secondsLeft } = useJobNumbers(job.id) ?? job.numbers;
  const share = totalBytes === null ? null : totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes);
  const isHeld = job.state !== 'running';
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
      <ol className={styles['stages']} aria-hidden="true">
        {stages.map((stage, index) => (
          <li key={stage} data-is={`${LONG.has(stage) ? 'long' : ''} ${index === at ? 'now' : ''}`}>
            {stageLabel(stage)}
          </li>
        ))}
      </ol>
    </>
  );
}

/** Drawn anew with each sample, not with each tick. */
const Drawing = memo(SpeedPlot);

function Plot({ job }: { readonly job: JobSnapshot }) {
  const samples = useSamples(job.id);
  const { secondsLeft } = useJobNumbers(job.id) ?? job.numbers;
  const last = samples.at(-1)?.at;
  return (
    <div className={styles['plot']}>
      <Drawing
        samples={samples}
        marks={job.marks}
        {...(secondsLeft !== null && last !== undefined
          ? { endsAt: Math.ceil((last + secondsLeft * 1000) / AXIS_MS) * AXIS_MS }
          : {})}
      />
    </div>
  );
}
