// The figures of a running pack in one line, its bar with the stages below, and its speed over time.
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJobNumbers, useSamples } from '../store/byte-progress.ts';
import { packTexts } from '../texts/pack.ts';
import { Bar } from '../ui/Bar.tsx';
import { formatAbout, formatBytes, formatRate } from '../ui/quantities.ts';
import { SpeedPlot } from '../ui/SpeedPlot.tsx';
import styles from './Run.module.css';

const texts = packTexts.run;
const STAGES = ['check', 'transfer', 'seal'] as const;

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
          <li key={stage} data-is={index === at ? 'now' : undefined}>
            {texts.stages[stage]}
          </li>
        ))}
      </ol>
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
