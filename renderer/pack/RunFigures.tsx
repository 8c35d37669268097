// The figures of a running pack in one line, its bar with the stages below, and its speed over time.
import { memo } from 'react';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJobNumbers, useSamples } from '../store/byte-progress.ts';
import { packTexts } from '../texts/pack.ts';
import { Bar } from '../ui/Bar.tsx';
import { formatAbout, formatBytes, formatRate } from '../ui/quantities.ts';
import { SpeedPlot } from '../ui/SpeedPlot.tsx';
import styles from './Run.module.css';

const texts = packTexts.run;
/** The end of the time axis moves by so much: a plot whose scale creeps is hard to read. */
const AXIS_MS = 20_000;
const STAGES = ['check', 'transfer', 'seal'] as const;
const ROOM = { check: 'first', transfer: 'longest', seal: 'last' } as const;

export function RunFigures({ job }: { readonly job: JobSnapshot }) {
  return (
    <>
      <div className={styles['figures']}>
        <Figures job={job} />
      </div>
      <Plot job={job} />
    </>
  );
}

function Figures({ job }: { readonly job: JobSnapshot }) {
  const { doneBytes, totalBytes, bytesPerSecond, secondsLeft } = useJobNumbers(job.id) ?? job.numbers;
  const share = totalBytes === null ? null : totalBytes === 0 ? 1 : doneBytes / totalBytes;
  const isHeld = job.state !== 'running';
  const at = STAGES.findIndex((stage) => stage === job.stage);
  return (
    <>
      <div className={styles['read']}>
        <div className={styles['percent']}>{texts.percent(Math.floor((share ?? 0) * 100))}</div>
        <div>
          <b>{formatBytes(doneBytes)}</b>
          {totalBytes !== null && texts.of(formatBytes(totalBytes))}
        </div>
        {isHeld ? (
          <div>
            <b>{texts.held[job.state === 'asking' ? 'asking' : 'paused']}</b>
          </div>
        ) : (
          <>
            <div>
              <b>{formatRate(bytesPerSecond)}</b>
            </div>
            {secondsLeft !== null && (
              <div>
                <b>{formatAbout(secondsLeft)}</b>
                {texts.left}
              </div>
            )}
          </>
        )}
        {at !== -1 && (
          <div className={styles['stage']}>
            {texts.stage(at + 1, STAGES.length)}
            <b>{texts.lowStages[STAGES[at] ?? 'check']}</b>
          </div>
        )}
      </div>
      <Bar share={share} state={isHeld ? 'waits' : 'runs'} isTall />
      <ol className={styles['stages']} aria-hidden="true">
        {STAGES.map((stage, index) => (
          <li key={stage} data-is={`${ROOM[stage]} ${index === at ? 'now' : ''}`}>
            {texts.stages[stage]}
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
